/*
 * ip_packet.c: the headers of RFC 791 and RFC 8200. IPv4's checksum is verified: no card's offload
 * leaves it to be filled in behind the capture, for the sender's kernel computes it itself. Those
 * of TCP and UDP it does leave, on every veth and virtual machine: they tell nothing here.
 */
#include "inet/ip_packet.h"

#include "base/buf.h"
#include "inet/checksum.h"
#include "inet/limits.h"

#include <netinet/in.h>

enum {
	V4_HEAD = 20,
	V6_HEAD = 40,
	V4_DONT_FRAGMENT = 0x4000,
	V4_FRAGMENT = 0x3fff,
	V6_FRAGMENT = 0xfff9
};

/* The content is n bytes of s: less is padding, more was cut by the capture or never was. */
static bool content_read(struct span s, size_t n, const struct ether *ether, struct ip_packet *ret)
{
	ret->whole = n <= s.n;
	ret->content = span_take(&s, n < s.n ? n : s.n);
	return ret->whole || n - ret->content.n <= ether->cut;
}

static bool v4_read(const struct ether *ether, struct ip_packet *d)
{
	struct span s = ether->content;
	uint8_t first = span_u8(&s);
	size_t head_n = (size_t)(first & 15) * 4, n, fragment;

	span_take(&s, 1);
	n = span_u16(&s);
	span_take(&s, 2);
	fragment = span_u16(&s);
	d->hops = span_u8(&s);
	d->protocol = span_u8(&s);
	span_take(&s, 2);
	d->from = addr_from_v4(span_u32(&s));
	d->to = addr_from_v4(span_u32(&s));
	if (first >> 4 != 4 || head_n < V4_HEAD || n < head_n || fragment & V4_FRAGMENT)
		return false;
	span_take(&s, head_n - V4_HEAD); /* options: nothing that we could want */
	if (s.bad || checksum_end(checksum_add(0, ether->content.p, head_n)) != 0)
		return false;
	return content_read(s, n - head_n, ether, d);
}

static uint8_t options_skip(struct span *s)
{
	uint8_t next = span_u8(s);

	span_take(s, (size_t)span_u8(s) * 8 + 6);
	return next;
}

/* false: more is to come, or has come before. One that is all of it may pass (RFC 6946). */
static bool fragment_skip(struct span *s, uint8_t *ret_next)
{
	*ret_next = span_u8(s);
	span_take(s, 1);
	if (span_u16(s) & V6_FRAGMENT)
		return false;
	span_take(s, 4);
	return true;
}

/* RFC 8200 4.1: hop-by-hop options come first or not at all. */
static bool extensions_skip(struct ip_packet *d)
{
	for (unsigned i = 0; i < EXTENSIONS_MAX; i++) {
		switch (d->protocol) {
		case IPPROTO_HOPOPTS:
			if (i > 0)
				return false;
			/* fall through */
		case IPPROTO_ROUTING: /* it has arrived */
		case IPPROTO_DSTOPTS:
			d->protocol = options_skip(&d->content);
			break;
		case IPPROTO_FRAGMENT:
			if (!fragment_skip(&d->content, &d->protocol))
				return false;
			break;
		default:
			return !d->content.bad;
		}
	}
	return false;
}

bool ip_read_v6_addr(struct span *s, struct addr *ret)
{
	struct span bytes = span_take(s, 16);
	struct addr a = {0};

	if (bytes.bad)
		return false;
	memcpy(a.b, bytes.p, sizeof(a.b));
	*ret = a;
	return !addr_is_v4(&a);
}

static bool v6_read(const struct ether *ether, struct ip_packet *d)
{
	struct span s = ether->content;
	uint32_t version = span_u32(&s) >> 28;
	size_t n = span_u16(&s);

	d->protocol = span_u8(&s);
	d->hops = span_u8(&s);
	if (version != 6 || n == 0) /* 0: a jumbogram */
		return false;
	if (!ip_read_v6_addr(&s, &d->from) || !ip_read_v6_addr(&s, &d->to))
		return false;
	return content_read(s, n, ether, d) && extensions_skip(d);
}

bool ip_packet_read(const struct ether *ether, struct ip_packet *ret)
{
	struct ip_packet d = {0};
	bool ok = false;

	if (ether->type == ETHER_IPV4)
		ok = v4_read(ether, &d);
	else if (ether->type == ETHER_IPV6)
		ok = v6_read(ether, &d);
	if (ok)
		*ret = d;
	return ok;
}

/* The part of the address that is on the wire. */
static struct span wire_of(const struct addr *a)
{
	return addr_is_v4(a) ? span_of(a->b + 12, 4) : span_of(a->b, 16);
}

uint32_t ip_pseudo_sum(const struct addr *from, const struct addr *to, uint8_t protocol, size_t n)
{
	struct span a = wire_of(from), b = wire_of(to);
	uint32_t sum = checksum_add(protocol + (uint32_t)n, a.p, a.n);

	return checksum_add(sum, b.p, b.n);
}

static size_t v4_write(uint8_t *at, const struct ip_packet *d, size_t content_n)
{
	buf_store_be(at, 0x4500, 2);
	buf_store_be(at + 2, V4_HEAD + content_n, 2);
	buf_store_be(at + 4, V4_DONT_FRAGMENT, 4);
	at[8] = d->hops;
	at[9] = d->protocol;
	buf_store_be(at + 10, 0, 2);
	memcpy(at + 12, d->from.b + 12, 4);
	memcpy(at + 16, d->to.b + 12, 4);
	buf_store_be(at + 10, checksum_end(checksum_add(0, at, V4_HEAD)), 2);
	return V4_HEAD;
}

static size_t v6_write(uint8_t *at, const struct ip_packet *d, size_t content_n)
{
	buf_store_be(at, 0x60000000, 4);
	buf_store_be(at + 4, content_n, 2);
	at[6] = d->protocol;
	at[7] = d->hops;
	memcpy(at + 8, d->from.b, 16);
	memcpy(at + 24, d->to.b, 16);
	return V6_HEAD;
}

size_t ip_packet_write(uint8_t *at, const struct ip_packet *d, size_t content_n)
{
	return addr_is_v4(&d->from) ? v4_write(at, d, content_n) : v6_write(at, d, content_n);
}
