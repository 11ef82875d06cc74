/*
 * gre.c: GRE (RFC 2784, keys and sequence numbers of RFC 2890, the source routes of RFC 1701), its
 * version 1 (PPTP, RFC 2637) and what Cisco mirrors ports with over it, ERSPAN (draft-foschiano-
 * erspan): type I is an Ethernet frame behind a bare GRE header, type II has 8 bytes of its own and
 * is told from I by GRE's sequence number, type III has 12, or 20 with a platform's part.
 */
#include "sensor/layer.h"

enum gre_flag {
	GRE_CHECKSUM = 0x8000,
	GRE_ROUTING = 0x4000,
	GRE_KEY = 0x2000,
	GRE_SEQUENCE = 0x1000,
	GRE_ACK = 0x0080, /* version 1 */
	GRE_VERSION = 0x0007,
};

enum { ERSPAN_I_II = 0x88be, ERSPAN_III = 0x22eb, ERSPAN_III_IP = 2 };

static enum peel erspan_2(struct layer *l, bool has_sequence)
{
	return !has_sequence || layer_take(l, 8) ? ethernet_peel(l) : layer_short(l);
}

/* The last 16 bits: P, frame type (5), hardware (6), direction, granularity (2), O. */
static enum peel erspan_3(struct layer *l)
{
	const uint8_t *h = layer_take(l, 12);

	if (!h || (h[11] & 1 && !layer_take(l, 8)))
		return layer_short(l);
	return (h[10] >> 2 & 31) == ERSPAN_III_IP ? layer_ip(l) : ethernet_peel(l);
}

/* RFC 1701: entries of a family, an offset and a length, until an empty one. */
static bool skip_routes(struct layer *l)
{
	const uint8_t *h;

	do {
		h = layer_take(l, 4);
		if (!h || !layer_take(l, h[3]))
			return false;
	} while (be16(h) || h[3]);
	return true;
}

static size_t optional_bytes(uint16_t flags)
{
	return (flags & (GRE_CHECKSUM | GRE_ROUTING) ? 4u : 0u) + (flags & GRE_KEY ? 4u : 0u) +
	       (flags & GRE_SEQUENCE ? 4u : 0u) +
	       ((flags & (GRE_VERSION | GRE_ACK)) == (1 | GRE_ACK) ? 4u : 0u);
}

enum peel gre_peel(struct layer *l)
{
	const uint8_t *h = layer_take(l, 4);
	uint16_t flags, type;

	if (!h)
		return layer_short(l);
	flags = be16(h);
	type = be16(h + 2);
	if ((flags & GRE_VERSION) > 1)
		return PEEL_NOT_OURS;
	if (!layer_take(l, optional_bytes(flags)) || (flags & GRE_ROUTING && !skip_routes(l)))
		return layer_short(l);
	switch (type) {
	case ERSPAN_I_II:
		return erspan_2(l, flags & GRE_SEQUENCE);
	case ERSPAN_III:
		return erspan_3(l);
	default:
		return layer_ethertype(l, type);
	}
}
