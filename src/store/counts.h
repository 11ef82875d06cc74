/*
 * counts.h: answers of the listing that are read from counters instead of from rows: of all that is
 * served now. The counters are kept by triggers (schema_counts.h), in the transaction that changes
 * what they count.
 */
#pragma once

#include "store/timeline.h"

/* Whether the counters know the answer to such a question. */
bool counts_know(const struct listing *listing);
/* bare: endpoints without a certificate too; ret_bare: how many there are. */
must_use struct err counts_count(
    struct store *s, bool bare, struct listing_count *ret_count, uint64_t *ret_bare);

/* The counters of chains, by row numbers of chains and certificates. */
struct served_chain {
	uint32_t n_rows; /* 0: not served, or without a leaf */
	uint32_t leaf;
};

struct served_leaf {
	int64_t end_s;
	uint32_t n_rows; /* 0: not served */
	uint32_t issuer;
};

struct served {
	size_t n_chains, n_leaves; /* row numbers are below these */
	struct served_chain *chains;
	struct served_leaf *leaves;
};

/* served_done whatever happened. */
must_use struct err served_load(struct store *s, struct served *ret_served);
void served_done(struct served *v);
must_use struct err served_timeline(
    const struct served *v, int64_t now_s, struct timeline *timeline);

must_use struct err counts_issuers(struct store *s, const struct served *v, bool bare, size_t top,
    struct arena *arena, struct facet *ret_facet);
must_use struct err counts_ports(struct store *s, bool bare, size_t top, struct facet *ret_facet);
/* As store_timeline and store_facets; the latter of fields that the counters know. */
must_use struct err counts_timeline(struct store *s, int64_t now_s, struct timeline *timeline);
bool counts_know_facets(const enum field_id *fields, size_t n);
must_use struct err counts_facets(struct store *s, bool bare, const enum field_id *fields, size_t n,
    size_t top, struct arena *arena, struct facet *ret_facets, struct listing_count *ret_count);
