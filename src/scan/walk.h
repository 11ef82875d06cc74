/*
 * walk.h: in which order targets are visited, and which of them are whose. Targets have an index;
 * the shard's have steps, in the order of the walk; and the hosts among them are dealt to workers,
 * so that neighbours meet in one process.
 */
#pragma once

#include "inet/permute.h"
#include "inet/targets.h"

struct walk_share {
	uint32_t shard, shards; /* they partition the targets, whatever the seeds are */
	uint32_t worker, workers;
};

/* Is this host (its number in the targets) the worker's? */
bool walk_deals(const struct walk_share *share, uint64_t host);

struct walk {
	const struct targets *targets;
	struct walk_share share;
	struct permute order;
	uint64_t steps; /* of our shard, all workers */
};

/* The targets must outlive it. ERR_BUG: a shard or worker beyond their number. */
must_use struct err walk_init(
    struct walk *w, const struct targets *targets, uint64_t seed, const struct walk_share *share);
struct target walk_target(const struct walk *w, uint64_t step);
/* A step as the caller knows it, and back. */
uint64_t walk_index(const struct walk *w, uint64_t step);
bool walk_step(const struct walk *w, uint64_t index, uint64_t *ret_step); /* false: not ours */
/* The step at which target k of the targets comes; false: not this shard's. */
bool walk_find(const struct walk *w, uint64_t k, uint64_t *ret_step);
/* How many steps have an index below this one, in the order of indexes. */
uint64_t walk_steps_below(const struct walk *w, uint64_t index);
/* Is it this worker's? */
bool walk_is_mine(const struct walk *w, const struct target *t);
/* Of the steps from this one on, about how many are this worker's. */
uint64_t walk_mine(const struct walk *w, uint64_t from);
