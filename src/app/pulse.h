/*
 * pulse.h: tells the pages that listen what has happened in the store, by whichever program: the
 * command line's scans beside the service, too.
 */
#pragma once

#include "app/limits.h"
#include "base/err.h"

struct store;
struct web;

struct pulse {
	struct web *web;
	uint64_t sequence; /* of the last change that was told */
	uint64_t running[PULSE_RUNS_MAX]; /* scans that went on when it looked last; 0: none */
	bool begun;
	int64_t beat_ms; /* the last time that it was told that all is well */
};

void pulse_init(struct pulse *p, struct web *w);
/* A chore (app/chores.h); context is the struct pulse. */
int64_t pulse_run(void *context, struct store *store, int64_t now_ms);
