/*
 * permute.h: a keyed permutation of [0, n): the order in which targets are visited, so that no host
 * and no network is hammered, computed from the index alone (a Feistel network with cycle walking).
 */
#pragma once

#include <stdint.h>

struct permute {
	uint64_t n;
	uint64_t a, b; /* a * b >= n, both about its square root */
	uint64_t key[2];
};

void permute_init(struct permute *p, uint64_t n, uint64_t seed);
/* k < n; gives each number below n exactly once. */
uint64_t permute_at(const struct permute *p, uint64_t k);
/* value < n; the k with permute_at(k) == value. */
uint64_t permute_find(const struct permute *p, uint64_t value);
