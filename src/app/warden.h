/*
 * warden.h: the role that a user starts. It forks keeper and workers, passes Ctrl-C on, and waits.
 * Of the network it hears only the name servers that resolve the targets' names.
 */
#pragma once

#include "app/plan.h"

/* Runs the plan to its end; the exit status: 0 done, 1 findings where asked, 3 failure (said on
 * stderr). If it was asked to stop, a blocked SIGTERM is left pending, and a SIGINT too if it was
 * asked twice: whoever ends what else was started (runner.h) asks for them. */
int warden_run(const struct scan_plan *plan);
