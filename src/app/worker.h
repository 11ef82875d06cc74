/*
 * worker.h: the role that meets the network: its share of the targets, one event loop, under
 * seccomp.
 */
#pragma once

#include "app/plan.h"
#include "net/loop.h"

struct worker;

/* Makes the worker `index` of the plan on this loop; it begins when the keeper at the other end of
 * fd says so. fd is owned from here on. The plan must outlive it. */
must_use struct err worker_new(struct loop *loop, const struct scan_plan *plan, uint32_t index,
    int fd, struct worker **ret_worker);
void worker_free(struct worker *w);
/* Whether the keeper was lost, or the worker ran into an error of its own. */
struct err worker_error(const struct worker *w);
