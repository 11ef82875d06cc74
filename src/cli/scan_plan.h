/*
 * scan_plan.h: from the options of `certscape scan` to a plan that the roles can run.
 */
#pragma once

#include "app/plan.h"
#include "cli/scan.h"

/* The lower bits of a run's seed are drawn, the others are its targets' mark: so a run that is
 * resumed tells whether they are what they were. */
enum { SEED_DRAWN_BITS = 31 };

/* A second, if nobody says another: modest for any network that is somebody's. */
enum { CONNECT_RATE = 2000 };

struct scan_made {
	struct scan_plan plan;
	struct sources *sources; /* owns targets and their names */
	struct policy *policy;
	const char **names; /* of --sni, NULL-ended */
	const char **asked; /* and the targets' own names, NULL-ended */
};

/* EXIT_DONE, or the exit status of a failure that has been told; ret_made is to be done in both
 * cases. What the options point to must outlive it. */
int scan_made_init(
    struct scan_made *ret_made, const struct scan_options *o, const struct option_list *words);
void scan_made_done(struct scan_made *made);
