/*
 * far_end.h: hosts that a test plays at the far end of its cable (netns.h). A table says what each
 * does at a port: whoever sends a SYN gets the answer of the first row that fits, or none, at once.
 * Every SYN and RST that came is written down.
 *
 *	static const struct reply table[] = {{"10.77.0.1", 443, .kind = REPLY_OPEN}};
 *	far_end_open(&far, table, 1);
 *	... far_end_hear(&far); ... CHECK_EQ(far_end_syns(&far, "10.77.0.1", 443), 1);
 *
 * The far kernel hears the frames, too: it must have none of these addresses, and forward nothing
 * (NETNS_QUIET).
 */
#pragma once

#include "inet/arp.h"
#include "inet/checksum.h"
#include "inet/ip_packet.h"

#include "lib/netns.h"
#include "lib/test.h"

#include <errno.h>
#include <netinet/in.h>

/* A router's address and MAC at the far end that nobody has to ask for. */
#define NETNS_ROUTER                                                                               \
	"ip addr add 10.9.0.1/24 dev va; ip addr add fd09::1/64 dev va nodad; "                    \
	"ip neigh add 10.9.0.2 lladdr 02:00:00:00:00:02 dev va; "                                  \
	"ip neigh add fd09::2 lladdr 02:00:00:00:00:02 dev va; "                                   \
	"ip route add default via 10.9.0.2; ip route add default via fd09::2; "
#define NETNS_QUIET "sysctl -qw net.ipv4.ip_forward=0 net.ipv6.conf.all.forwarding=0"

enum { TCP_FIN = 1, TCP_SYN = 2, TCP_RST = 4, TCP_ACK = 16 };

struct reply {
	const char *who; /* an address; NULL: any */
	uint16_t port; /* 0: any */
	enum reply_kind {
		REPLY_NOTHING,
		REPLY_OPEN,
		REPLY_CLOSED,
		REPLY_UNREACHABLE,
	} kind;
	uint8_t code; /* of REPLY_UNREACHABLE */
	enum reply_kind then; /* what is said after that, at once */
	unsigned times; /* so often is it said; 0: once */
	unsigned deaf; /* so many SYNs are not heard before */
	/* What is wrong in it: added to the number that proves it, to the port it comes from (or
	 * that is quoted), and to the last byte of the address. */
	uint32_t wrong_number, wrong_port, wrong_host;
};

/* A TCP segment that came. */
struct knock {
	struct addr from, to;
	uint16_t from_port, port;
	uint32_t seq, ack;
	uint8_t flags, hops;
};

enum { KNOCKS_MAX = 8192, FAR_FRAME_MAX = 2048 };

struct far_end {
	int fd;
	const struct reply *replies;
	size_t n_replies;
	struct knock knocks[KNOCKS_MAX];
	size_t n;
};

static inline void far_end_open(struct far_end *f, const struct reply *replies, size_t n)
{
	*f = (struct far_end){.fd = netns_far_socket(), .replies = replies, .n_replies = n};
}

static inline void far_end_close(struct far_end *f)
{
	close(f->fd);
}

static inline struct addr far_addr(const char *text)
{
	struct addr a = {0};

	CHECK(!err_is(addr_parse(span_str(text), &a)));
	return a;
}

/* How many came with these flags, to this address (NULL: any) and port (0: any). */
static inline size_t far_end_count(
    const struct far_end *f, uint8_t flags, const char *who, uint16_t port)
{
	struct addr a = who ? far_addr(who) : (struct addr){0};
	size_t n = 0;

	for (size_t i = 0; i < f->n; i++) {
		const struct knock *k = &f->knocks[i];

		n += k->flags == flags && (!who || addr_eq(&k->to, &a)) &&
		     (!port || k->port == port);
	}
	return n;
}

static inline size_t far_end_syns(const struct far_end *f, const char *who, uint16_t port)
{
	return far_end_count(f, TCP_SYN, who, port);
}

