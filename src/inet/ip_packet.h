/*
 * ip_packet.h: one IP datagram, read as a careful stack would and no further: whole ones only (what
 * answers a probe has no reason to be in fragments), IPv6's extension headers passed over.
 */
#pragma once

#include "inet/addr.h"
#include "inet/ether.h"

enum { IP_HEAD_MAX = 40 };

struct ip_packet {
	struct addr from, to; /* without a zone: it is of the link, which frames do not name */
	uint8_t protocol; /* IPPROTO_TCP ..; behind IPv6's extension headers */
	uint8_t hops; /* left: time to live */
	bool whole; /* false: the capture has cut the content */
	struct span content;
};

/* false: no IP, not for anybody's stack (a wrong header checksum, lengths that contradict each
 * other), or a fragment. */
bool ip_packet_read(const struct ether *ether, struct ip_packet *ret);

/* An IPv6 address as it is on the wire. false: not there, or in the block that stands for IPv4 here
 * (::ffff:0:0/96), which nobody has on a wire (RFC 4942 2.2). */
bool ip_read_v6_addr(struct span *s, struct addr *ret);

/* What TCP and ICMPv6 sum besides themselves (RFC 9293 3.1, RFC 8200 8.1); n: of the content. */
uint32_t ip_pseudo_sum(const struct addr *from, const struct addr *to, uint8_t protocol, size_t n);
/* The header of the family of d->from, in front of content_n bytes, into at[IP_HEAD_MAX]; its
 * length. IPv4's says "do not fragment" and has its checksum. d->content and whole are not read. */
size_t ip_packet_write(uint8_t *at, const struct ip_packet *d, size_t content_n);
