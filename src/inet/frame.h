/*
 * frame.h: what a capture gives: some bytes that were on a wire, when, and what kind of wire. Not a
 * promise: the bytes may be cut (n < wire_n) and anything may be in them.
 */
#pragma once

#include "base/span.h"

/* Numbers of the LINKTYPE_ registry (tcpdump.org/linktypes.html), for those we peel. */
enum link_type {
	LINK_NULL = 0, /* loopback of BSD: the family in the byte order of the writer */
	LINK_ETHERNET = 1,
	LINK_PPP = 9, /* with or without the address and control bytes of RFC 1662 */
	LINK_RAW_BSD = 12, /* DLT_RAW, where somebody wrote that */
	LINK_RAW = 101,
	LINK_LOOP = 108, /* OpenBSD: the family in network order */
	LINK_SLL = 113,
	LINK_IPV4 = 228,
	LINK_IPV6 = 229,
	LINK_SLL2 = 276,
};

struct frame {
	int64_t time_us; /* microseconds since the epoch */
	uint32_t wire_n; /* bytes it had on the wire; >= bytes.n */
	uint16_t link; /* enum link_type */
	uint32_t interface; /* a live one's index; 0: not known */
	struct span bytes;
};
