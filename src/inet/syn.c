/*
 * syn.c: frames by template. A SYN looks like one of Windows: a window of 64,240, the options MSS,
 * window scale and SACK-permitted in its order, a time to live of 128. Some firewalls drop a SYN
 * without options, and zmap measured that Windows' find most hosts. Checksums are sums (RFC 1071),
 * so the constant words are summed once and a target costs the adding of its own.
 */
#include "inet/syn.h"

#include "base/buf.h"
#include "inet/checksum.h"
#include "inet/ether.h"
#include "inet/ip_packet.h"

#include <endian.h>
#include <netinet/in.h>

enum { HOPS = 128, WINDOW = 64240, TCP_HEAD = 20, FLAG_RST = 4, FLAG_SYN = 2 };

/* MSS, NOP, window scale 8, NOP, NOP, SACK-permitted. The MSS is 1500 less the headers. */
static const uint8_t options[] = {2, 4, 0, 0, 1, 3, 3, 8, 1, 1, 4, 2};

static void form_init(
    struct syn_form *f, const struct syn_template *t, const struct syn_way *way, bool is_syn)
{
	size_t tcp_n = is_syn ? TCP_HEAD + sizeof(options) : TCP_HEAD;
	struct ip_packet ip = {.from = way->from, .protocol = IPPROTO_TCP, .hops = HOPS};
	uint8_t *tcp = f->frame + t->tcp_at;

	if (!t->v6)
		ip.to = addr_from_v4(0);
	ether_write(
	    f->frame, way->mac_from, way->mac_to, way->vlan, t->v6 ? ETHER_IPV6 : ETHER_IPV4);
	ip_packet_write(f->frame + t->ip_at, &ip, tcp_n);
	tcp[12] = (uint8_t)(tcp_n / 4 << 4);
	tcp[13] = is_syn ? FLAG_SYN : FLAG_RST;
	if (is_syn) {
		buf_store_be(tcp + 14, WINDOW, 2);
		memcpy(tcp + TCP_HEAD, options, sizeof(options));
		buf_store_be(tcp + TCP_HEAD + 2, t->v6 ? 1440 : 1460, 2);
	}
	f->n = (uint8_t)ether_pad(f->frame, t->tcp_at + tcp_n);
	if (!t->v6) {
		buf_store_be(f->frame + t->ip_at + 10, 0, 2);
		f->ip_sum = checksum_add(0, f->frame + t->ip_at, t->tcp_at - t->ip_at);
	}
	f->tcp_sum = checksum_add(ip_pseudo_sum(&ip.from, &ip.to, IPPROTO_TCP, tcp_n), tcp, tcp_n);
}

void syn_init(struct syn_template *t, const struct syn_way *way)
{
	*t = (struct syn_template){.v6 = !addr_is_v4(&way->from)};
	t->ip_at = way->vlan ? 18 : 14;
	t->tcp_at = (uint8_t)(t->ip_at + (t->v6 ? 40 : 20));
	form_init(&t->syn, t, way, true);
	form_init(&t->reset, t, way, false);
}

/* Puts the address into the IP header, and ends its checksum; the address' sum. IPv4's
 * identification means nothing where no fragment is allowed (RFC 6864), but the constant one is
 * how scanners are told: it is of the sequence number. */
static uint32_t address(const struct syn_template *t, const struct syn_form *f, uint8_t *ip,
    const struct addr *to, uint16_t id)
{
	uint32_t v4, sum;

	if (t->v6) {
		memcpy(ip + 24, to->b, 16);
		return checksum_add(0, to->b, 16);
	}
	v4 = addr_v4(to);
	sum = (v4 >> 16) + (v4 & 0xffff);
	memcpy(ip + 16, to->b + 12, 4);
	buf_store_be(ip + 4, id, 2);
	buf_store_be(ip + 10, checksum_end(f->ip_sum + sum + id), 2);
	return sum;
}

static size_t form_write(const struct syn_template *t, const struct syn_form *f, uint8_t *frame,
    const uint8_t *mac_to, const struct addr *to, uint16_t from_port, uint16_t to_port,
    uint32_t seq)
{
	uint8_t *tcp = frame + t->tcp_at;
	uint64_t words = htobe64((uint64_t)from_port << 48 | (uint64_t)to_port << 32 | seq);
	uint32_t sum = f->tcp_sum + from_port + to_port + (seq >> 16) + (seq & 0xffff);

	memcpy(frame, f->frame, SYN_FRAME_MAX);
	if (mac_to)
		memcpy(frame, mac_to, 6);
	sum += address(t, f, frame + t->ip_at, to, (uint16_t)seq);
	memcpy(tcp, &words, sizeof(words));
	buf_store_be(tcp + 16, checksum_end(sum), 2);
	return f->n;
}

size_t syn_write(const struct syn_template *t, uint8_t *frame, const uint8_t *mac_to,
    const struct addr *to, uint16_t from_port, uint16_t to_port, uint32_t seq)
{
	return form_write(t, &t->syn, frame, mac_to, to, from_port, to_port, seq);
}

size_t syn_write_reset(const struct syn_template *t, uint8_t *frame, const uint8_t *mac_to,
    const struct addr *to, uint16_t from_port, uint16_t to_port, uint32_t seq)
{
	return form_write(t, &t->reset, frame, mac_to, to, from_port, to_port, seq);
}
