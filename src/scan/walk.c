/*
 * walk.c: shards take turns in the targets themselves, not in their order: so they partition
 * whatever the seeds are. A step is a number of the shard's; the permutation says which of its
 * targets that is.
 */
#include "scan/walk.h"

struct err walk_init(
    struct walk *w, const struct targets *targets, uint64_t seed, const struct walk_share *share)
{
	if (share->shards == 0 || share->shard >= share->shards || share->workers == 0 ||
	    share->worker >= share->workers)
		return err_bug("a shard or worker beyond their number");
	*w = (struct walk){.targets = targets, .share = *share};
	w->steps = walk_steps_below(w, targets_count(targets));
	permute_init(&w->order, w->steps, seed);
	return OK;
}

struct target walk_target(const struct walk *w, uint64_t step)
{
	return targets_at(
	    w->targets, permute_at(&w->order, step) * w->share.shards + w->share.shard);
}

uint64_t walk_index(const struct walk *w, uint64_t step)
{
	return step * w->share.shards + w->share.shard;
}

bool walk_step(const struct walk *w, uint64_t index, uint64_t *ret_step)
{
	if (index % w->share.shards != w->share.shard)
		return false;
	*ret_step = index / w->share.shards;
	return true;
}

bool walk_find(const struct walk *w, uint64_t k, uint64_t *ret_step)
{
	if (k % w->share.shards != w->share.shard)
		return false;
	*ret_step = permute_find(&w->order, k / w->share.shards);
	return true;
}

uint64_t walk_steps_below(const struct walk *w, uint64_t index)
{
	const struct walk_share *s = &w->share;

	return index > s->shard ? (index - s->shard - 1) / s->shards + 1 : 0;
}

/* A shard's hosts may be `shards` apart: that must not pile them up in one worker. */
bool walk_deals(const struct walk_share *share, uint64_t host)
{
	return host / share->shards % share->workers == share->worker;
}

bool walk_is_mine(const struct walk *w, const struct target *t)
{
	return walk_deals(&w->share, t->host);
}

uint64_t walk_mine(const struct walk *w, uint64_t from)
{
	uint64_t left = w->steps - from, workers = w->share.workers;

	return left / workers + (w->share.worker < left % workers);
}
