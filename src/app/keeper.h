/*
 * keeper.h: the role that owns the database: it hears the workers, stores in batches, prints what
 * is committed, keeps the live line and ends the run.
 */
#pragma once

#include "app/plan.h"
#include "net/loop.h"

struct keeper;

/* What an error of the start is about; "" where there is no more to say. */
struct keeper_trouble {
	const char *at; /* the path of the store, if it was the store */
	char detail[512]; /* what SQLite said, if it was SQLite */
};

/* Opens the store and begins (or resumes) the run; the workers behind fds[plan->workers] are told
 * to start. The descriptors are owned from here on, failed or not. */
must_use struct err keeper_new(struct loop *loop, const struct scan_plan *plan, const int *fds,
    struct keeper **ret_keeper, struct keeper_trouble *ret_trouble);
void keeper_free(struct keeper *k);
/* Ctrl-C: stop the workers, keep what was found, end the run as stopped. */
void keeper_stop(struct keeper *k);
/* Somebody has moved the logs, the output or the statistics away: their files are begun anew. */
void keeper_reopen(struct keeper *k);
/* 0 done, 1 a finding as bad as --fail-on, 3 failure: the exit status. */
int keeper_status(const struct keeper *k);
