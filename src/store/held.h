/*
 * held.h: what is wrong with the sightings at a time: of their chains, and of themselves. Findings
 * begin and end as time goes by, so it holds from that time until the next of them does.
 */
#pragma once

#include "store/db.h"
#include "store/sightings.h"

enum { HELD_IDS_MAX = 64 }; /* a bit each */

struct held_own {
	uint32_t row;
	uint8_t worst;
	uint64_t ids;
};

struct held {
	int64_t from_s, until_s; /* so it is until before the latter */
	uint64_t *ids; /* findings, by chain */
	uint8_t *worst; /* their severity, by chain */
	struct held_own *own; /* of sightings that have their own, rising */
	size_t n_own, cap;
	struct bits has_own;
	uint8_t severity[HELD_IDS_MAX]; /* of each finding, at worst */
};

/* held_done is for what was read alone. */
must_use struct err held_read(
    struct store *s, const struct sightings *of, int64_t at_s, struct held *ret_held);
void held_done(struct held *h);
bool held_is_of(const struct held *h, int64_t at_s);

/* What a row has itself; NULL: nothing. */
const struct held_own *held_own(const struct held *h, size_t row);

static inline uint64_t held_ids(const struct held *h, const struct sightings *of, size_t row)
{
	const struct held_own *own = held_own(h, row);

	return h->ids[of->v[row].chain] | (own ? own->ids : 0);
}

static inline uint8_t held_worst(const struct held *h, const struct sightings *of, size_t row)
{
	const struct held_own *own = held_own(h, row);
	uint8_t worst = h->worst[of->v[row].chain];

	return own && own->worst > worst ? own->worst : worst;
}
