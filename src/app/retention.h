/*
 * retention.h: the service forgets, once a day, what the settings say (store/prune.h), and the
 * sessions that have ended.
 */
#pragma once

#include "base/err.h"

struct store;

struct retention {
	int64_t next_ms; /* 0: not yet settled */
};

/* A chore (app/chores.h); context is a struct retention that began as zero. */
int64_t retention_run(void *context, struct store *store, int64_t now_ms);
