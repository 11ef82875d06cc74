/*
 * frames.h: frames made from the inside out: begin with the content, then put header before header.
 *
 *	frame_begin(&w, "hello", 5);
 *	frame_tcp(&w, 1234, 443, 1, TCP_ACK);
 *	frame_ip(&w, "10.0.0.1", "10.0.0.2", 6);
 *	frame_ether(&w, 0x0800);
 *
 * `wrappings` has every encapsulation that the sensor knows: each makes a frame of an IP packet, so
 * a whole trace can be sent through each. Checksums are 0: nobody of ours looks.
 */
#pragma once

#include "inet/frame.h"
#include "sensor/packet.h"

#include "lib/test.h"

enum { FRAME_HEADROOM = 4096, FRAME_CONTENT_MAX = 65536 };

struct made {
	size_t begin, n; /* in room; no pointer, so that it may be copied */
	uint8_t room[FRAME_HEADROOM + FRAME_CONTENT_MAX];
};

static inline uint8_t *frame_bytes(struct made *w)
{
	return w->room + w->begin;
}

static inline void frame_begin(struct made *w, const void *content, size_t n)
{
	w->begin = FRAME_HEADROOM;
	w->n = n;
	if (n > FRAME_CONTENT_MAX)
		abort();
	if (n > 0)
		memcpy(frame_bytes(w), content, n);
}

/* n zero bytes before the rest. */
static inline uint8_t *frame_push(struct made *w, size_t n)
{
	if (n > w->begin)
		abort();
	w->begin -= n;
	w->n += n;
	return memset(frame_bytes(w), 0, n);
}

static inline void put_be(uint8_t *p, uint64_t value, size_t bytes)
{
	while (bytes-- > 0) {
		p[bytes] = (uint8_t)value;
		value >>= 8;
	}
}

/* Ethernet's minimum, filled up behind; or whatever else a sender leaves there. */
static inline void frame_pad(struct made *w, size_t n)
{
	if (w->n < n) {
		memset(frame_bytes(w) + w->n, 0xaa, n - w->n);
		w->n = n;
	}
}

/* As a capture gives it; kept: how many bytes of it, SIZE_MAX for all. */
static inline struct frame frame_cut(
    const struct made *w, uint16_t link, int64_t time_us, size_t kept)
{
	return (struct frame){
	    .time_us = time_us,
	    .wire_n = (uint32_t)w->n,
	    .link = link,
	    .bytes = span_of(w->room + w->begin, kept < w->n ? kept : w->n),
	};
}

static inline struct frame frame_of(const struct made *w, uint16_t link, int64_t time_us)
{
	return frame_cut(w, link, time_us, SIZE_MAX);
}

static inline void frame_tcp(
    struct made *w, uint16_t sport, uint16_t dport, uint32_t seq, uint8_t flags)
{
	uint8_t *h = frame_push(w, 20);

	put_be(h, sport, 2);
	put_be(h + 2, dport, 2);
	put_be(h + 4, seq, 4);
	put_be(h + 8, 77, 4);
	h[12] = 5 << 4;
	h[13] = flags;
}

/* The same with n bytes of options, a multiple of 4. */
static inline void frame_tcp_options(
    struct made *w, uint16_t sport, uint16_t dport, uint32_t seq, uint8_t flags, size_t n)
{
	memset(frame_push(w, n), 1, n);
	frame_tcp(w, sport, dport, seq, flags);
	frame_bytes(w)[12] = (uint8_t)((5 + n / 4) << 4);
}

static inline void frame_udp(struct made *w, uint16_t sport, uint16_t dport)
{
	size_t n = w->n + 8;
	uint8_t *h = frame_push(w, 8);

	put_be(h, sport, 2);
	put_be(h + 2, dport, 2);
	put_be(h + 4, n, 2);
}

static inline struct addr frame_addr(const char *text)
{
	struct addr a = {0};

	if (err_is(addr_parse(span_str(text), &a)))
		abort();
	return a;
}

static inline void frame_ip_of(
    struct made *w, const struct addr *src, const struct addr *dst, uint8_t protocol)
{
	size_t n = w->n;
	uint8_t *h;

	if (addr_is_v4(src)) {
		h = frame_push(w, 20);
		h[0] = 0x45;
		put_be(h + 2, n + 20, 2);
		h[8] = 64;
		h[9] = protocol;
		memcpy(h + 12, src->b + 12, 4);
		memcpy(h + 16, dst->b + 12, 4);
		return;
	}
	h = frame_push(w, 40);
	h[0] = 0x60;
	put_be(h + 4, n, 2);
	h[6] = protocol;
	h[7] = 64;
	memcpy(h + 8, src->b, 16);
	memcpy(h + 24, dst->b, 16);
}

