/*
 * peel.h: from a frame to a packet, through whatever it was wrapped in. An encapsulation is a row
 * of the table in peel.c and a file where it is more than a few lines. Lengths in the headers are
 * believed only as far as bytes are there.
 */
#pragma once

#include "inet/frame.h"
#include "sensor/packet.h"

enum peel {
	PEEL_PACKET, /* ret_packet is filled */
	PEEL_FRAGMENT, /* kept until its siblings come (or counted and dropped) */
	PEEL_NOT_IP, /* ARP, LLDP, STP .. */
	PEEL_NOT_OURS, /* IP, and neither TCP nor UDP nor a tunnel we know */
	PEEL_TRUNCATED, /* cut by the capture before its ports */
	PEEL_DAMAGED, /* lengths that contradict each other */
	PEEL_TOO_DEEP, /* more than PEEL_DEPTH_MAX wrappings */
	PEEL_UNKNOWN_LINK,
	PEEL_RESULTS,
};

struct defrag; /* fragments on their way, both families, bounded: defrag.c */

must_use struct err defrag_new(struct defrag **ret_defrag);
void defrag_free(struct defrag *d);
/* Fragments that were given up so far. */
uint64_t defrag_lost(const struct defrag *d);

/* The payload points into the frame, or (a reassembled datagram) into the defragmenter until its
 * next use. */
enum peel peel(const struct frame *frame, struct defrag *defrag, struct packet *ret_packet);
