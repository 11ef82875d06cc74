/*
 * tally.h: the rows of a question, counted by chain, endpoint and certificate. What belongs to
 * these is counted after it, once of each thing, as often as it has rows.
 */
#pragma once

#include "store/counter.h"
#include "store/scope.h"

/* How many sightings things have, by row number. */
struct weights {
	uint32_t *v;
	size_t n;
	size_t some; /* things that have any */
};

must_use struct err weights_init(struct weights *w, size_t n);
void weights_done(struct weights *w);
void weights_add(struct weights *w, int64_t id, uint32_t n);
uint32_t weights_of(const struct weights *w, int64_t id);

/* Where the things are that weights are of: few are looked up, of many all are passed by. */
struct weighed {
	const char *table; /* "certificates l" */
	const char *id; /* "l.id" */
	const char *more; /* " CROSS JOIN ..."; NULL */
	const char *many; /* "certificates l INDEXED BY ...": tables for the other way */
	const char *where; /* what the others lack; NULL */
};

/* Of things with weight, and of others: who takes asks for the weight. */
must_use struct err weights_feed(const struct weights *w, const struct scope *c,
    const struct weighed *of, const char *columns, feed_fn *take, void *context);

struct tally {
	uint64_t rows;
	struct weights chains, endpoints, leaves;
};

/* tally_done whatever happened. */
must_use struct err tally_take(struct tally *t, const struct scope *c);
void tally_done(struct tally *t);
struct listing_count tally_count(const struct tally *t);
