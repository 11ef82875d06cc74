/*
 * scope.h: a question while it is answered: the rows in memory that it is true of (sightings.h),
 * and one state of the store for all else that is asked about them.
 */
#pragma once

#include "store/feed.h"
#include "store/kept.h"
#include "store/listing.h"
#include "store/notes.h"

struct scope {
	struct store *s;
	const struct listing *listing;
	struct mutes *mutes;
	struct arena arena;
	bool began; /* one state of the store until scope_close */
	struct kept *kept;
	const struct sightings *of;
	struct bits rows; /* that are meant */
	struct err e; /* the first, while they are found */
};

/* scope_close whatever happened. */
must_use struct err scope_open(struct scope *c, struct store *s, const struct listing *listing);
void scope_close(struct scope *c);

/* The rows of the question are known already. */
bool scope_knows(struct store *s, const struct listing *listing);

/* What holds now. */
must_use struct err scope_held(struct scope *c, const struct held **ret_held);
/* For SQL of the same time and words; NULL without memory. */
struct sql *scope_sql(const struct scope *c);

typedef void row_feed_fn(void *context, size_t row, sqlite3_value **v);

/* What is asked of the tables about rows. */
struct rows_asked {
	const char *columns; /* ", s.alpn": for the taker, behind two that are not; "" none */
	unsigned tables; /* that are spoken of beside s: enum sql_table */
	const char *join; /* of another one; NULL: none */
	const struct query *where; /* only rows of which it is true; NULL */
};

must_use struct err scope_feed(const struct scope *c, const struct bits *rows,
    const struct rows_asked *ask, row_feed_fn *take, void *context);
