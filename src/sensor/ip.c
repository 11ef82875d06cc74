/*
 * ip.c: IPv4 (RFC 791) and IPv6 (RFC 8200) with its extension headers, fragments of both. The
 * total length cuts off Ethernet's padding; a length of 0 is what a card with segmentation offload
 * leaves to be filled in, and means all that is there.
 */
#include "sensor/layer.h"

enum { V4_HEADER = 20, V6_HEADER = 40, MORE_FRAGMENTS = 0x2000, OFFSET = 0x1fff };

static enum peel keep(struct layer *l, struct fragment *f)
{
	struct datagram whole;
	size_t n = l->v6 ? 16 : 4;

	if (l->cut)
		return PEEL_TRUNCATED;
	/* This header may lie in another datagram, which ends when a new one is whole. */
	memmove(l->kept, l->src, n);
	memmove(l->kept + 16, l->dst, n);
	l->src = l->kept;
	l->dst = l->kept + 16;
	set_addr(&f->src, l->src, l->v6);
	set_addr(&f->dst, l->dst, l->v6);
	f->time_us = l->time_us;
	f->bytes = l->rest;
	if (!defrag_push(l->defrag, f, &whole))
		return PEEL_FRAGMENT;
	l->rest = whole.bytes;
	return layer_protocol(l, whole.protocol);
}

static enum peel v4_fragment(struct layer *l, const uint8_t *h, uint16_t where)
{
	struct fragment f = {
	    .id = be16(h + 4),
	    .protocol = h[9],
	    .more = where & MORE_FRAGMENTS,
	    .offset = (uint16_t)((where & OFFSET) * 8),
	};

	return keep(l, &f);
}

enum peel ipv4_peel(struct layer *l)
{
	struct span all = l->rest;
	const uint8_t *h = layer_take(l, V4_HEADER);
	uint16_t total, where;
	size_t header;

	if (!h)
		return layer_short(l);
	header = (size_t)(h[0] & 15) * 4;
	total = be16(h + 2);
	if (h[0] >> 4 != 4 || header < V4_HEADER || (total && total < header))
		return PEEL_DAMAGED;
	l->rest = all;
	if (total && !layer_limit(l, total))
		return PEEL_DAMAGED;
	if (!layer_take(l, header))
		return layer_short(l);
	l->src = h + 12;
	l->dst = h + 16;
	l->v6 = false;
	where = be16(h + 6) & (MORE_FRAGMENTS | OFFSET);
	return where ? v4_fragment(l, h, where) : layer_protocol(l, h[9]);
}

enum peel ipv6_peel(struct layer *l)
{
	const uint8_t *h = layer_take(l, V6_HEADER);
	uint16_t length;

	if (!h)
		return layer_short(l);
	length = be16(h + 4);
	if (h[0] >> 4 != 6 || (length && !layer_limit(l, length)))
		return PEEL_DAMAGED;
	l->src = h + 8;
	l->dst = h + 24;
	l->v6 = true;
	return layer_protocol(l, h[6]);
}

/* The next header's number, then the length beyond the first 8 bytes in units of 8. */
enum peel extension_peel(struct layer *l)
{
	const uint8_t *h = l->rest.p;

	if (l->rest.n < 8 || !layer_take(l, 8 + (size_t)h[1] * 8))
		return layer_short(l);
	return layer_protocol(l, h[0]);
}

/* What has stations before it is addressed to the next of them; the connection belongs to the last:
 * RFC 5095 (type 0, deprecated), RFC 6275 6.4 (2), RFC 8754 2 (4, in reverse order). */
enum peel routing_peel(struct layer *l)
{
	const uint8_t *h = l->rest.p;
	size_t addresses;

	if (l->rest.n < 8 || !layer_take(l, 8 + (size_t)h[1] * 8))
		return layer_short(l);
	addresses = h[1] / 2;
	if (!l->v6 || h[3] == 0 || addresses == 0)
		return layer_protocol(l, h[0]);
	if (h[2] == 2 || h[2] == 4)
		l->dst = h + 8;
	else if (h[2] == 0)
		l->dst = h + 8 + (addresses - 1) * 16;
	return layer_protocol(l, h[0]);
}

/* RFC 4302: it protects and hides nothing. Its length is in units of 4, less 2. */
enum peel auth_peel(struct layer *l)
{
	const uint8_t *h = l->rest.p;

	if (l->rest.n < 12 || !layer_take(l, 8 + (size_t)h[1] * 4))
		return layer_short(l);
	return layer_protocol(l, h[0]);
}

/* RFC 8200 4.5. A fragment that is all of its datagram stands alone (RFC 6946). */
enum peel fragment_peel(struct layer *l)
{
	const uint8_t *h = layer_take(l, 8);
	struct fragment f = {.v6 = 1};

	if (!h)
		return layer_short(l);
	f.protocol = h[0];
	f.offset = be16(h + 2) & 0xfff8;
	f.more = h[3] & 1;
	f.id = be32(h + 4);
	return f.offset || f.more ? keep(l, &f) : layer_protocol(l, f.protocol);
}
