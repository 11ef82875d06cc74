/*
 * ether.h: what is around a datagram on a link: read from whatever kind of link a capture has,
 * written as Ethernet.
 */
#pragma once

#include "inet/frame.h"

enum {
	ETHER_HEAD_MAX = 14 + 4,
	ETHER_SHORTEST = 60, /* IEEE 802.3, without the FCS; not every path pads what is shorter */
};

enum ether_type {
	ETHER_IPV4 = 0x0800,
	ETHER_ARP = 0x0806,
	ETHER_VLAN = 0x8100, /* 802.1Q */
	ETHER_SERVICE_VLAN = 0x88a8, /* 802.1ad */
	ETHER_IPV6 = 0x86dd,
};

struct ether {
	uint16_t type; /* enum ether_type or another, behind the tags */
	struct span content; /* with what pads it */
	uint32_t cut; /* bytes of it that the capture has not */
};

/* false: not a frame that somebody sent us with an ethertype (too short, a link we do not read, our
 * own). Of links without a header the version of IP tells the type. */
bool ether_read(const struct frame *frame, struct ether *ret);

/* The MAC of one card: neither a group nor nobody. */
bool ether_is_station(const uint8_t mac[6]);

/* The header into frame[ETHER_HEAD_MAX]; its length. vlan: the TCI of an 802.1Q tag, 0: no tag. */
size_t ether_write(
    uint8_t *frame, const uint8_t from[6], const uint8_t to[6], uint16_t vlan, uint16_t type);
/* Zeros up to the shortest length, where n is less; the length that it has then. */
size_t ether_pad(uint8_t *frame, size_t n);
