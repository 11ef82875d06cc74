/*
 * held.c: the index of findings begins with the finding and then the time; so it is entered once
 * for each finding there is, and left where the future begins.
 */
#include "store/held.h"

#include <stdlib.h>

void held_say(struct sql *q, int64_t at_s)
{
	sql_say(q, " AND f.since_s <= ");
	sql_number(q, at_s);
	sql_say(q, " AND f.until_s > ");
	sql_number(q, at_s);
}

struct err held_feed(struct store *s, int64_t at_s, feed_fn *take, void *context)
{
	static const char sql[] =
	    "WITH RECURSIVE k(id) AS (SELECT min(finding) FROM chain_findings UNION ALL"
	    " SELECT (SELECT min(finding) FROM chain_findings WHERE finding > k.id) FROM k"
	    " WHERE k.id IS NOT NULL)"
	    " SELECT feed(f.chain, f.finding, f.severity) FROM k CROSS JOIN chain_findings f"
	    " INDEXED BY chain_findings_holds WHERE f.finding = k.id";
	struct sql *q = sql_new(at_s, NULL);
	struct err e;

	if (!q)
		return err_limit("no memory for findings");
	sql_say(q, sql);
	held_say(q, at_s);
	e = feed(s, q, take, context);
	sql_free(q);
	return e;
}

struct worst {
	uint8_t *v;
	size_t n;
};

static void worst_take(void *context, sqlite3_value **v)
{
	struct worst *worst = context;
	sqlite3_int64 chain = sqlite3_value_int64(v[0]);
	int severity = sqlite3_value_int(v[2]);

	if (chain >= 0 && (size_t)chain < worst->n && severity > worst->v[chain])
		worst->v[chain] = (uint8_t)severity;
}

struct err held_worst(struct store *s, int64_t at_s, size_t n, uint8_t **ret_worst)
{
	struct worst worst = {.v = calloc(n + 1, 1), .n = n};
	struct err e =
	    worst.v ? held_feed(s, at_s, worst_take, &worst) : err_limit("no memory for findings");

	if (err_is(e))
		free(worst.v);
	else
		*ret_worst = worst.v;
	return e;
}