/* Of the family that the texts are of. */
static inline void frame_ip(struct made *w, const char *src, const char *dst, uint8_t protocol)
{
	struct addr from = frame_addr(src), to = frame_addr(dst);

	frame_ip_of(w, &from, &to, protocol);
}

static inline void frame_ether(struct made *w, uint16_t type)
{
	uint8_t *h = frame_push(w, 14);

	memcpy(h, "\2\0\0\0\0\1\2\0\0\0\0\2", 12);
	put_be(h + 12, type, 2);
}

/* n bytes of which the last two are an ethertype: tags, cooked headers. */
static inline uint8_t *frame_typed(struct made *w, size_t n, uint16_t type)
{
	uint8_t *h = frame_push(w, n);

	put_be(h + n - 2, type, 2);
	return h;
}

static inline void frame_gre(struct made *w, uint16_t flags, uint16_t type, size_t optional)
{
	uint8_t *h;

	memset(frame_push(w, optional), 0x5a, optional);
	h = frame_push(w, 4);
	put_be(h, flags, 2);
	put_be(h + 2, type, 2);
}

/* An extension header of IPv6 (or AH, whose length is counted differently). */
static inline uint8_t *frame_extension(struct made *w, size_t n, uint8_t next)
{
	uint8_t *h = frame_push(w, n);

	h[0] = next;
	h[1] = (uint8_t)(n / 8 - 1);
	return h;
}

static inline uint16_t frame_type_of_ip(struct made *w)
{
	return frame_bytes(w)[0] >> 4 == 6 ? 0x86dd : 0x0800;
}

static inline uint8_t frame_protocol_of_ip(struct made *w)
{
	return frame_bytes(w)[0] >> 4 == 6 ? 41 : 4;
}

/* A fragment of an IP packet without options and extension headers: n bytes of its content from
 * `from` on (a multiple of 8), or what there is of them. Returns how many; 0: none are left. */
static inline size_t frame_fragment(
    struct made *out, const struct made *ip, size_t from, size_t n, uint32_t id)
{
	const uint8_t *from_ip = ip->room + ip->begin;
	bool v6 = from_ip[0] >> 4 == 6;
	size_t header = v6 ? 40 : 20, all = ip->n - header;
	bool more = from + n < all;
	uint8_t *h;

	if (from >= all)
		return 0;
	n = more ? n : all - from;
	frame_begin(out, from_ip + header + from, n);
	if (v6) {
		h = frame_push(out, 8);
		h[0] = from_ip[6];
		put_be(h + 2, from | more, 2);
		put_be(h + 4, id, 4);
	}
	h = memcpy(frame_push(out, header), from_ip, header);
	if (v6) {
		put_be(h + 4, n + 8, 2);
		h[6] = 44;
	} else {
		put_be(h + 2, n + 20, 2);
		put_be(h + 4, id, 2);
		put_be(h + 6, from / 8 | (more ? 0x2000 : 0), 2);
	}
	return n;
}

/* What the wrappings put around an IP packet where they need addresses. */
static inline void frame_outer4(struct made *w, uint8_t protocol)
{
	frame_ip(w, "192.0.2.1", "192.0.2.2", protocol);
}

static inline void frame_outer6(struct made *w, uint8_t protocol)
{
	frame_ip(w, "2001:db8:ffff::1", "2001:db8:ffff::2", protocol);
}

static inline void wrap_nothing(struct made *w)
{
	(void)w;
}

static inline void wrap_ether(struct made *w)
{
	frame_ether(w, frame_type_of_ip(w));
	frame_pad(w, 60);
}

static inline void wrap_vlan(struct made *w)
{
	frame_typed(w, 4, frame_type_of_ip(w));
	frame_ether(w, 0x8100);
}

static inline void wrap_qinq(struct made *w)
{
	frame_typed(w, 4, frame_type_of_ip(w));
	frame_typed(w, 4, 0x8100);
	frame_ether(w, 0x88a8);
}

static inline void wrap_vntag(struct made *w)
{
	frame_typed(w, 6, frame_type_of_ip(w));
	frame_ether(w, 0x8926);
}

