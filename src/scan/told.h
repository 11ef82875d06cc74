/*
 * told.h: what a user has been told of already: a host, for a reason.
 */
#pragma once

#include "inet/addr.h"

struct told {
	uint64_t *marks; /* hashes; 0 is an empty row */
	uint32_t n, rows;
};

/* Zeroed is empty. True the first time; false ever after, and once TOLD_MAX were told. */
bool told_first(struct told *t, const struct addr *a, int reason);
void told_done(struct told *t);
