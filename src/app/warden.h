/*
 * warden.h: the role that a user starts. It forks keeper and workers, passes Ctrl-C on, and waits.
 * Of the network it hears only the name servers that resolve the targets' names.
 */
#pragma once

#include "app/plan.h"

/* Runs the plan to its end; the exit status: 0 done, 1 findings where asked, 3 failure (said on
 * stderr). */
int warden_run(const struct scan_plan *plan);
