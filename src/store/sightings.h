/*
 * sightings.h: the sightings of a store in memory, 20 bytes each, in the order of their endpoints,
 * then chains. A row is a number here, and what a question is true of a set of such numbers.
 */
#pragma once

#include "base/err.h"
#include "store/bits.h"

struct sighting {
	uint32_t endpoint, chain; /* row numbers of the tables */
	uint16_t port, version, cipher, key_group;
	uint8_t source, outcome, starttls;
};

struct sightings {
	struct sighting *v;
	size_t n, cap;
	size_t n_endpoints, n_chains, n_leaves; /* row numbers of the tables are below these */
	uint32_t *first; /* by endpoint: its first row, or that of the next one that has any */
	uint32_t *leaf; /* by chain: its first certificate; 0: it has none */
};

/* Empty. sightings_done whatever happened. */
must_use struct err sightings_init(
    struct sightings *v, size_t n_endpoints, size_t n_chains, size_t n_leaves);
void sightings_done(struct sightings *v);

/* They come by chain, then endpoint, until they are put in order. */
must_use struct err sightings_add(struct sightings *v, const struct sighting *one);
must_use struct err sightings_order(struct sightings *v);

/* Of numbers that anybody says; false: there is none. */
bool sightings_find(const struct sightings *v, int64_t endpoint, int64_t chain, size_t *ret_row);

/* Of the rows, those of these chains, endpoints, leaves. */
void sightings_keep_chains(const struct sightings *v, const struct bits *chains, struct bits *rows);
void sightings_keep_endpoints(
    const struct sightings *v, const struct bits *endpoints, struct bits *rows);
void sightings_keep_leaves(const struct sightings *v, const struct bits *leaves, struct bits *rows);
