/*
 * listing.c: pages of rows, and how many there are. Which rows is chosen first (rowpage.c), by
 * number; then they are read as every row is.
 */
#include "store/listing.h"

#include "store/counts.h"
#include "store/order.h"
#include "store/remarks.h"
#include "store/rowpage.h"
#include "store/tally.h"

static struct err page_choose(
    struct store *s, const struct listing *listing, size_t limit, struct row_page *p)
{
	struct mutes *mutes = NULL;
	struct order order;
	bool began = false;
	struct err e = order_init(listing, &order);

	if (!err_is(e))
		e = store_mutes_load(s, listing->now_s * 1000, &mutes);
	if (!err_is(e))
		e = db_read_begin(s, &began);
	s->searching.word_text = listing->word_text;
	s->searching.mutes = mutes;
	if (!err_is(e))
		e = rowpage_choose(s, listing, &order, limit, p);
	s->searching.mutes = NULL;
	db_read_end(s, began);
	mutes_free(mutes);
	return e;
}

static struct err rows_give(struct store *s, const struct row_page *p, int64_t now_s,
    store_row_fn *each, void *context, bool *ret_stopped)
{
	struct remarking r;
	bool began = false;
	struct err e = db_read_begin(s, &began);

	if (err_is(e))
		return e;
	e = remarking_init(&r, s, now_s, each, context);
	if (!err_is(e))
		e = rows_named(s, p->names, p->n, remark_row, &r, ret_stopped);
	if (!err_is(e))
		e = r.e;
	remarking_done(&r);
	db_read_end(s, began);
	return e;
}

/* One page; of a listing without a limit, one of many. */
static struct err page_give(struct store *s, const struct listing *listing, size_t limit,
    store_row_fn *each, void *context, char ret_next[LISTING_CURSOR_MAX], bool *ret_stopped)
{
	struct row_page p = {.n = 0};
	struct err e = page_choose(s, listing, limit, &p);

	if (!err_is(e))
		e = rows_give(s, &p, listing->now_s, each, context, ret_stopped);
	if (!err_is(e))
		memcpy(ret_next, p.next, sizeof(p.next));
	free(p.names);
	return e;
}

struct err store_list(struct store *s, const struct listing *listing, store_row_fn *each,
    void *context, char ret_next[LISTING_CURSOR_MAX])
{
	struct listing part = *listing;
	char next[LISTING_CURSOR_MAX] = "";
	bool stopped = false;
	struct err e;

	if (listing->limit) {
		e = page_give(s, listing, listing->limit, each, context, next, &stopped);
	} else {
		do {
			e = page_give(s, &part, LISTING_AT_ONCE, each, context, next, &stopped);
			part.cursor = next;
		} while (!err_is(e) && *next && !stopped);
	}
	if (!err_is(e))
		memcpy(ret_next, next, sizeof(next));
	return e;
}

struct err store_count(
    struct store *s, const struct listing *listing, struct listing_count *ret_count)
{
	struct tally tally = {.rows = 0};
	struct scope scope;
	uint64_t n_bare;
	struct err e;

	if (counts_know(listing))
		return counts_count(s, listing->bare, ret_count, &n_bare);
	e = scope_open(&scope, s, listing);
	if (!err_is(e))
		e = tally_take(&tally, &scope);
	if (!err_is(e))
		*ret_count = tally_count(&tally);
	tally_done(&tally);
	scope_close(&scope);
	return e;
}
