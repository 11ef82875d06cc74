/*
 * window.h: the times of what happened lately, for one value of a query key: what frequency and
 * flatline count. A window is as long as the rule's timeframe and ends with its newest time.
 */
#pragma once

#include "alert/rule_type.h"

struct window {
	int64_t first_ms; /* flatline: counting began; INT64_MIN: not yet */
	int64_t *times; /* rising */
	size_t n, cap;
};

/* What is remembered under this key, or an empty one; false: no memory. */
bool window_load(struct evaluation *v, struct span key, struct window *ret_window);
/* In its place by time. At most `max`: the oldest go. */
void window_add(struct evaluation *v, struct window *w, int64_t at_ms, size_t max);
/* Takes out what is a timeframe before `end_ms`, or longer ago. */
void window_trim(struct window *w, int64_t end_ms, int64_t timeframe_ms);
void window_keep(struct evaluation *v, struct span key, const struct window *w, int64_t until_ms);
