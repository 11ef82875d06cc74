/*
 * peel.h: from a frame to a packet, through whatever it was wrapped in. An encapsulation is a row
 * of a table in peel.c and a function behind it (layer.h). Lengths in the headers are believed only
 * as far as bytes are there; checksums are not looked at, for the sender's card often fills them in
 * behind the capture.
 */
#pragma once

#include "inet/frame.h"
#include "sensor/defrag.h"
#include "sensor/packet.h"

enum peel {
	PEEL_PACKET, /* ret_packet is filled */
	PEEL_FRAGMENT, /* kept until its siblings come (or counted and dropped) */
	PEEL_NOT_IP, /* ARP, LLDP, STP .. */
	PEEL_NOT_OURS, /* IP, and neither TCP nor UDP nor a tunnel we know */
	PEEL_TRUNCATED, /* cut by the capture before its ports */
	PEEL_DAMAGED, /* lengths that contradict each other */
	PEEL_TOO_DEEP, /* more than PEEL_DEPTH_MAX headers */
	PEEL_UNKNOWN_LINK,
	PEEL_RESULTS,
};

/* All of ret_packet but its number, which is the caller's. The payload points into the frame, or (a
 * reassembled datagram) into the defragmenter until its next use. */
enum peel peel(const struct frame *frame, struct defrag *defrag, struct packet *ret_packet);
