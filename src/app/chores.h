/*
 * chores.h: what the service does by itself: a thread with a connection to the store of its own,
 * and chores that it does in turn, each when its time has come or when somebody wakes the thread.
 */
#pragma once

#include "base/err.h"
#include "store/store.h"

/* Does what is to be done and says when it wants to be asked again (ms since the epoch; INT64_MAX:
 * when woken). It tells its own errors on stderr; it must come back within seconds. */
typedef int64_t chore_fn(void *context, struct store *store, int64_t now_ms);

struct chore {
	const char *name;
	chore_fn *run;
	void *context;
};

struct chores;

/* The table is borrowed. name is the thread's, at most 15 characters. All signals are to be
 * blocked. */
must_use struct err chores_new(const char *name, const char *path, enum store_mode mode,
    const struct chore *table, size_t n, struct chores **ret_chores);
/* Ends the thread after the chore that it does. NULL-safe, as all of these. */
void chores_free(struct chores *c);
/* All of its chores are asked again, soon. From any thread. */
void chores_wake(struct chores *c);
/* The service stops: a chore that takes long may ask, and come back early. */
bool chores_stopping(struct chores *c);
