/*
 * peel.c: the tables of what may be wrapped in what. Steps call each other through them: ethertypes
 * name what is in Ethernet, cooked captures and GRE; IP protocols what is in IP, with the extension
 * headers of IPv6 as rows among the others (RFC 8200 4 draws no line between them either).
 *
 * The common frame is Ethernet, IPv4, TCP: the first rows.
 */
#include "sensor/layer.h"
#include "sensor/limits.h"

#define ROWS(table) (sizeof(table) / sizeof((table)[0]))

struct row {
	uint16_t number;
	layer_step *step;
};

static const struct row links[] = {
    {LINK_ETHERNET, ethernet_peel},
    {LINK_SLL, sll_peel},
    {LINK_SLL2, sll2_peel},
    {LINK_RAW, layer_ip},
    {LINK_RAW_BSD, layer_ip},
    {LINK_IPV4, layer_ip},
    {LINK_IPV6, layer_ip},
    {LINK_NULL, loopback_peel},
    {LINK_LOOP, loopback_peel},
    {LINK_PPP, ppp_peel},
};

/* The IEEE's registry of ethertypes. */
static const struct row ethertypes[] = {
    {0x0800, ipv4_peel}, {0x86dd, ipv6_peel}, {0x8100, vlan_peel}, /* 802.1Q */
    {0x88a8, vlan_peel}, /* 802.1ad */
    {0x9100, vlan_peel}, /* QinQ before there was a standard */
    {0x9200, vlan_peel}, {0x8847, mpls_peel}, {0x8848, mpls_peel}, {0x8864, pppoe_peel},
    {0x6558, ethernet_peel}, /* Ethernet in GRE or Geneve */
    {0x880b, ppp_peel}, /* PPTP */
    {0x8926, vntag_peel}, {0x88e7, backbone_peel}, /* 802.1ah */
};

/* IANA's protocol numbers. */
static layer_step *const protocols[256] = {
    [0] = extension_peel, /* hop by hop */
    [4] = ipv4_peel,
    [6] = tcp_peel,
    [17] = udp_peel,
    [41] = ipv6_peel,
    [43] = routing_peel,
    [44] = fragment_peel,
    [47] = gre_peel,
    [51] = auth_peel,
    [60] = extension_peel, /* for the destination */
    [137] = mpls_peel,
    [143] = ethernet_peel, /* RFC 8986 */
};

static const struct {
	uint16_t port;
	bool (*looks)(const struct layer *l);
	layer_step *step;
} udp_tunnels[] = {
    {4789, vxlan_looks, vxlan_peel},
    {8472, vxlan_looks, vxlan_peel}, /* what Linux took before there was a number */
    {6081, geneve_looks, geneve_peel},
};

static layer_step *find(const struct row *rows, size_t n, uint16_t number)
{
	for (size_t i = 0; i < n; i++)
		if (rows[i].number == number)
			return rows[i].step;
	return NULL;
}

static enum peel go(struct layer *l, layer_step *step, enum peel otherwise)
{
	if (!step)
		return otherwise;
	if (l->depth++ >= PEEL_DEPTH_MAX)
		return PEEL_TOO_DEEP;
	return step(l);
}

enum peel layer_ethertype(struct layer *l, uint16_t type)
{
	return go(l, find(ethertypes, ROWS(ethertypes), type), PEEL_NOT_IP);
}

enum peel layer_protocol(struct layer *l, uint8_t protocol)
{
	return go(l, protocols[protocol], PEEL_NOT_OURS);
}

enum peel layer_ip(struct layer *l)
{
	if (l->rest.n == 0)
		return layer_short(l);
	switch (l->rest.p[0] >> 4) {
	case 4:
		return go(l, ipv4_peel, PEEL_NOT_IP);
	case 6:
		return go(l, ipv6_peel, PEEL_NOT_IP);
	default:
		return PEEL_NOT_IP;
	}
}

layer_step *layer_udp_tunnel(const struct layer *l, uint16_t dport)
{
	for (size_t i = 0; i < ROWS(udp_tunnels); i++)
		if (udp_tunnels[i].port == dport && udp_tunnels[i].looks(l))
			return udp_tunnels[i].step;
	return NULL;
}

enum peel peel(const struct frame *frame, struct defrag *defrag, struct packet *ret_packet)
{
	struct layer l;

	/* One by one: the rest of it is written before it is read. */
	l.rest = frame->bytes;
	l.cut = frame->wire_n > frame->bytes.n ? frame->wire_n - (uint32_t)frame->bytes.n : 0;
	l.depth = 0;
	l.time_us = frame->time_us;
	l.defrag = defrag;
	l.ret_packet = ret_packet;
	return go(&l, find(links, ROWS(links), frame->link), PEEL_UNKNOWN_LINK);
}
