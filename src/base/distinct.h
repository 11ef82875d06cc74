/*
 * distinct.h: how many different values were seen: exactly up to a maximum, where it stays. Values
 * are hashes that nobody can choose (siphash); 0 is one like any other.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { DISTINCT_MAX = 256 };

/* Zeroed is empty. */
struct distinct {
	uint64_t *values; /* a table of `room` places, 0 free */
	uint16_t room, n;
};

void distinct_done(struct distinct *d);
/* Counts it if it is new. At the maximum, and out of memory, nothing changes. */
void distinct_add(struct distinct *d, uint64_t value);
static inline uint32_t distinct_count(const struct distinct *d)
{
	return d->n;
}
