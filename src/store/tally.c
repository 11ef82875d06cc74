/*
 * tally.c: numbers by row number, in arrays: rows are numbered from 1 on, and four bytes for each
 * chain and endpoint there ever was are less than any other way to remember them.
 */
#include "store/tally.h"

struct err weights_init(struct weights *w, size_t n)
{
	*w = (struct weights){.v = calloc(n, sizeof(*w->v)), .n = n};
	return w->v ? OK : err_limit("no memory to count");
}

void weights_done(struct weights *w)
{
	free(w->v);
	w->v = NULL;
}

void weights_add(struct weights *w, int64_t id, uint32_t n)
{
	if (id < 0 || (uint64_t)id >= w->n || n == 0)
		return;
	w->some += w->v[id] == 0;
	w->v[id] += n;
}

uint32_t weights_of(const struct weights *w, int64_t id)
{
	return id < 0 || (uint64_t)id >= w->n ? 0 : w->v[id];
}

/* A lookup takes so many times as long as passing by. */
enum { FEW_PART = 16 };

static bool are_few(const struct weights *w)
{
	return w->some < w->n / FEW_PART;
}

/* All ids, as JSON. */
static void ids_write(const struct weights *w, struct buf *out)
{
	buf_str(out, "[");
	for (size_t i = 0; i < w->n; i++)
		if (w->v[i])
			buf_printf(out, "%s%zu", out->n > 1 ? "," : "", i);
	buf_str(out, "]");
}

static void say_things(
    const struct weights *w, const struct weighed *of, struct buf *ids, struct sql *q)
{
	if (are_few(w)) {
		ids_write(w, ids);
		sql_say(q, "json_each(");
		sql_text(q, buf_text(ids));
		buf_printf(&q->text, ") j CROSS JOIN %s ON %s = j.value%s", of->table, of->id,
		    of->more ? of->more : "");
	} else {
		sql_say(q, of->many);
	}
	buf_printf(&q->text, " WHERE %s", of->where ? of->where : "1");
}

struct err weights_feed(const struct weights *w, const struct scope *c, const struct weighed *of,
    const char *columns, feed_fn *take, void *context)
{
	struct sql *q = scope_sql(c);
	struct buf ids;
	struct err e;

	if (!q)
		return err_limit("no memory to count");
	buf_init(&ids, SCOPE_IDS_BYTES_MAX);
	buf_printf(&q->text, "SELECT feed(%s) FROM ", columns);
	say_things(w, of, &ids, q);
	e = ids.full ? err_limit("no memory to count") : feed(c->s, q, take, context);
	buf_done(&ids);
	sql_free(q);
	return e;
}

void tally_init(struct tally *t)
{
	*t = (struct tally){0};
}

struct err tally_want(struct tally *t, const char *expr, bool is_text, size_t *ret_column)
{
	struct tally_column *column = &t->columns[t->n_columns];

	if (t->n_columns == TALLY_COLUMNS_MAX)
		return err_limit("too many fields at once");
	column->expr = expr;
	column->is_text = is_text;
	counter_init(&column->counter);
	*ret_column = t->n_columns++;
	return OK;
}

void tally_done(struct tally *t)
{
	for (size_t i = 0; i < t->n_columns; i++)
		counter_done(&t->columns[i].counter);
	weights_done(&t->chains);
	weights_done(&t->endpoints);
	weights_done(&t->leaves);
}

static void column_count(struct tally_column *column, sqlite3_value *v)
{
	const char *text;

	if (sqlite3_value_type(v) == SQLITE_NULL)
		return;
	if (!column->is_text) {
		counter_add(&column->counter, sqlite3_value_int64(v), 1);
		return;
	}
	text = (const char *)sqlite3_value_text(v);
	if (text && *text)
		counter_add(&column->counter, counter_text(&column->counter, text), 1);
}

