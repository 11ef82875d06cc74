/*
 * wheel.h: timers. Its caller advances it with a time of its own making; it asks no clock. Arming and
 * cancelling are O(1) and allocate nothing: the timer is a member of what waits. Resolution is
 * WHEEL_TICK_US; a timer never fires early.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	WHEEL_TICK_US = 1024, /* a shift; finer than any timeout here needs */
	WHEEL_SLOTS = 64,
	WHEEL_LEVELS = 6, /* 64^6 ticks: 2.2 years, further timers wait at the rim and go round again */
};

struct wheel_timer;
typedef void wheel_fn(struct wheel_timer *timer, void *context);

struct wheel_timer {
	struct wheel_timer *next, **link; /* link is NULL while not armed */
	uint64_t due_tick;
	wheel_fn *fn;
	void *context;
};

struct wheel {
	uint64_t tick; /* all due before it have fired */
	struct wheel_timer *slots[WHEEL_LEVELS][WHEEL_SLOTS];
	size_t n; /* armed */
};

void wheel_init(struct wheel *w, uint64_t now_us);

/* Fires once, in the first wheel_advance at or after due_us; a due time in the past fires in the next
 * one. An armed timer is armed anew. The timer must begin as {0}. */
void wheel_arm(struct wheel *w, struct wheel_timer *timer, uint64_t due_us, wheel_fn *fn, void *context);
/* Harmless where it is not armed. */
void wheel_cancel(struct wheel *w, struct wheel_timer *timer);
bool wheel_is_armed(const struct wheel_timer *timer);

/* Calls what is due, in order of ticks. A callback may arm and cancel any timer, free its own, too. */
void wheel_advance(struct wheel *w, uint64_t now_us);
/* When to wake up: not later than the earliest timer, perhaps earlier; UINT64_MAX when none is armed. */
uint64_t wheel_next_us(const struct wheel *w);
