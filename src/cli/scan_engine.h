/*
 * scan_engine.h: which engine finds a scan's open ports, and what the raw one sends and hears by.
 */
#pragma once

#include "app/plan.h"
#include "cli/scan.h"

/* Says in one line which engine it is and why. An exit status; plan->raw is made, or NULL: the
 * connect engine alone. */
int scan_engine_settle(const struct scan_options *o, struct scan_plan *plan);
/* --dry-run: prints what it would do. Sends nothing and needs no right. */
int scan_engine_plan(const struct scan_options *o, const struct scan_plan *plan);
void scan_engine_done(struct raw_plan *raw, uint32_t workers); /* NULL is fine */
