/*
 * watcher.h: the worker's part played by a sensor: packets in; sightings, judged and merged, to the
 * keeper.
 */
#pragma once

#include "app/plan.h"
#include "net/loop.h"

struct watcher;

/* Reads its share of plan->watch; begins when the keeper at the other end of fd says so. fd is
 * owned from here on. */
must_use struct err watcher_new(struct loop *loop, const struct scan_plan *plan, uint32_t index,
    int fd, struct watcher **ret_watcher);
void watcher_free(struct watcher *w);
struct err watcher_error(const struct watcher *w);
