/*
 * tally.h: the sightings of a question, counted in one pass: by chain, by endpoint, and by the
 * values of some columns. What belongs to chains and endpoints is counted after it, once of each
 * thing, as often as it has sightings.
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

extern const struct weighed tally_chains; /* that have a leaf */

struct tally_column {
	const char *expr; /* of a sighting; NULL is not counted */
	bool is_text;
	struct counter counter;
};

enum { TALLY_COLUMNS_MAX = 32 };

struct tally {
	uint64_t rows;
	struct weights chains, endpoints;
	struct weights leaves; /* certificates */
	size_t n_columns;
	struct tally_column columns[TALLY_COLUMNS_MAX];
};

void tally_init(struct tally *t);
/* Before tally_take; ret_column is its place. */
must_use struct err tally_want(struct tally *t, const char *expr, bool is_text, size_t *ret_column);
/* tally_done whatever happened. */
must_use struct err tally_take(struct tally *t, const struct scope *c);
/* By chain and certificate only: a third of the work. */
must_use struct err tally_take_leaves(struct tally *t, const struct scope *c);
void tally_done(struct tally *t);
struct listing_count tally_count(const struct tally *t);
