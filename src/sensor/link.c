/*
 * link.c: what a frame begins with: Ethernet and what may stand between its addresses and its
 * ethertype, the "cooked" headers of Linux's any-device, and the loopback of the BSDs.
 *
 * A value below 1536 in the place of an ethertype is the length of an 802.3 frame with an LLC
 * header (IEEE 802.3 3.2.6); only SNAP there leads to IP (RFC 1042).
 */
#include "sensor/layer.h"

enum { ETHERTYPE_MIN = 1536, ETHERNET_HEADER = 14 };

static enum peel llc_peel(struct layer *l, uint16_t length)
{
	const uint8_t *h;

	if (!layer_limit(l, length))
		return PEEL_DAMAGED;
	h = layer_take(l, 8);
	if (!h)
		return l->cut ? PEEL_TRUNCATED : PEEL_NOT_IP;
	if (memcmp(h, "\xaa\xaa\3\0\0\0", 6) != 0)
		return PEEL_NOT_IP;
	return layer_ethertype(l, be16(h + 6));
}

static enum peel type_or_length(struct layer *l, uint16_t type)
{
	return type < ETHERTYPE_MIN ? llc_peel(l, type) : layer_ethertype(l, type);
}

enum peel ethernet_peel(struct layer *l)
{
	const uint8_t *h = layer_take(l, ETHERNET_HEADER);

	return h ? type_or_length(l, be16(h + 12)) : layer_short(l);
}

/* The tag's own ethertype is taken: its two bytes, then the next ethertype. */
enum peel vlan_peel(struct layer *l)
{
	const uint8_t *h = layer_take(l, 4);

	return h ? type_or_length(l, be16(h + 2)) : layer_short(l);
}

/* 802.1BR's older brother: direction, two interfaces; then the next ethertype. */
enum peel vntag_peel(struct layer *l)
{
	const uint8_t *h = layer_take(l, 6);

	return h ? type_or_length(l, be16(h + 4)) : layer_short(l);
}

/* 802.1ah: the service's number, then the customer's frame. */
enum peel backbone_peel(struct layer *l)
{
	return layer_take(l, 4) ? ethernet_peel(l) : layer_short(l);
}

/* LINKTYPE_LINUX_SLL: packet type, device type, address and its length, ethertype. */
enum peel sll_peel(struct layer *l)
{
	const uint8_t *h = layer_take(l, 16);

	return h ? layer_ethertype(l, be16(h + 14)) : layer_short(l);
}

/* LINKTYPE_LINUX_SLL2: the ethertype first. */
enum peel sll2_peel(struct layer *l)
{
	const uint8_t *h = layer_take(l, 20);

	return h ? layer_ethertype(l, be16(h)) : layer_short(l);
}

/* The family is a number of the system that wrote it, in its byte order: 2 is IPv4 everywhere, IPv6
 * is 10 (Linux), 24 (NetBSD, OpenBSD), 28 (FreeBSD) or 30 (Darwin). */
enum peel loopback_peel(struct layer *l)
{
	const uint8_t *h = layer_take(l, 4);
	uint32_t family;

	if (!h)
		return layer_short(l);
	family = be32(h);
	if (family > 0xffff)
		family = __builtin_bswap32(family);
	switch (family) {
	case 2:
	case 10:
	case 24:
	case 28:
	case 30:
		return layer_ip(l);
	default:
		return PEEL_NOT_IP;
	}
}
