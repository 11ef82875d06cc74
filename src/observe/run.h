/*
 * run.h: one scan or import as the store remembers it: what it was asked to cover, how far it came,
 * and how to go on. Each worker has its own low-water mark: below it every target of its share is
 * finished. A run is resumed with the seed, the shard and the number of workers that it began with.
 */
#pragma once

#include "observe/observation.h"

enum { RUN_WORKERS_MAX = 256 }; /* one a core */

/* Stable numbers: they are stored. */
enum run_state {
	RUN_NONE,
	RUN_UNFINISHED = 1, /* in progress, or killed */
	RUN_COMPLETED =
	    2, /* covered all that it was asked to: the only ones that make "vanished" */
	RUN_STOPPED = 3, /* by Ctrl-C or a limit; can be resumed */
	RUN_STATE_MAX,
};

/* Counts of one worker since the run began (a resume carries them on). */
struct progress {
	uint32_t worker;
	uint64_t total; /* targets of this worker's share */
	uint64_t tried;
	uint64_t open, refused, timeout, unreachable;
	uint64_t grabs_pending;
	uint64_t connections;
	uint64_t low_water; /* the checkpoint: every index below it is finished, but for these: */
	uint64_t owed; /* so many before it have been asked once, and may be asked again */
	struct span held; /* found open and not done with, 8 bytes each (codec.h) */
	/* Of raw packets, of this process; not stored. */
	uint64_t probes; /* 0: none were sent */
	uint64_t probed, answered; /* targets that they went to, and of these */
	uint64_t absent; /* targets where nobody answered ARP or NDP: not probed */
	uint64_t disbelieved; /* open, as all ports of their hosts are: not talked to */
	uint64_t covered, surveyed; /* so much of so much is found, by estimate; 0 and 0: unknown */
	uint32_t passes; /* the most that any target had */
};

struct run {
	uint64_t id; /* given by the store */
	uint8_t evidence; /* EVIDENCE_SCAN or EVIDENCE_IMPORT */
	uint8_t state; /* enum run_state */
	int64_t started_ms;
	int64_t ended_ms; /* 0: not yet */
	uint64_t seed;
	uint32_t shard, shards;
	uint32_t workers;
	const char *
	    /* the request in words, enough to compare and to ask for again; owner: the maker */
	    spec;
	int64_t heard_ms; /* when its workers' counts were written last; 0: never */
	const struct progress
	    *progress; /* of `workers` workers; NULL before the first checkpoint */
};

const char *run_state_text(enum run_state state); /* "unfinished", "completed", "stopped" */
/* All workers together; worker and low_water are 0. */
struct progress run_progress(const struct run *run);
/* The share of open ports that was found, by estimate; below 0: nothing tells. */
double run_coverage(const struct progress *all);
