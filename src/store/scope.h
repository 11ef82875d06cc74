/*
 * scope.h: a question, as a condition on sightings alone. Its parts that are about certificates or
 * endpoints are answered first, each of its own table and by its own index, as sets of chains and
 * endpoints; then a sighting is asked for two bits of memory instead of rows of three other tables.
 */
#pragma once

#include "store/bits.h"
#include "store/feed.h"
#include "store/listing.h"
#include "store/notes.h"

struct scope {
	struct store *s;
	const struct listing *listing;
	struct mutes *mutes;
	struct arena arena;
	bool began; /* one state of the store until scope_close */
	struct err e; /* the first */
	size_t n_chains, n_endpoints; /* their row numbers are below these */
	struct sql *where; /* of sightings */
	bool indexed; /* a part of it may be found by an index of sightings */
	uint8_t *worst; /* severity, by chain; NULL: not asked for yet */
	size_t n_sets;
	struct bits sets[SCOPE_SETS_MAX];
	/* Outside of them is nothing; NULL: that does not help. */
	const struct bits *chains, *endpoints;
	struct buf ids;
	const char *json; /* the ids of one of them, in a list */
};

/* scope_close whatever happened. */
must_use struct err scope_open(struct scope *c, struct store *s, const struct listing *listing);
void scope_close(struct scope *c);

/* The worst severity of what holds, by chain. */
must_use struct err scope_worst(struct scope *c, const uint8_t **ret_worst);
/* For SQL of the same time and words; NULL without memory. */
struct sql *scope_sql(const struct scope *c);

/* These columns of all sightings that are meant (s, and what they belong to: e, c, l). forget: all
 * that was taken comes again. */
must_use struct err scope_feed(const struct scope *c, const char *columns, feed_fn *take,
    void (*forget)(void *context), void *context);
/* Of those to which other tables lead: from is "notes n CROSS JOIN sightings s ON ...", where may
 * be "1". */
must_use struct err scope_feed_from(const struct scope *c, const char *columns, const char *from,
    const char *where, feed_fn *take, void *context);
/* Chains are meant, with all sightings of them that are current. */
bool scope_is_of_chains(const struct scope *c);
/* Then: of another table that is about chains, under the name of s; it has the columns chain and
 * current. */
must_use struct err scope_feed_instead(const struct scope *c, const char *columns,
    const char *table, const char *where, feed_fn *take, void *context);
