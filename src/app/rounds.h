/*
 * rounds.h: a chore: every rule that is switched on has a pass once a minute, and when somebody
 * wakes the clerk.
 */
#pragma once

#include "base/err.h"

struct store;

struct rounds {
	/* There is something to deliver. */
	void (*told)(void *context, size_t messages);
	void *context;
	bool installed; /* our own rules are in the store */
	int64_t forgot_ms; /* when what rules remember was gone through the last time */
};

/* A chore_fn; context is the struct rounds. */
int64_t rounds_run(void *context, struct store *store, int64_t now_ms);
