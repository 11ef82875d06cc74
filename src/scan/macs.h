/*
 * macs.h: which MAC an address of a local network has: a table for those that were heard of, and
 * for nobody else. Its hash is keyed, because whoever is on the link chooses what he claims.
 */
#pragma once

#include "base/siphash.h"
#include "inet/addr.h"

struct mac_row {
	uint64_t high, low; /* the address as a number (inet/range.h) */
	uint8_t mac[6];
	bool used;
};

struct macs {
	struct siphash_key key;
	struct mac_row *rows;
	size_t n_rows; /* 0 or a power of two */
	size_t n;
	uint64_t hit; /* hosts that found no room (MACS_MAX) */
};

/* Begins as {.key = ...}. */
void macs_done(struct macs *m);
/* true: an address that was not there. The newest MAC holds. */
bool macs_put(struct macs *m, const struct addr *a, const uint8_t mac[6]);
/* NULL: not heard of. Valid until the next put. */
const uint8_t *macs_get(const struct macs *m, const struct addr *a);