/* Its ports that were asked, each once (NULL: those of all hosts). */
static inline size_t far_end_asked(const struct far_end *f, const char *who)
{
	struct addr a = who ? far_addr(who) : (struct addr){0};
	size_t n = 0;

	for (size_t i = 0; i < f->n; i++) {
		const struct knock *k = &f->knocks[i];
		size_t before = 0;

		while (before < i &&
		       (f->knocks[before].flags != TCP_SYN || f->knocks[before].port != k->port ||
			   !addr_eq(&f->knocks[before].to, &k->to)))
			before++;
		n += k->flags == TCP_SYN && before == i && (!who || addr_eq(&k->to, &a));
	}
	return n;
}

/* A link without its other end loses it. */
static inline void far_end_say(const struct far_end *f, const uint8_t *frame, size_t n)
{
	ssize_t sent = send(f->fd, frame, n, 0);

	CHECK(sent == (ssize_t)n || errno == ENETDOWN || errno == ENOBUFS);
}

/* Ethernet, IP and so many bytes behind it, to whom it came from. */
static inline void far_end_send(const struct far_end *f, const struct addr *from,
    const struct addr *to, uint8_t protocol, const uint8_t *content, size_t n)
{
	static const uint8_t mac_to[6] = {2, 0, 0, 0, 0, 1}, mac_from[6] = {2, 0, 0, 0, 0, 2};
	const struct ip_packet ip = {.from = *from, .to = *to, .protocol = protocol, .hops = 64};
	uint8_t frame[FAR_FRAME_MAX];
	size_t at =
	    ether_write(frame, mac_from, mac_to, 0, addr_is_v4(from) ? ETHER_IPV4 : ETHER_IPV6);

	at += ip_packet_write(frame + at, &ip, n);
	memcpy(frame + at, content, n);
	far_end_say(f, frame, ether_pad(frame, at + n));
}

static inline void far_put(uint8_t *at, uint64_t number, size_t bytes)
{
	for (size_t i = 0; i < bytes; i++)
		at[i] = (uint8_t)(number >> 8 * (bytes - 1 - i));
}

static inline void far_end_tcp(
    const struct far_end *f, const struct knock *k, const struct reply *r, uint8_t flags)
{
	uint8_t tcp[20] = {0};
	struct addr from = k->to;

	from.b[15] = (uint8_t)(from.b[15] + r->wrong_host);
	far_put(tcp, k->port + r->wrong_port, 2);
	far_put(tcp + 2, k->from_port, 2);
	far_put(tcp + 4, flags & TCP_SYN ? 0x10203040 : 0, 4);
	far_put(tcp + 8, k->seq + 1 + r->wrong_number, 4);
	far_put(tcp + 12, 5u << 12 | flags, 2);
	far_put(tcp + 14, flags & TCP_SYN ? 29200 : 0, 2);
	far_put(tcp + 16,
	    checksum_end(checksum_add(
		ip_pseudo_sum(&from, &k->from, IPPROTO_TCP, sizeof(tcp)), tcp, sizeof(tcp))),
	    2);
	far_end_send(f, &from, &k->from, IPPROTO_TCP, tcp, sizeof(tcp));
}

/* The router says so, and quotes the SYN: its IP header and eight bytes of its own. */
static inline void far_end_icmp(
    const struct far_end *f, const struct knock *k, const struct reply *r)
{
	bool v4 = addr_is_v4(&k->to);
	struct addr router = far_addr(v4 ? "10.9.0.2" : "fd09::2");
	struct ip_packet quoted = {
	    .from = k->from, .to = k->to, .protocol = IPPROTO_TCP, .hops = k->hops};
	uint8_t icmp[8 + IP_HEAD_MAX + 8] = {v4 ? 3 : 1, r->code};
	size_t n = 8;
	uint32_t sum;

	quoted.to.b[15] = (uint8_t)(quoted.to.b[15] + r->wrong_host);
	n += ip_packet_write(icmp + n, &quoted, 32);
	far_put(icmp + n, k->from_port, 2);
	far_put(icmp + n + 2, k->port + r->wrong_port, 2);
	far_put(icmp + n + 4, k->seq + r->wrong_number, 4);
	n += 8;
	sum = v4 ? 0 : ip_pseudo_sum(&router, &k->from, IPPROTO_ICMPV6, n);
	far_put(icmp + 2, checksum_end(checksum_add(sum, icmp, n)), 2);
	far_end_send(f, &router, &k->from, v4 ? IPPROTO_ICMP : IPPROTO_ICMPV6, icmp, n);
}

