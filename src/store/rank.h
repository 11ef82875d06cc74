/*
 * rank.h: a page of rows in an order that is in memory.
 */
#pragma once

#include "store/order.h"
#include "store/scope.h"

/* Severity, and the columns of sightings that are in memory. */
bool rank_knows(enum field_id field);

struct ranked {
	uint32_t value;
	size_t row;
};

/* The first rows, up to limit + 1 of them, that have a value (or have none), in order from the
 * cursor on, which may be of a row that is there no more; NULL: from the start. */
must_use struct err rank_rows(struct scope *c, enum field_id field, bool has_value,
    const struct order *order, const struct sort_key *after, size_t limit,
    struct ranked *ret_ranked, size_t *ret_n);
