/*
 * asked.h: the last question of a handle and its rows: a page, the count, the facets and the
 * timeline of what a person looks at are asked one after the other.
 */
#pragma once

#include "store/held.h"
#include "store/listing.h"

struct asked {
	bool is;
	uint64_t version; /* store_listing_version */
	struct arena arena;
	const struct query *where;
	bool bare;
	field_word_fn *word_text;
	int64_t from_s, until_s; /* it is so from the one time until before the other */
	struct bits rows;
};

/* Rows of such a question; NULL: it was another one, or something was written since. */
const struct bits *asked_rows(
    const struct asked *a, const struct listing *listing, uint64_t version);
/* What holds is of the question's time, if that is about it. Without memory nothing is kept. */
void asked_keep(struct asked *a, const struct listing *listing, uint64_t version,
    const struct held *held, const struct bits *rows);
void asked_done(struct asked *a);
