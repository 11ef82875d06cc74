/*
 * prune.h: forgetting. What is gone for long, what was told long ago; never what is served now, and
 * never what somebody has annotated.
 */
#pragma once

#include "base/err.h"

struct store;

struct prune {
	int64_t now_ms;
	/* Days; 0: keep for ever. */
	int64_t gone_days; /* endpoints and chains that are served no more */
	int64_t history_days; /* changes, runs, jobs, the record of who did what */
	int64_t messages_days; /* messages sent, alerts told */
	bool dry_run; /* count only */
};

enum pruned_kind {
	PRUNED_ENDPOINTS,
	PRUNED_SIGHTINGS,
	PRUNED_CHAINS,
	PRUNED_CERTIFICATES,
	PRUNED_CHANGES,
	PRUNED_RUNS,
	PRUNED_JOBS,
	PRUNED_ALERTS,
	PRUNED_MESSAGES,
	PRUNED_AUDIT,
	PRUNED_MAX,
};

const char *pruned_text(enum pruned_kind kind); /* "endpoints" */

struct pruned {
	uint64_t n[PRUNED_MAX];
};

/* In many short transactions: who writes beside it waits for none longer than for a batch of a
 * scan. `stop` (NULL: never) is asked between them. A dry run counts what of each kind would go
 * now; chains and certificates that only the going of the others sets free come on top. */
must_use struct err store_prune(struct store *s, const struct prune *what,
    bool (*stop)(void *context), void *context, struct pruned *ret_pruned);
