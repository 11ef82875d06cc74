/*
 * route_map.h: all addresses, cut into stretches, each with a number: which way it goes. Longest
 * prefixes are gone here: prefixes within prefixes have become stretches side by side, so finding
 * is one binary search, which is asked for each probe.
 */
#pragma once

#include "base/err.h"

struct route_map {
	unsigned __int128 *first; /* ascending; the first is 0, each reaches up to the next */
	uint32_t *way;
	size_t n, cap;
};

void route_map_done(struct route_map *m);
/* In ascending order from 0 on. A stretch that goes the way of the one before becomes part of
 * it. */
must_use struct err route_map_add(struct route_map *m, unsigned __int128 first, uint32_t way);
/* The stretch that the number is in (inet/range.h). The map is not empty. */
size_t route_map_find(const struct route_map *m, unsigned __int128 number);
/* The last number of a stretch. */
unsigned __int128 route_map_last(const struct route_map *m, size_t stretch);
