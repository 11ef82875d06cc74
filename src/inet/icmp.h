/*
 * icmp.h: what ICMP of both families has in common: a type, a code, a checksum over all of it.
 */
#pragma once

#include "inet/ip_packet.h"

struct icmp {
	uint8_t type, code; /* of the packet's family */
	uint32_t word; /* the four bytes behind the checksum */
	struct span body; /* what follows those */
};

/* false: not ICMP of the packet's own family, too short, or its checksum is wrong (which of a
 * packet that the capture has cut nobody can tell). */
bool icmp_read(const struct ip_packet *packet, struct icmp *ret);

/* The largest message that we write, with its Ethernet header: an advertisement's size. */
enum { ICMP_FRAME_MAX = 128 };

/* A frame of ICMPv6 for a multicast group (RFC 2464 7 tells its MAC from its address) into
 * frame[ICMP_FRAME_MAX]; its length. message[0..n) begins with its type; its checksum, bytes 2 and
 * 3, is made here. */
size_t icmp_write_group(uint8_t *frame, const uint8_t mac_from[6], const struct addr *from,
    const struct addr *group, uint8_t hops, const uint8_t *message, size_t n);