static inline bool far_fits(const struct reply *r, const struct knock *k)
{
	struct addr who = r->who ? far_addr(r->who) : k->to;

	return addr_eq(&who, &k->to) && (!r->port || r->port == k->port);
}

static inline void far_end_reply(
    const struct far_end *f, const struct knock *k, const struct reply *r, enum reply_kind kind)
{
	if (kind == REPLY_OPEN)
		far_end_tcp(f, k, r, TCP_SYN | TCP_ACK);
	else if (kind == REPLY_CLOSED)
		far_end_tcp(f, k, r, TCP_RST | TCP_ACK);
	else if (kind == REPLY_UNREACHABLE)
		far_end_icmp(f, k, r);
}

static inline void far_end_answer(const struct far_end *f, const struct knock *k)
{
	const struct reply *r = f->replies, *end = r + f->n_replies;
	size_t heard = 0;

	while (r < end && !far_fits(r, k))
		r++;
	for (size_t i = 0; i < f->n; i++)
		heard += f->knocks[i].flags == TCP_SYN && f->knocks[i].port == k->port &&
			 addr_eq(&f->knocks[i].to, &k->to);
	if (r == end || heard <= r->deaf)
		return;
	for (unsigned i = 0; i < (r->times ? r->times : 1); i++)
		far_end_reply(f, k, r, r->kind);
	far_end_reply(f, k, r, r->then);
}

/* Who is named in the table is there. */
static inline void far_end_arp(const struct far_end *f, const uint8_t *frame)
{
	static const uint8_t mac[6] = {2, 0, 0, 0, 0, 2};
	struct addr asker = addr_from_v4(0), whom = asker, who;
	uint8_t said[ARP_FRAME_MAX];
	size_t n;

	memcpy(asker.b + 12, frame + 28, 4);
	memcpy(whom.b + 12, frame + 38, 4);
	for (size_t i = 0; i < f->n_replies; i++) {
		who = f->replies[i].who ? far_addr(f->replies[i].who) : asker;
		if (!addr_eq(&who, &whom))
			continue;
		n = arp_write_request(said, mac, &whom, &asker);
		memcpy(said, frame + 6, 6);
		said[21] = 2; /* a reply */
		memcpy(said + 32, frame + 22, 6);
		far_end_say(f, said, n);
		return;
	}
}

static inline void far_end_frame(struct far_end *f, const uint8_t *bytes, size_t n)
{
	const struct frame frame = {
	    .link = LINK_ETHERNET, .wire_n = (uint32_t)n, .bytes = span_of(bytes, n)};
	struct ether ether;
	struct ip_packet ip;
	struct span s;
	struct knock k;

	if (!ether_read(&frame, &ether))
		return;
	if (ether.type == ETHER_ARP && n >= 42 && bytes[21] == 1)
		far_end_arp(f, bytes);
	if (!ip_packet_read(&ether, &ip) || ip.protocol != IPPROTO_TCP || f->n == KNOCKS_MAX)
		return;
	s = ip.content;
	k = (struct knock){.from = ip.from, .to = ip.to, .hops = ip.hops};
	k.from_port = span_u16(&s);
	k.port = span_u16(&s);
	k.seq = span_u32(&s);
	k.ack = span_u32(&s);
	span_take(&s, 1);
	k.flags = span_u8(&s);
	f->knocks[f->n++] = k;
	if (!s.bad && k.flags == TCP_SYN)
		far_end_answer(f, &k);
}

/* All that has come by now, but for what is said here. */
static inline void far_end_hear(struct far_end *f)
{
	uint8_t bytes[FAR_FRAME_MAX];
	struct sockaddr_ll from;
	socklen_t size = sizeof(from);
	ssize_t n;

	while ((n = recvfrom(f->fd, bytes, sizeof(bytes), 0, (struct sockaddr *)&from, &size)) > 0)
		if (from.sll_pkttype != PACKET_OUTGOING)
			far_end_frame(f, bytes, (size_t)n);
}
