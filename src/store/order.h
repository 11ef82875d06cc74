/*
 * order.h: the order of a page, and its first rows behind a cursor. A cursor is the place of the
 * last row that was given, not a count: rows that come and go move nobody else.
 */
#pragma once

#include "store/listing.h"

enum { SORT_TEXT_MAX = 128 }; /* what is behind that counts for nothing in an order */

/* A place in an order: compared from the first to the last. */
struct sort_key {
	bool missing; /* there is no value: behind all others, whichever the direction */
	uint64_t a, b, c;
	const char *text; /* whatever the case, up to SORT_TEXT_MAX */
	int64_t id, id2; /* of the store: no two have the same; rising */
};

void sort_key_number(struct sort_key *key, int64_t number);
void sort_key_text(struct sort_key *key, const char *text);

struct order {
	enum field_id field;
	bool descending;
	bool has_after; /* only what comes behind this place */
	struct sort_key after;
	char after_text[SORT_TEXT_MAX + 1];
};

int order_compare(const struct order *o, const struct sort_key *x, const struct sort_key *y);
/* The order of a listing, from its cursor on. ERR_INPUT: the cursor is not of this order. */
must_use struct err order_init(const struct listing *listing, struct order *ret_order);

struct page_item {
	struct sort_key key;
	uint32_t item;
};

/* The first `limit` of all that are offered, in order once it is closed. */
struct page {
	const struct order *order;
	struct page_item *v;
	size_t n, limit;
	bool more; /* there are others behind them */
};

must_use bool page_init(struct page *p, const struct order *order, size_t limit);
void page_done(struct page *p);
/* False: it would be turned away. */
bool page_takes(struct page *p, const struct sort_key *key);
void page_offer(struct page *p, const struct sort_key *key, uint32_t item);
void page_close(struct page *p);

/* cursor.c: "" where the page has no more behind it. */
void cursor_write(const struct order *o, const struct sort_key *key, char ret[LISTING_CURSOR_MAX]);
/* ERR_INPUT: it is not a cursor of this field and direction. o->after.text lies in o. */
must_use struct err cursor_read(const char *text, struct order *o);