static void row_take(void *context, sqlite3_value **v)
{
	struct tally *t = context;

	t->rows++;
	weights_add(&t->endpoints, sqlite3_value_int64(v[0]), 1);
	weights_add(&t->chains, sqlite3_value_int64(v[1]), 1);
	for (size_t i = 0; i < t->n_columns; i++)
		column_count(&t->columns[i], v[2 + i]);
}

static void weights_forget(struct weights *w)
{
	memset(w->v, 0, w->n * sizeof(*w->v));
	w->some = 0;
}

static void rows_forget(void *context)
{
	struct tally *t = context;

	t->rows = 0;
	weights_forget(&t->endpoints);
	weights_forget(&t->chains);
	for (size_t i = 0; i < t->n_columns; i++)
		counter_forget(&t->columns[i].counter);
}

static void leaf_take(void *context, sqlite3_value **v)
{
	struct tally *t = context;

	weights_add(&t->leaves, sqlite3_value_int64(v[0]),
	    weights_of(&t->chains, sqlite3_value_int64(v[1])));
}

const struct weighed tally_chains = {.table = "chains c",
    .id = "c.id",
    .many = "chains c INDEXED BY chains_leaf",
    .where = "c.leaf IS NOT NULL"};

static struct err leaves_init(struct tally *t, const struct scope *c)
{
	uint64_t last = 0;
	struct err e = stmt_number(c->s, "SELECT max(id) FROM certificates", &last);

	if (!err_is(e) && last > SCOPE_IDS_MAX)
		e = err_limit("a store with too many certificates to be counted");
	return err_is(e) ? e : weights_init(&t->leaves, (size_t)last + 1);
}

static struct err leaves_take(struct tally *t, const struct scope *c)
{
	struct err e = leaves_init(t, c);

	return err_is(e) ? e
			 : weights_feed(&t->chains, c, &tally_chains, "c.leaf, c.id", leaf_take, t);
}

static struct err columns_say(const struct tally *t, struct buf *out)
{
	buf_str(out, "s.endpoint, s.chain");
	for (size_t i = 0; i < t->n_columns; i++)
		buf_printf(out, ", %s", t->columns[i].expr);
	return out->full ? err_limit("too many fields at once") : OK;
}

struct err tally_take(struct tally *t, const struct scope *c)
{
	struct err e = weights_init(&t->chains, c->n_chains);
	struct buf columns;

	buf_init(&columns, SEARCH_SQL_MAX);
	if (!err_is(e))
		e = weights_init(&t->endpoints, c->n_endpoints);
	if (!err_is(e))
		e = columns_say(t, &columns);
	if (!err_is(e))
		e = scope_feed(c, buf_text(&columns), row_take, rows_forget, t);
	for (size_t i = 0; i < t->n_columns && !err_is(e); i++)
		if (t->columns[i].counter.full)
			e = err_limit("no memory to count");
	if (!err_is(e))
		e = leaves_take(t, c);
	buf_done(&columns);
	return e;
}

/* Leaf, chain, rows. */
static void served_take(void *context, sqlite3_value **v)
{
	struct tally *t = context;
	uint32_t n = (uint32_t)sqlite3_value_int64(v[2]);

	t->rows += n;
	weights_add(&t->chains, sqlite3_value_int64(v[1]), n);
	if (sqlite3_value_type(v[0]) != SQLITE_NULL)
		weights_add(&t->leaves, sqlite3_value_int64(v[0]), n);
}

struct err tally_take_leaves(struct tally *t, const struct scope *c)
{
	struct err e;

	if (!scope_is_of_chains(c))
		return tally_take(t, c);
	e = weights_init(&t->chains, c->n_chains);
	if (!err_is(e))
		e = leaves_init(t, c);
	if (!err_is(e))
		e = scope_feed_instead(c, "s.leaf, s.chain, s.n_rows",
		    "(SELECT *, 1 AS current FROM served)", "1", served_take, t);
	return e;
}

struct listing_count tally_count(const struct tally *t)
{
	return (struct listing_count){
	    .rows = t->rows, .endpoints = t->endpoints.some, .certificates = t->leaves.some};
}
