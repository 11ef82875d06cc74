/*
 * worst.c: severities in memory: a byte for each chain, and a short list for sightings that have
 * findings of their own. A tenth of a second for a million endpoints, where asking the tables for
 * each row would take ten.
 */
#include "store/worst.h"

#include "store/held.h"

static struct err sizes_get(struct store *s, size_t *ret_chains, size_t *ret_endpoints)
{
	static const char sql[] =
	    "SELECT (SELECT max(id) FROM chains), (SELECT max(id) FROM endpoints)";
	struct stmt q = stmt_use(s, sql);

	if (stmt_row(&q)) {
		*ret_chains = (size_t)stmt_get_int(&q, 0) + 1;
		*ret_endpoints = (size_t)stmt_get_int(&q, 1) + 1;
	}
	return stmt_end(&q);
}

/* Columns endpoint, chain, severity, in this order; false: no memory. */
static bool own_add(struct worst *w, int64_t endpoint, int64_t chain, uint8_t severity)
{
	struct own_worst *last = w->n_own ? &w->own[w->n_own - 1] : NULL;

	if (last && last->endpoint == endpoint && last->chain == chain) {
		last->severity = severity > last->severity ? severity : last->severity;
		return true;
	}
	if (w->n_own == w->room) {
		size_t room = w->room ? 2 * w->room : 1024;
		struct own_worst *own = reallocarray(w->own, room, sizeof(*own));

		if (!own)
			return false;
		w->own = own;
		w->room = room;
	}
	w->own[w->n_own++] = (struct own_worst){endpoint, chain, severity};
	bits_add(&w->endpoints, (size_t)endpoint);
	return true;
}

struct own_taking {
	struct worst *w;
	bool failed;
};

static void own_take(void *context, sqlite3_value **v)
{
	struct own_taking *t = context;
	int64_t endpoint = sqlite3_value_int64(v[0]);

	if (endpoint >= 0 && (size_t)endpoint < t->w->endpoints.n)
		t->failed |= !own_add(
		    t->w, endpoint, sqlite3_value_int64(v[1]), (uint8_t)sqlite3_value_int(v[2]));
}

static struct err own_load(struct store *s, int64_t at_s, struct worst *w)
{
	struct own_taking taking = {.w = w};
	struct sql *q = sql_new(at_s, NULL);
	struct err e;

	if (!q)
		return err_limit("no memory for findings");
	sql_say(q,
	    "SELECT feed(f.endpoint, f.chain, f.severity) FROM sighting_findings f NOT INDEXED"
	    " WHERE 1");
	held_say(q, at_s);
	e = feed(s, q, own_take, &taking);
	sql_free(q);
	return !err_is(e) && taking.failed ? err_limit("no memory for findings") : e;
}

struct err worst_load(struct store *s, int64_t at_s, struct worst *ret_worst)
{
	struct worst w = {.n_chains = 0};
	size_t n_endpoints = 0;
	struct err e = sizes_get(s, &w.n_chains, &n_endpoints);

	if (!err_is(e) && !bits_init(&w.endpoints, n_endpoints))
		e = err_limit("no memory for findings");
	if (!err_is(e))
		e = held_worst(s, at_s, w.n_chains, &w.chains);
	if (!err_is(e))
		e = own_load(s, at_s, &w);
	if (err_is(e))
		worst_done(&w);
	else
		*ret_worst = w;
	return e;
}

void worst_done(struct worst *w)
{
	free(w->chains);
	free(w->own);
	bits_done(&w->endpoints);
	*w = (struct worst){.n_chains = 0};
}

static int own_compare(const void *x, const void *y)
{
	const struct own_worst *a = x, *b = y;

	if (a->endpoint != b->endpoint)
		return a->endpoint < b->endpoint ? -1 : 1;
	return (a->chain > b->chain) - (a->chain < b->chain);
}

uint8_t worst_of(const struct worst *w, int64_t endpoint, int64_t chain)
{
	const struct own_worst key = {endpoint, chain, 0};
	const struct own_worst *own = NULL;
	uint8_t severity =
	    chain >= 0 && (size_t)chain < w->n_chains ? w->chains[chain] : SEVERITY_NONE;

	if (endpoint >= 0 && (size_t)endpoint < w->endpoints.n &&
	    bits_has(&w->endpoints, (size_t)endpoint))
		own = bsearch(&key, w->own, w->n_own, sizeof(*w->own), own_compare);
	return own && own->severity > severity ? own->severity : severity;
}
