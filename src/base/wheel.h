/*
 * wheel.h: very many timers, each armed and cancelled in constant time (tens of thousands of
 * connections, each with a time-out that nearly never comes). Time is a tick of the caller's, and
 * the caller moves it.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* 11 digits of 6 bits: any time that 64 bits can tell. */
enum { WHEEL_LEVELS = 11, WHEEL_SLOTS = 64 };

/* Embedded in the caller's object; zeroed before its first use. */
struct wheel_node {
	uint64_t at;
	struct wheel_node *next, *prev; /* NULL while not armed */
};

struct wheel {
	uint64_t now;
	size_t armed;
	uint64_t occupied[WHEEL_LEVELS]; /* a bit a slot */
	struct wheel_node slots[WHEEL_LEVELS][WHEEL_SLOTS];
	struct wheel_node due;
	struct wheel_node soon; /* due when time is looked at next */
};

/* The wheel points into itself: it stays where it is. */
void wheel_init(struct wheel *w, uint64_t now);

/* An armed node is moved. A time that has come already is due at the next tick, never in this
 * one. */
void wheel_arm(struct wheel *w, struct wheel_node *node, uint64_t at);
/* Due at the next wheel_advance, wherever that moves time to. An armed node is moved. */
void wheel_arm_soon(struct wheel *w, struct wheel_node *node);
/* Harmless if not armed. */
void wheel_cancel(struct wheel *w, struct wheel_node *node);

static inline bool wheel_armed(const struct wheel_node *node)
{
	return node->next != NULL;
}

/* Moves time on to now (never back). */
void wheel_advance(struct wheel *w, uint64_t now);
/* The next node that is due, no longer armed; NULL if there is none. Between two calls any may be
 * cancelled. */
struct wheel_node *wheel_pop(struct wheel *w);
/* When to advance next: never later than the first node's time, now if one is due, UINT64_MAX for
 * an empty wheel. */
uint64_t wheel_next(const struct wheel *w);
