/*
 * held.c: the index of findings begins with the finding and then the time; so it is entered once
 * for each finding there is, and left where the future begins: what is there first is what begins
 * next. Sightings with findings of their own are few: their table is read as it lies, which is the
 * order of the rows.
 */
#include "store/held.h"

#include "base/vec.h"
#include "store/feed.h"

#include <stdlib.h>

struct holding {
	const struct sightings *of;
	struct held *h;
	bool full;
};

static void held_until(struct held *h, int64_t at_s)
{
	if (at_s > h->from_s && at_s < h->until_s)
		h->until_s = at_s;
}

static void severity_know(struct held *h, uint64_t id, uint8_t severity)
{
	if (id < HELD_IDS_MAX && severity > h->severity[id])
		h->severity[id] = severity;
}

static uint64_t bit_of(uint64_t id)
{
	return id < HELD_IDS_MAX ? (uint64_t)1 << id : 0;
}

/* Chain, finding, severity, until_s; of what holds. */
static void chain_take(void *context, sqlite3_value **v)
{
	struct holding *to = context;
	struct held *h = to->h;
	uint64_t chain = (uint64_t)sqlite3_value_int64(v[0]);
	uint64_t id = (uint64_t)sqlite3_value_int64(v[1]);
	uint8_t severity = (uint8_t)sqlite3_value_int(v[2]);

	held_until(h, sqlite3_value_int64(v[3]));
	if (chain >= to->of->n_chains)
		return;
	h->ids[chain] |= bit_of(id);
	if (severity > h->worst[chain])
		h->worst[chain] = severity;
	severity_know(h, id, severity);
}

/* What begins next. */
static void next_take(void *context, sqlite3_value **v)
{
	if (sqlite3_value_type(v[0]) != SQLITE_NULL)
		held_until(((struct holding *)context)->h, sqlite3_value_int64(v[0]));
}

static struct held_own *own_of(struct holding *to, size_t row)
{
	struct held *h = to->h;
	struct held_own *room;

	if (h->n_own && h->own[h->n_own - 1].row == row)
		return &h->own[h->n_own - 1];
	room = vec_room(h->own, h->n_own, &h->cap, sizeof(*room), ROWS_IN_MEMORY_MAX);
	if (!room) {
		to->full = true;
		return NULL;
	}
	h->own = room;
	bits_add(&h->has_own, row);
	room[h->n_own] = (struct held_own){.row = (uint32_t)row};
	return &room[h->n_own++];
}

/* Endpoint, chain, finding, severity, since_s, until_s; of any time. */
static void own_take(void *context, sqlite3_value **v)
{
	struct holding *to = context;
	uint64_t id = (uint64_t)sqlite3_value_int64(v[2]);
	uint8_t severity = (uint8_t)sqlite3_value_int(v[3]);
	int64_t since_s = sqlite3_value_int64(v[4]), until_s = sqlite3_value_int64(v[5]);
	struct held_own *own;
	size_t row;

	held_until(to->h, since_s);
	held_until(to->h, until_s);
	if (since_s > to->h->from_s || until_s <= to->h->from_s ||
	    !sightings_find(to->of, sqlite3_value_int64(v[0]), sqlite3_value_int64(v[1]), &row))
		return;
	own = own_of(to, row);
	if (!own)
		return;
	own->ids |= bit_of(id);
	own->worst = severity > own->worst ? severity : own->worst;
	severity_know(to->h, id, severity);
}

#define EACH_FINDING                                                                               \
	"WITH RECURSIVE k(id) AS (SELECT min(finding) FROM chain_findings UNION ALL"               \
	" SELECT (SELECT min(finding) FROM chain_findings WHERE finding > k.id) FROM k"            \
	" WHERE k.id IS NOT NULL) "

/* In this order: all with the time of it as ?1. */
static const struct {
	const char *sql;
	feed_fn *take;
} passes[] = {
    {EACH_FINDING "SELECT feed(f.chain, f.finding, f.severity, f.until_s)"
		  " FROM k CROSS JOIN chain_findings f INDEXED BY chain_findings_holds"
		  " WHERE f.finding = k.id AND f.since_s <= ?1 AND f.until_s > ?1",
	chain_take},
    {EACH_FINDING "SELECT feed((SELECT min(f.since_s) FROM chain_findings f"
		  " INDEXED BY chain_findings_holds"
		  " WHERE f.finding = k.id AND f.since_s > ?1)) FROM k",
	next_take},
    {"SELECT feed(f.endpoint, f.chain, f.finding, f.severity, f.since_s, f.until_s)"
     " FROM sighting_findings f NOT INDEXED WHERE ?1 IS NOT NULL",
	own_take},
};

static struct err pass_make(struct store *s, size_t i, struct holding *to)
{
	struct sql *q = sql_new(0, NULL);
	struct err e;

	if (!q)
		return err_limit("no memory for findings");
	buf_str(&q->text, passes[i].sql);
	q->values[q->n++] = (struct query_value){.number = to->h->from_s};
	e = feed(s, q, passes[i].take, to);
	sql_free(q);
	return e;
}

struct err held_read(
    struct store *s, const struct sightings *of, int64_t at_s, struct held *ret_held)
{
	struct held h = {.from_s = at_s, .until_s = INT64_MAX};
	struct holding to = {.of = of, .h = &h};
	struct err e = OK;

	h.ids = calloc(of->n_chains, sizeof(*h.ids));
	h.worst = calloc(of->n_chains, sizeof(*h.worst));
	if (!h.ids || !h.worst || !bits_init(&h.has_own, of->n))
		e = err_limit("no memory for findings");
	for (size_t i = 0; i < sizeof(passes) / sizeof(passes[0]) && !err_is(e); i++)
		e = pass_make(s, i, &to);
	if (!err_is(e) && to.full)
		e = err_limit("no memory for findings");
	if (err_is(e))
		held_done(&h);
	else
		*ret_held = h;
	return e;
}

void held_done(struct held *h)
{
	free(h->ids);
	free(h->worst);
	free(h->own);
	bits_done(&h->has_own);
	*h = (struct held){.n_own = 0};
}

bool held_is_of(const struct held *h, int64_t at_s)
{
	return h->ids && at_s >= h->from_s && at_s < h->until_s;
}

static int own_compare(const void *x, const void *y)
{
	const struct held_own *a = x, *b = y;

	return (a->row > b->row) - (a->row < b->row);
}

const struct held_own *held_own(const struct held *h, size_t row)
{
	const struct held_own wanted = {.row = (uint32_t)row};

	return !bits_has(&h->has_own, row)
		   ? NULL
		   : bsearch(&wanted, h->own, h->n_own, sizeof(*h->own), own_compare);
}
