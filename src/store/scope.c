/*
 * scope.c: what is not in memory is asked of the tables: for few rows they are looked up, each by
 * its key; for many the table is passed over, and what is not meant is left out as it comes.
 */
#include "store/scope.h"

#include "store/narrow.h"
#include "store/picked.h"

/* A lookup takes so many times as long as passing by. */
enum { FEW_PART = 4 };

struct sql *scope_sql(const struct scope *c)
{
	return sql_new(c->listing->now_s, c->listing->word_text);
}

struct err scope_held(struct scope *c, const struct held **ret_held)
{
	*ret_held = &c->kept->held;
	return kept_held(c->s, c->kept, c->listing->now_s);
}

static bool bare_meets(const void *context, size_t row)
{
	const struct sightings *of = context;

	return of->v[row].chain != 0;
}

static struct err rows_ask(struct scope *c)
{
	if (!bits_init(&c->rows, c->of->n))
		return err_limit("no memory for a question");
	bits_fill(&c->rows);
	if (!c->listing->bare)
		bits_keep(&c->rows, bare_meets, c->of);
	return c->listing->where ? narrow(c, c->listing->where, &c->rows) : OK;
}

/* Mutes end by themselves. */
static bool speaks_of_mutes(const struct query *q)
{
	if (q->kind == QUERY_COMPARE)
		return q->field == FIELD_MUTED;
	return (q->left && speaks_of_mutes(q->left)) || (q->right && speaks_of_mutes(q->right));
}

static struct err rows_find(struct scope *c)
{
	const struct query *where = c->listing->where;
	const struct bits *known = NULL;
	uint64_t version = 0;
	struct err e = store_listing_version(c->s, &version);

	if (err_is(e))
		return e;
	known = asked_rows(&c->kept->asked, c->listing, version);
	if (known && !bits_copy(&c->rows, known))
		return err_limit("no memory for a question");
	if (known)
		return OK;
	e = rows_ask(c);
	if (!err_is(e) && where && c->kept == c->s->kept && !speaks_of_mutes(where))
		asked_keep(&c->kept->asked, c->listing, version, &c->kept->held, &c->rows);
	return e;
}

bool scope_knows(struct store *s, const struct listing *listing)
{
	const struct kept *k = kept_now(s);
	uint64_t version = 0;

	return k && !err_is(store_listing_version(s, &version)) &&
	       asked_rows(&k->asked, listing, version);
}

/* What cannot be asked of one row is not asked of many. */
static struct err question_check(const struct scope *c)
{
	struct sql *q = scope_sql(c);
	struct err e;

	if (!q)
		return err_limit("no memory for a question");
	if (c->listing->where)
		sql_where(q, c->listing->where);
	e = sql_error(q);
	sql_free(q);
	return e;
}

struct err scope_open(struct scope *c, struct store *s, const struct listing *listing)
{
	struct err e;

	*c = (struct scope){.s = s, .listing = listing};
	arena_init(&c->arena, ROW_BYTES_MAX);
	e = question_check(c);
	if (!err_is(e))
		e = db_read_begin(s, &c->began);
	if (!err_is(e))
		e = store_mutes_load(s, listing->now_s * 1000, &c->mutes);
	if (!err_is(e))
		e = kept_get(s, listing->gone, &c->kept);
	if (err_is(e))
		return e;
	c->of = &c->kept->sightings;
	s->searching.word_text = listing->word_text;
	s->searching.mutes = c->mutes;
	return rows_find(c);
}

void scope_close(struct scope *c)
{
	c->s->searching.mutes = NULL;
	picked_put(c->s, NULL, NULL);
	db_read_end(c->s, c->began);
	bits_done(&c->rows);
	if (c->kept)
		kept_release(c->s, c->kept);
	mutes_free(c->mutes);
	arena_done(&c->arena);
}

static void say_joins(struct sql *q, unsigned tables)
{
	if (tables & SQL_ENDPOINTS)
		sql_say(q, " CROSS JOIN endpoints e ON e.id = s.endpoint");
	if (tables & (SQL_CERTS | SQL_CHAINS))
		sql_say(q, " CROSS JOIN chains c ON c.id = s.chain");
	if (tables & SQL_CERTS)
		sql_say(q, " LEFT JOIN certificates l ON l.id = c.leaf");
}

enum way { BY_KEY, BY_INDEX, BY_PASS };

static void say_rows(
    const struct scope *c, struct sql *q, const struct rows_asked *ask, enum way way)
{
	static const char *const from[] = {
	    [BY_KEY] = "picked p CROSS JOIN sightings s ON s.endpoint = p.endpoint"
		       " AND s.chain = p.chain",
	    [BY_INDEX] = "sightings s",
	    [BY_PASS] = "sightings s NOT INDEXED",
	};

	buf_printf(&q->text, "SELECT feed(s.endpoint, s.chain%s) FROM %s", ask->columns, from[way]);
	say_joins(q, ask->tables);
	sql_say(q, ask->join ? ask->join : "");
	sql_say(q, " WHERE 1");
	/* A pass by an index of what is current would look up each row. */
	if (way != BY_KEY && !c->listing->gone)
		sql_say(q, way == BY_PASS ? " AND +s.current" : " AND s.current");
	if (ask->where) {
		sql_say(q, " AND ");
		sql_where(q, ask->where);
	}
}

struct rows_taking {
	const struct sightings *of;
	const struct bits *rows;
	row_feed_fn *take;
	void *context;
};

static void row_take(void *context, sqlite3_value **v)
{
	const struct rows_taking *t = context;
	size_t row;

	if (sightings_find(t->of, sqlite3_value_int64(v[0]), sqlite3_value_int64(v[1]), &row) &&
	    bits_has(t->rows, row))
		t->take(t->context, row, v + 2);
}

static struct err rows_feed(const struct scope *c, struct rows_taking *taking,
    const struct rows_asked *ask, enum way way, bool *ret_whole)
{
	static const struct feed_patience patience = {.steps_k = SEARCH_STEPS_MAX};
	struct sql *q = scope_sql(c);
	struct err e;

	if (!q)
		return err_limit("no memory for a question");
	say_rows(c, q, ask, way);
	*ret_whole = true;
	e = way == BY_INDEX ? feed_search(c->s, q, patience, row_take, taking, ret_whole)
			    : feed(c->s, q, row_take, taking);
	sql_free(q);
	return e;
}

/* A search that is given up has given some rows: they come again. */
struct err scope_feed(const struct scope *c, const struct bits *rows, const struct rows_asked *ask,
    row_feed_fn *take, void *context)
{
	struct rows_taking taking = {c->of, rows, take, context};
	bool whole = false;
	struct err e = OK;

	picked_put(c->s, rows, c->of);
	if (bits_count(rows) < c->of->n / FEW_PART)
		return rows_feed(c, &taking, ask, BY_KEY, &whole);
	if (ask->where)
		e = rows_feed(c, &taking, ask, BY_INDEX, &whole);
	if (!err_is(e) && !whole)
		e = rows_feed(c, &taking, ask, BY_PASS, &whole);
	return e;
}
