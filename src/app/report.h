/*
 * report.h: what a person reads when a run has ended: the table, where one was asked for, and the
 * summary.
 */
#pragma once

#include "app/plan.h"
#include "store/store.h"

/* all: the counts of every worker together. Writes the table to plan->out, the summary there too
 * or, where records went there, to standard error. */
must_use struct err report(struct store *store, const struct run *run, const struct progress *all,
    const struct scan_plan *plan);
