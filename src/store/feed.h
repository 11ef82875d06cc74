/*
 * feed.h: the rows of a statement, given to a function of C without being handed out one by one: a
 * million rows of three numbers take a tenth of a second, where stepping takes half of one.
 */
#pragma once

#include "store/compile.h"

/* The values that the statement says in its feed(...), for each row. It asks nothing of the store
 * meanwhile. */
typedef void feed_fn(void *context, sqlite3_value **v);

/* q begins with "SELECT feed(...) FROM". */
must_use struct err feed(struct store *s, struct sql *q, feed_fn *take, void *context);
/* How long a search by an index may take. */
struct feed_patience {
	int steps_k; /* thousands of steps of SQLite's machine */
	bool scans; /* where it turns out to be a pass over everything: however long it takes */
};

/* The same within that: where it takes longer, or is none, ret_whole is false, and what was taken
 * so far is a part of it. */
must_use struct err feed_search(struct store *s, struct sql *q, struct feed_patience patience,
    feed_fn *take, void *context, bool *ret_whole);
must_use struct err feed_register(struct store *s);