static inline void wrap_backbone(struct made *w)
{
	wrap_ether(w);
	frame_push(w, 4);
	frame_typed(w, 4, 0x88e7);
	frame_ether(w, 0x88a8);
}

static inline void wrap_snap(struct made *w)
{
	uint8_t *h = frame_typed(w, 8, frame_type_of_ip(w));
	size_t n = w->n;

	memcpy(h, "\xaa\xaa\3", 3);
	frame_ether(w, n < 1500 ? (uint16_t)n : 1500);
}

static inline void wrap_sll(struct made *w)
{
	frame_typed(w, 16, frame_type_of_ip(w));
}

static inline void wrap_sll2(struct made *w)
{
	uint16_t type = frame_type_of_ip(w);

	put_be(frame_push(w, 20), type, 2);
}

static inline void wrap_family_le(struct made *w)
{
	uint8_t family = frame_bytes(w)[0] >> 4 == 6 ? 24 : 2;

	frame_push(w, 4)[0] = family;
}

static inline void wrap_family_be(struct made *w)
{
	uint8_t family = frame_bytes(w)[0] >> 4 == 6 ? 30 : 2;

	frame_push(w, 4)[3] = family;
}

static inline void wrap_ip_in_4(struct made *w)
{
	frame_outer4(w, frame_protocol_of_ip(w));
	wrap_ether(w);
}

static inline void wrap_ip_in_6(struct made *w)
{
	frame_outer6(w, frame_protocol_of_ip(w));
	wrap_ether(w);
}

static inline void wrap_gre(struct made *w)
{
	frame_gre(w, 0, frame_type_of_ip(w), 0);
	frame_outer4(w, 47);
	wrap_ether(w);
}

/* Checksum, key, sequence number; Ethernet within. */
static inline void wrap_gre_bridge(struct made *w)
{
	wrap_ether(w);
	frame_gre(w, 0xb000, 0x6558, 12);
	frame_outer6(w, 47);
	wrap_ether(w);
}

static inline void wrap_erspan_1(struct made *w)
{
	wrap_ether(w);
	frame_gre(w, 0, 0x88be, 0);
	frame_outer4(w, 47);
	wrap_ether(w);
}

static inline void wrap_erspan_2(struct made *w)
{
	wrap_ether(w);
	frame_push(w, 8)[0] = 0x10;
	frame_gre(w, 0x1000, 0x88be, 4);
	frame_outer4(w, 47);
	wrap_ether(w);
}

static inline void wrap_erspan_3(struct made *w)
{
	uint8_t *h;

	wrap_ether(w);
	h = frame_push(w, 20);
	h[0] = 0x20;
	h[11] = 1; /* with the platform's part */
	frame_gre(w, 0x1000, 0x22eb, 4);
	frame_outer4(w, 47);
	wrap_ether(w);
}

static inline void frame_ppp(struct made *w)
{
	uint8_t protocol = frame_bytes(w)[0] >> 4 == 6 ? 0x57 : 0x21;

	frame_push(w, 2)[1] = protocol;
}

static inline void wrap_ppp(struct made *w)
{
	frame_ppp(w);
	memcpy(frame_push(w, 2), "\xff\3", 2);
}

static inline void wrap_pptp(struct made *w)
{
	wrap_ppp(w);
	frame_gre(w, 0x3081, 0x880b, 12); /* key, sequence, acknowledgement */
	frame_outer4(w, 47);
	wrap_ether(w);
}

static inline void wrap_pppoe(struct made *w)
{
	size_t n;
	uint8_t *h;

	frame_ppp(w);
	n = w->n;
	h = frame_push(w, 6);
	h[0] = 0x11;
	put_be(h + 4, n, 2);
	frame_ether(w, 0x8864);
}

static inline void frame_label(struct made *w, bool bottom)
{
	uint8_t *h = frame_push(w, 4);

	h[1] = 0x10;
	h[2] = bottom;
	h[3] = 64;
}

static inline void wrap_mpls(struct made *w)
{
	frame_label(w, true);
	frame_label(w, false);
	frame_ether(w, 0x8847);
}

static inline void wrap_pseudowire(struct made *w)
{
	wrap_ether(w);
	frame_push(w, 4); /* the control word */
	frame_label(w, true);
	frame_ether(w, 0x8847);
}

static inline void frame_vxlan(struct made *w, uint16_t port)
{
	uint8_t *h = frame_push(w, 8);

	h[0] = 8;
	put_be(h + 4, 4711, 3);
	frame_udp(w, 40000, port);
}

