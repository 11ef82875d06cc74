/*
 * answer.h: what a frame says about one of our probes, if it is an answer. Whether it truly is one
 * tells the cookie, and the caller must ask it: here it is only read.
 */
#pragma once

#include "inet/addr.h"
#include "inet/frame.h"

enum answer_kind {
	ANSWER_NONE,
	ANSWER_OPEN, /* SYN-ACK */
	ANSWER_CLOSED, /* RST */
	ANSWER_UNREACHABLE, /* ICMP, about a SYN */
};

/* Addresses have no zone: it is of the link that the frame came by. */
struct answer {
	enum answer_kind kind;
	struct addr from; /* the target (of an unreachable: what the quoted SYN was sent to) */
	uint16_t port; /* the target's */
	uint16_t our_port;
	struct addr to; /* our address */
	uint32_t cookie; /* acknowledgement - 1, or the quoted sequence number */
	uint32_t seq; /* of a SYN-ACK: theirs */
	uint8_t icmp_type, icmp_code; /* of an unreachable, of the family */
};

/* Ethernet with up to two tags, cooked captures, and bare IP. Else, and for all that is no answer,
 * ANSWER_NONE and nothing more. */
struct answer answer_read(const struct frame *frame);
