/*
 * window.h: which of the steps of a walk are unfinished, from the oldest of them (low) to the step
 * not yet begun (end). Steps begin in order and finish in any.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct window {
	uint64_t low; /* every step below is finished */
	uint64_t end; /* every step from here on is not begun */
	uint64_t mask;
	uint64_t *bits; /* 1: unfinished */
};

/* size: a power of two, at least 64. false: out of memory. */
bool window_init(struct window *w, uint64_t first, uint64_t size);
void window_done(struct window *w);

/* end - low has come to size: finish low first. */
bool window_full(const struct window *w);
/* Step `end` begins, and end moves on. Not when full. */
void window_begin(struct window *w);
/* The same for a step that is finished at once. */
void window_skip(struct window *w);
/* false: it was not unfinished. */
bool window_finish(struct window *w, uint64_t step);
