/*
 * tally.h: what a sensor sees a thousand times is said once, and then once an interval with counts.
 * The first observation of an endpoint, chain, outcome and set of findings passes at once, so that
 * whoever waits for it hears within the packet; repeats are held and passed as one: `count` of the
 * connections since the last time, `clients` of all distinct ones so far, the latest state.
 */
#pragma once

#include "base/err.h"
#include "base/siphash.h"
#include "observe/observation.h"

struct tally;

enum {
	TALLY_MAX = 16384, /* held at once: 1.5 KB each; the oldest is passed and forgotten */
	TALLY_INTERVAL_MS = 60000,
};

struct tally_ops {
	/* The observation is the callee's during the call only. false: not taken now; it is held,
	 * counts on, and is offered again. */
	bool (*pass)(void *context, const struct observation *obs);
};

struct tally_counts {
	uint64_t added, passed, evicted;
	uint64_t lost; /* those that had to make room and were not taken */
	size_t held;
};

must_use struct err tally_new(const struct siphash_key *key, const struct tally_ops *ops,
    void *context, struct tally **ret_tally);
/* Passes nothing. */
void tally_free(struct tally *t);

/* obs->last_ms is its time, obs->count its connections; client may be NULL. */
void tally_add(struct tally *t, const struct observation *obs, const struct addr *client);
/* Time went on: what is due is passed. Cheap while nothing is. */
void tally_tick(struct tally *t, int64_t now_ms);
/* What was not taken is offered again; false: some of it still is not. */
bool tally_offer(struct tally *t);
/* All that is held is offered; as tally_offer. */
bool tally_flush(struct tally *t);
struct tally_counts tally_counts(const struct tally *t);
