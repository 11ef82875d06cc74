/*
 * search.c: all rows that a question is true of, in the order of their addresses: what one-shot
 * commands and rules ask. The service asks for pages (listing.c). The rows are found in memory
 * (scope.h): a few are looked up and sorted, for many all are walked past.
 */
#include "store/picked.h"
#include "store/remarks.h"
#include "store/scope.h"

static void say_search(struct sql *q, const struct search *search, const struct among *among)
{
	bool few = among->rows && bits_count(among->rows) <= HITS_MAX;

	sql_say(q, ROWS_SELECT "WHERE ");
	if (few)
		sql_say(q, "(s.endpoint, s.chain) IN (SELECT endpoint, chain FROM picked)");
	else
		sql_say(q, among->rows ? "row_among(s.endpoint, s.chain)" : "1");
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

static struct err rows_search(struct store *s, const struct search *search,
    const struct among *among, store_row_fn *each, void *context, size_t *ret_n)
{
	struct sql *q = sql_new(search->now_s, search->word_text);
	struct err e;

	if (!q)
		return err_limit("no memory for a search");
	say_search(q, search, among);
	picked_put(s, among->rows, among->of);
	s->searching.among = among;
	e = sql_error(q);
	if (!err_is(e))
		e = search_run(s, q, search, each, context, ret_n);
	s->searching.among = NULL;
	sql_free(q);
	return e;
}

static struct err found_search(
    struct store *s, const struct search *search, store_row_fn *each, void *context, size_t *ret_n)
{
	const struct listing listing = {.where = search->where,
	    .now_s = search->now_s,
	    .word_text = search->word_text,
	    .bare = search->bare,
	    .gone = search->gone};
	struct scope scope;
	struct err e = scope_open(&scope, s, &listing);

	if (!err_is(e))
		e = rows_search(s, search, &(struct among){.of = scope.of, .rows = &scope.rows},
		    each, context, ret_n);
	scope_close(&scope);
	return e;
}

struct err store_search(
    struct store *s, const struct search *search, store_row_fn *each, void *context, size_t *ret_n)
{
	bool began = false;
	struct err e = db_read_begin(s, &began);

	if (!err_is(e))
		e = search->where ? found_search(s, search, each, context, ret_n)
				  : rows_search(s, search, &(struct among){.rows = NULL}, each,
					context, ret_n);
	db_read_end(s, began);
	return e;
}
