/*
 * lanes.h: the threads that answer requests (web/route.h, enum lane), each with a connection to the
 * store of its own. A lane is a queue with a length that it never exceeds: whoever comes then is
 * turned away at once instead of waiting for long.
 */
#pragma once

#include "base/err.h"
#include "web/route.h"

struct lanes;
struct web_call;

/* Opens the stores and starts the threads. All signals are to be blocked. */
must_use struct err lanes_new(const char *store, struct lanes **ret_lanes);
/* What waits is turned away, what is worked on is finished. NULL-safe. */
void lanes_free(struct lanes *l);

/* false: too much waits there, or the lanes are closing; the call stays the caller's. */
bool lanes_submit(struct lanes *l, enum lane lane, struct web_call *call);
/* How many wait in a lane, and how many were not taken so far. */
void lanes_count(struct lanes *l, enum lane lane, size_t *ret_waiting, uint64_t *ret_refused);
const char *lane_text(enum lane lane);
