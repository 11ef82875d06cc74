/*
 * syn.h: the frames of a scan: SYNs and the RSTs that follow them. What is the same for all targets
 * behind one next hop is made once; for each target its words and their part of the checksums are
 * put in.
 */
#pragma once

#include "inet/addr.h"

enum { SYN_FRAME_MAX = 14 + 4 + 40 + 32 };

/* How frames leave. */
struct syn_way {
	uint8_t mac_from[6], mac_to[6];
	uint16_t vlan; /* 802.1Q tag's TCI; 0: none */
	struct addr from;
};

/* A frame without what each target changes, which is 0, and the sums of its constant words. */
struct syn_form {
	uint8_t frame[SYN_FRAME_MAX];
	uint8_t n;
	uint32_t ip_sum; /* of IPv4's header */
	uint32_t tcp_sum; /* of TCP's, and of its pseudo header */
};

struct syn_template {
	struct syn_form syn, reset;
	uint8_t ip_at, tcp_at;
	bool v6;
};

void syn_init(struct syn_template *t, const struct syn_way *way);
/* The frame for one target into `frame` (SYN_FRAME_MAX bytes, anything in it); its length. `to` is
 * of the family of way->from. mac_to NULL: the template's. */
size_t syn_write(const struct syn_template *t, uint8_t *frame, const uint8_t *mac_to,
    const struct addr *to, uint16_t from_port, uint16_t to_port, uint32_t seq);
/* seq: what the SYN-ACK acknowledged (RFC 9293 3.10.7.3). */
size_t syn_write_reset(const struct syn_template *t, uint8_t *frame, const uint8_t *mac_to,
    const struct addr *to, uint16_t from_port, uint16_t to_port, uint32_t seq);
