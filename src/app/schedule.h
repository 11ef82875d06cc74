/*
 * schedule.h: the clerk's part of scans: what is due becomes a job, jobs become orders to the
 * warden, and what the warden tells becomes their end.
 */
#pragma once

#include "app/limits.h"
#include "base/err.h"

struct store;

struct schedule_clerk {
	int warden; /* the keeper's end of the channel */
	bool begun; /* what an earlier service left open is settled */
	struct active_scan {
		int64_t job; /* 0: none */
		bool stopping; /* the warden was asked to end it */
		bool pausing; /* because its window has closed */
	} active[SCANS_AT_ONCE_MAX];
};

void schedule_clerk_init(struct schedule_clerk *c, int warden);
/* A chore (app/chores.h); context is the struct schedule_clerk. */
int64_t schedule_run(void *context, struct store *store, int64_t now_ms);
