/*
 * worst.h: how bad each sighting is at a time, to sort by: what its chain has and what it has
 * itself. Severity changes as time goes by, so no index holds it.
 */
#pragma once

#include "store/bits.h"
#include "store/db.h"

struct own_worst {
	int64_t endpoint, chain;
	uint8_t severity;
};

struct worst {
	uint8_t *chains; /* by row number */
	size_t n_chains;
	struct bits endpoints; /* that have findings of their own */
	struct own_worst *own; /* rising */
	size_t n_own, room;
};

must_use struct err worst_load(struct store *s, int64_t at_s, struct worst *ret_worst);
void worst_done(struct worst *w);
uint8_t worst_of(const struct worst *w, int64_t endpoint, int64_t chain);
