/*
 * search.c: all rows that a question is true of, in the order of their addresses: what one-shot
 * commands and rules ask. The service asks for pages (listing.c).
 */
#include "store/compile.h"
#include "store/remarks.h"

static void say_search(struct sql *q, const struct search *search)
{
	sql_say(q, ROWS_SELECT "WHERE ");
	q->sets = true;
	if (search->where)
		sql_where(q, search->where);
	else
		sql_say(q, "1");
	if (!search->bare)
		sql_say(q, " AND s.chain <> 0");
	if (!search->gone)
		sql_say(q, " AND s.current");
	if (search->run) {
		sql_say(q, " AND s.run = ");
		sql_number(q, (int64_t)search->run);
	}
	sql_say(q, ROWS_ORDER);
	if (search->limit) {
		sql_say(q, " LIMIT ");
		sql_number(q, (int64_t)search->limit);
	}
}

static struct err search_run(struct store *s, struct sql *q, const struct search *search,
    store_row_fn *each, void *context, size_t *ret_n)
{
	struct remarking r;
	struct stmt stmt;
	struct err e = remarking_init(&r, s, search->now_s, each, context);

	if (!err_is(e)) {
		s->searching.word_text = search->word_text;
		s->searching.mutes = r.mutes;
		stmt = sql_stmt(q, s);
		e = rows_each(&stmt, search->with_der, remark_row, &r, ret_n);
		s->searching.mutes = NULL;
	}
	if (!err_is(e))
		e = r.e;
	remarking_done(&r);
	return e;
}

struct err store_search(
    struct store *s, const struct search *search, store_row_fn *each, void *context, size_t *ret_n)
{
	struct sql *q = sql_new(search->now_s, search->word_text);
	bool began = false;
	struct err e;

	if (!q)
		return err_limit("no memory for a search");
	say_search(q, search);
	e = sql_error(q);
	if (!err_is(e))
		e = db_read_begin(s, &began);
	if (!err_is(e))
		e = search_run(s, q, search, each, context, ret_n);
	db_read_end(s, began);
	sql_free(q);
	return e;
}
