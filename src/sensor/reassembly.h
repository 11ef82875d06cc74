/*
 * reassembly.h: one direction of one TCP connection, as far as its reader wants it: bytes in order,
 * and holes that are given up. It works on this direction alone: nothing is concluded from the
 * other one's acknowledgements, which captures often show in the wrong order.
 *
 * In-order bytes are passed straight from the packet; only what lies behind a hole is copied, up to
 * REASSEMBLY_BYTES_MAX. A hole is given up when that is full, when the direction ends, or when
 * REASSEMBLY_WAIT_US of packet time are over. Overlaps: the first copy counts; if bytes differ the
 * conflict is told.
 */
#pragma once

#include "base/err.h"
#include "sensor/packet.h"

struct reassembly_ops {
	void (*bytes)(void *context, struct span bytes); /* the next ones in order */
	void (*gap)(void *context, uint32_t n); /* the next n never came; 0: an unknown number */
};

/* 32 bytes where nothing is missing; zeroed is a fresh one. */
struct reassembly {
	uint32_t next; /* sequence number awaited */
	uint8_t state;
	bool conflict;
	struct reassembly_hole *waiting; /* NULL nearly always */
};

void reassembly_done(struct reassembly *r);
/* May be called with anything: SYN, FIN, keep-alives, retransmissions, mid-stream beginnings. Calls
 * back any number of times before it returns. */
void reassembly_push(struct reassembly *r, const struct packet *packet,
    const struct reassembly_ops *ops, void *context);
/* What waits behind holes is told after their gaps: the direction has ended, or time is over. */
void reassembly_flush(struct reassembly *r, const struct reassembly_ops *ops, void *context);
/* Bytes that are held. */
size_t reassembly_held(const struct reassembly *r);
