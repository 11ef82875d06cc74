/*
 * reassembly.h: one direction of one TCP connection, as far as its reader wants it: bytes in order,
 * and holes that are given up. It works on this direction alone: nothing is concluded from the
 * other one's acknowledgements, which captures often show in the wrong order.
 *
 * In-order bytes are passed straight from the packet; only what lies behind a hole is copied, up to
 * REASSEMBLY_BYTES_MAX. A hole is given up when that is full, when the direction ends, or when
 * REASSEMBLY_WAIT_US of packet time are over. Overlaps: the first copy counts; if bytes that are
 * still held differ the conflict is told (what was passed on is not kept to compare with).
 *
 * Where no SYN was seen a gap of unknown length is told before the first bytes, and those are held
 * for one packet more: an earlier one may come late.
 */
#pragma once

#include "base/err.h"
#include "sensor/packet.h"

struct reassembly_ops {
	void (*bytes)(void *context, struct span bytes); /* the next ones in order, at least one */
	/* The next n never came; 0: an unknown number. */
	void (*gap)(void *context, uint32_t n);
};

/* 24 bytes where nothing is missing; zeroed is a fresh one. */
struct reassembly {
	uint32_t next; /* sequence number awaited */
	uint32_t fin; /* behind the last byte, where has_fin */
	uint32_t stray; /* behind the last segment that lay out of any window, where has_stray */
	uint8_t state;
	bool has_fin : 1, has_stray : 1;
	bool conflict : 1;
	struct reassembly_hole *waiting; /* NULL nearly always */
};

void reassembly_done(struct reassembly *r);
/* May be called with anything: SYN, FIN, keep-alives, retransmissions, mid-stream beginnings. Calls
 * back any number of times before it returns; the callbacks may not call reassembly. */
void reassembly_push(struct reassembly *r, const struct packet *packet,
    const struct reassembly_ops *ops, void *context);
/* The other direction spoke at this time: a mid-stream beginning waits no longer, nor does a hole
 * whose time is over. */
void reassembly_settle(
    struct reassembly *r, int64_t time_us, const struct reassembly_ops *ops, void *context);
/* What waits behind holes is told after their gaps: the direction has ended, or time is over. */
void reassembly_flush(struct reassembly *r, const struct reassembly_ops *ops, void *context);
/* The number lies within what a peer may send; so does any before the first. */
bool reassembly_is_near(const struct reassembly *r, uint32_t seq);
/* All up to the FIN, or to where an RST said, was told. */
bool reassembly_ended(const struct reassembly *r);
/* Bytes that are held. */
size_t reassembly_held(const struct reassembly *r);