static inline void wrap_vxlan(struct made *w)
{
	wrap_ether(w);
	frame_vxlan(w, 4789);
	frame_outer4(w, 17);
	wrap_ether(w);
}

static inline void wrap_vxlan_linux(struct made *w)
{
	wrap_vlan(w);
	frame_vxlan(w, 8472);
	frame_outer6(w, 17);
	wrap_ether(w);
}

static inline void wrap_geneve(struct made *w)
{
	uint8_t *h;

	wrap_ether(w);
	h = frame_push(w, 8 + 12);
	h[0] = 3; /* options of 12 bytes */
	put_be(h + 2, 0x6558, 2);
	frame_udp(w, 40000, 6081);
	frame_outer4(w, 17);
	wrap_ether(w);
}

/* Every extension header before the packet within. */
static inline void wrap_extensions(struct made *w)
{
	uint8_t *h;

	h = frame_extension(w, 16, frame_protocol_of_ip(w));
	h = frame_extension(w, 24, 60);
	h[1] = 4; /* AH counts in 4 bytes, less 2 */
	h = frame_extension(w, 8, 51); /* a fragment that is all */
	h[1] = 0;
	h = frame_extension(w, 24, 44); /* a routing header that has arrived */
	h[2] = 2;
	frame_extension(w, 8, 43);
	frame_outer6(w, 0);
	wrap_ether(w);
}

/* What a mirror session of a data centre sends. */
static inline void wrap_deep(struct made *w)
{
	wrap_vlan(w);
	frame_vxlan(w, 4789);
	frame_outer4(w, 17);
	frame_typed(w, 4, 0x0800);
	frame_typed(w, 4, 0x8100);
	frame_ether(w, 0x88a8);
	frame_push(w, 8)[0] = 0x10;
	frame_gre(w, 0x1000, 0x88be, 4);
	frame_outer4(w, 47);
	wrap_ether(w);
}

static const struct wrapping {
	const char *name;
	uint16_t link; /* enum link_type */
	void (*wrap)(struct made *ip_packet);
} wrappings[] = {
    {"ethernet", LINK_ETHERNET, wrap_ether},
    {"802.1Q", LINK_ETHERNET, wrap_vlan},
    {"802.1ad", LINK_ETHERNET, wrap_qinq},
    {"VN-tag", LINK_ETHERNET, wrap_vntag},
    {"802.1ah", LINK_ETHERNET, wrap_backbone},
    {"SNAP", LINK_ETHERNET, wrap_snap},
    {"raw", LINK_RAW, wrap_nothing},
    {"raw of BSD", LINK_RAW_BSD, wrap_nothing},
    {"SLL", LINK_SLL, wrap_sll},
    {"SLL2", LINK_SLL2, wrap_sll2},
    {"loopback, little-endian", LINK_NULL, wrap_family_le},
    {"loopback, big-endian", LINK_NULL, wrap_family_be},
    {"loopback of OpenBSD", LINK_LOOP, wrap_family_be},
    {"IP in IPv4", LINK_ETHERNET, wrap_ip_in_4},
    {"IP in IPv6", LINK_ETHERNET, wrap_ip_in_6},
    {"GRE", LINK_ETHERNET, wrap_gre},
    {"GRE, bridged", LINK_ETHERNET, wrap_gre_bridge},
    {"ERSPAN I", LINK_ETHERNET, wrap_erspan_1},
    {"ERSPAN II", LINK_ETHERNET, wrap_erspan_2},
    {"ERSPAN III", LINK_ETHERNET, wrap_erspan_3},
    {"PPP", LINK_PPP, wrap_ppp},
    {"PPTP", LINK_ETHERNET, wrap_pptp},
    {"PPPoE", LINK_ETHERNET, wrap_pppoe},
    {"MPLS", LINK_ETHERNET, wrap_mpls},
    {"MPLS pseudowire", LINK_ETHERNET, wrap_pseudowire},
    {"VXLAN", LINK_ETHERNET, wrap_vxlan},
    {"VXLAN of Linux", LINK_ETHERNET, wrap_vxlan_linux},
    {"Geneve", LINK_ETHERNET, wrap_geneve},
    {"IPv6 extension headers", LINK_ETHERNET, wrap_extensions},
    {"mirror session", LINK_ETHERNET, wrap_deep},
};

enum { WRAPPINGS = sizeof(wrappings) / sizeof(wrappings[0]) };
