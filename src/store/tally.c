/*
 * tally.c: numbers by row number, in arrays: rows are numbered from 1 on, and four bytes for each
 * chain and endpoint there ever was are less than any other way to remember them.
 */
#include "store/tally.h"

#include "store/picked.h"

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

static bool ids_pick(const struct weights *w, struct bits *set)
{
	if (!bits_init(set, w->n))
		return false;
	for (size_t i = 0; i < w->n; i++)
		if (w->v[i])
			bits_add(set, i);
	return true;
}

struct err weights_feed(const struct weights *w, const struct scope *c, const struct weighed *of,
    const char *columns, feed_fn *take, void *context)
{
	struct sql *q = scope_sql(c);
	struct bits set = {.n = 0};
	struct err e;

	if (!q || !ids_pick(w, &set)) {
		sql_free(q);
		return err_limit("no memory to count");
	}
	buf_printf(&q->text, "SELECT feed(%s) FROM ", columns);
	if (are_few(w))
		buf_printf(&q->text, "picked p CROSS JOIN %s ON %s = p.id%s", of->table, of->id,
		    of->more ? of->more : "");
	else
		sql_say(q, of->many);
	buf_printf(&q->text, " WHERE %s", of->where ? of->where : "1");
	picked_put(c->s, &set, NULL);
	e = feed(c->s, q, take, context);
	bits_done(&set);
	sql_free(q);
	return e;
}

void tally_done(struct tally *t)
{
	weights_done(&t->chains);
	weights_done(&t->endpoints);
	weights_done(&t->leaves);
}

static void rows_count(struct tally *t, const struct scope *c)
{
	size_t at = 0, row;

	while (bits_next(&c->rows, &at, &row)) {
		t->rows++;
		weights_add(&t->chains, c->of->v[row].chain, 1);
		weights_add(&t->endpoints, c->of->v[row].endpoint, 1);
	}
	for (size_t i = 0; i < t->chains.n; i++)
		if (c->of->leaf[i])
			weights_add(&t->leaves, c->of->leaf[i], t->chains.v[i]);
}

struct err tally_take(struct tally *t, const struct scope *c)
{
	struct err e;

	*t = (struct tally){.rows = 0};
	e = weights_init(&t->chains, c->of->n_chains);
	if (!err_is(e))
		e = weights_init(&t->endpoints, c->of->n_endpoints);
	if (!err_is(e))
		e = weights_init(&t->leaves, c->of->n_leaves);
	if (!err_is(e))
		rows_count(t, c);
	return e;
}

struct listing_count tally_count(const struct tally *t)
{
	return (struct listing_count){
	    .rows = t->rows, .endpoints = t->endpoints.some, .certificates = t->leaves.some};
}
