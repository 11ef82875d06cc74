/*
 * caplive.h: packets of an interface, by a TPACKET_V3 ring that the kernel fills block by block;
 * one a worker, joined in a fan-out group that keeps both directions of a pair of addresses
 * together (a filter computes it from the addresses alone, so it is symmetric by construction;
 * caplive_selftest makes sure). Opening needs CAP_NET_RAW; afterwards only caplive_read and
 * caplive_counts call the kernel, and that with getsockopt(2) alone.
 */
#pragma once

#include "base/err.h"
#include "inet/frame.h"

struct caplive;

struct caplive_config {
	const char *interface; /* "any": all of them */
	const char *filter; /* libpcap expression; NULL: all. An 802.1Q tag is invisible to it. */
	uint32_t members; /* workers in the group; 0, 1: no group */
	uint32_t group; /* 0: a new one; else caplive_group() of its first member */
	uint32_t ring_bytes; /* 0: CAPLIVE_RING_BYTES; the half, and so on, if memory is short */
	uint32_t wait_ms; /* a frame comes so late at the most; 0: CAPLIVE_BLOCK_WAIT_MS */
	bool promiscuous;
};

/* *ret_problem: where the filter or the interface is at fault, a text to show, else NULL (valid
 * until the next call). */
must_use struct err caplive_open(
    const struct caplive_config *config, struct caplive **ret_live, const char **ret_problem);
void caplive_close(struct caplive *l);
/* To be watched for reading. */
int caplive_fd(const struct caplive *l);
/* 0: no group. */
uint32_t caplive_group(const struct caplive *l);

/* The bytes live until it returns. */
typedef void caplive_frame_fn(void *context, const struct frame *frame);
/* Calls on_frame for every frame that is there, though for no more than a ring full; returns how
 * many. */
size_t caplive_read(struct caplive *l, caplive_frame_fn *on_frame, void *context);
/* The interface went down or away; frames may come again when it is back up. */
bool caplive_is_down(const struct caplive *l);

struct caplive_counts {
	uint64_t received; /* past the filter, since the opening; with the dropped ones */
	uint64_t dropped; /* for want of room in the ring */
};
struct caplive_counts caplive_counts(struct caplive *l);

/* The two directions between two addresses meet in the same member, tried on the loopback
 * interface. OK, or what is wrong. Needs CAP_NET_RAW, and takes some milliseconds. */
must_use struct err caplive_selftest(void);
