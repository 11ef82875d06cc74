/*
 * visitors.h: how many connections each address has. IPv6 counts by /64: that is one customer.
 */
#pragma once

#include "base/map.h"
#include "inet/addr.h"

struct visitor {
	uint8_t key[16];
	size_t n; /* connections now */
};

struct visitors {
	struct map by_address;
};

/* max is in addresses. */
void visitors_init(struct visitors *v, const struct siphash_key *key, size_t max);
void visitors_done(struct visitors *v);
/* One connection more of that address; NULL: it has `max` already. */
struct visitor *visitors_enter(struct visitors *v, const struct addr *a, size_t max);
/* NULL-safe. */
void visitors_leave(struct visitors *v, struct visitor *visitor);
