/*
 * steps.h: a few steps of a walk that somebody has in hand, in no order.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Zeroed is empty. */
struct steps {
	uint64_t *v;
	size_t n, cap;
};

/* false: no memory, or STEPS_MAX are in it. */
bool steps_add(struct steps *s, uint64_t step);
/* The last one takes its place. false: it is none of them. */
bool steps_remove(struct steps *s, uint64_t step);
/* The lowest from place `from` on, if there is one below `low`; else that. */
uint64_t steps_low(const struct steps *s, size_t from, uint64_t low);
void steps_done(struct steps *s);
