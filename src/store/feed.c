/*
 * feed.c: feed() is an aggregate function: SQLite calls it for each row with the values, and gives
 * nothing until the end, when there is nothing to give.
 */
#include "store/feed.h"

static void feed_step(sqlite3_context *context, int n, sqlite3_value **v)
{
	const struct store *s = sqlite3_user_data(context);

	(void)n;
	if (s->searching.take)
		s->searching.take(s->searching.taker, v);
}

static void feed_end(sqlite3_context *context)
{
	sqlite3_result_int(context, 0);
}

struct err feed_register(struct store *s)
{
	int rc =
	    sqlite3_create_function(s->db, "feed", -1, SQLITE_UTF8, s, NULL, feed_step, feed_end);

	return rc == SQLITE_OK ? OK : db_error(s, rc);
}

static struct err run(struct store *s, struct stmt *stmt, feed_fn *take, void *context)
{
	struct err e;

	s->searching.take = take;
	s->searching.taker = context;
	e = stmt_run(stmt);
	s->searching.take = NULL;
	return e;
}

struct err feed(struct store *s, struct sql *q, feed_fn *take, void *context)
{
	struct err e = sql_error(q);
	struct stmt stmt;

	if (err_is(e))
		return e;
	stmt = sql_stmt(q, s);
	return run(s, &stmt, take, context);
}

struct patience {
	sqlite3_stmt *of;
	bool scans; /* a pass over everything is right, too */
	int left; /* thousands of steps; below 0: it is over */
};

/* SQLite calls it every thousand steps of its machine. */
static int wait_on(void *context)
{
	struct patience *p = context;

	if (sqlite3_stmt_status(p->of, SQLITE_STMTSTATUS_FULLSCAN_STEP, 0)) {
		if (p->scans)
			return 0;
		p->left = 0;
	}
	return --p->left < 0;
}

struct err feed_search(struct store *s, struct sql *q, struct feed_patience patience, feed_fn *take,
    void *context, bool *ret_whole)
{
	struct patience p = {.scans = patience.scans, .left = patience.steps_k};
	bool had_failed = s->failed;
	struct err e = sql_error(q);
	struct stmt stmt;

	if (err_is(e))
		return e;
	stmt = sql_stmt(q, s);
	p.of = stmt.p;
	sqlite3_progress_handler(s->db, 1000, wait_on, &p);
	e = run(s, &stmt, take, context);
	sqlite3_progress_handler(s->db, 0, NULL, NULL);
	*ret_whole = p.left >= 0;
	if (*ret_whole)
		return e;
	s->failed = had_failed;
	return OK;
}
