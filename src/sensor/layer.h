/*
 * layer.h: a frame on its way through peel(). Each header is a step: it takes itself from `rest`,
 * and ends by handing the rest to whoever comes next by the number it names. A step that has no
 * room for its header answers layer_short(), and is done.
 */
#pragma once

#include "sensor/peel.h"

#include <endian.h>

struct layer {
	struct span rest; /* from the next header on */
	uint32_t cut; /* bytes behind it that the capture did not keep */
	unsigned depth; /* headers so far */
	const uint8_t *src, *dst; /* in the innermost IP header: 4 bytes each, or 16 of IPv6 */
	bool v6;
	int64_t time_us;
	struct defrag *defrag;
	struct packet *ret_packet;
	uint8_t kept[32]; /* src and dst of a datagram whose fragments may be gone */
};

typedef enum peel layer_step(struct layer *l);

/* By the tables in peel.c. A number that is no row is not IP (an ethertype), or not ours. */
enum peel layer_ethertype(struct layer *l, uint16_t type);
enum peel layer_protocol(struct layer *l, uint8_t protocol);
layer_step layer_ip; /* IPv4 or IPv6, as its first four bits say */
/* The tunnel that this datagram, its UDP header taken, is one of; NULL: content. */
layer_step *layer_udp_tunnel(const struct layer *l, uint16_t dport);

/* link.c */
layer_step ethernet_peel, vlan_peel, vntag_peel, backbone_peel, sll_peel, sll2_peel, loopback_peel;
/* ip.c, transport.c */
layer_step ipv4_peel, ipv6_peel, extension_peel, routing_peel, fragment_peel, auth_peel;
layer_step tcp_peel, udp_peel;
/* A file each. */
layer_step mpls_peel, pppoe_peel, ppp_peel, gre_peel;
layer_step vxlan_peel, geneve_peel;
bool vxlan_looks(const struct layer *l);
bool geneve_looks(const struct layer *l);

static inline uint16_t be16(const uint8_t *p)
{
	return (uint16_t)(p[0] << 8 | p[1]);
}

static inline uint32_t be32(const uint8_t *p)
{
	return (uint32_t)be16(p) << 16 | be16(p + 2);
}

/* The next n bytes; NULL where the rest has fewer, which then stays as it is. */
static inline const uint8_t *layer_take(struct layer *l, size_t n)
{
	const uint8_t *header = l->rest.p;

	if (n > l->rest.n)
		return NULL;
	l->rest.p += n;
	l->rest.n -= n;
	return header;
}

/* Whole words are written, for the next who reads these are hashes. */
static inline void set_addr(struct addr *a, const uint8_t *b, bool v6)
{
	uint64_t tail = htobe64(0xffff00000000u | be32(b));

	if (v6) {
		memcpy(a->b, b, sizeof(a->b));
	} else {
		memset(a->b, 0, 8);
		memcpy(a->b + 8, &tail, 8);
	}
	a->zone = 0;
}

/* Why a header is not there. */
static inline enum peel layer_short(const struct layer *l)
{
	return l->cut ? PEEL_TRUNCATED : PEEL_DAMAGED;
}

/* A header says that n bytes belong to it from here: what is behind them is padding. false: the
 * wire had fewer, and a receiver would drop it. */
static inline bool layer_limit(struct layer *l, size_t n)
{
	if (n > l->rest.n + l->cut)
		return false;
	l->cut = n > l->rest.n ? (uint32_t)(n - l->rest.n) : 0;
	if (n < l->rest.n)
		l->rest.n = n;
	return true;
}
