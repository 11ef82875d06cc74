/*
 * rowpage.h: a page of rows by SQL: which rows, in their order, and where the next page begins.
 */
#pragma once

#include "store/db.h"
#include "store/order.h"

struct row_page {
	struct row_name *names;
	size_t n;
	char next[LISTING_CURSOR_MAX];
};

/* names is to be freed. ERR_INPUT as store_list. */
must_use struct err rowpage_choose(struct store *s, const struct listing *listing,
    const struct order *order, size_t limit, struct row_page *ret_page);
