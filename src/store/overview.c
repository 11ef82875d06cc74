/*
 * overview.c: the inventory in numbers. How many there are is counted already, and so is what each
 * chain serves (counts.h); what depends on the time is not: when leaves end, and findings, which
 * are those that hold now; most begin in the future and are passed by. A finding of a chain is one
 * of all its sightings, so it is taken once, with their number; then the findings that only a
 * sighting has.
 *
 * A chain and a leaf begin as sound and rise with the findings that come: so nobody needs to know
 * the others. Bare endpoints are counted and otherwise left out.
 */
#include "store/counts.h"
#include "store/feed.h"
#include "store/written.h"

#include <stdlib.h>

static const unsigned expiring_days[OVERVIEW_EXPIRING] = {7, 14, 30, 60, 90};

/* An id is a bit of `held`. */
enum { DAY_S = 86400, FINDING_IDS_MAX = 64, TIMELINE_BUCKETS = 60 };

/* What holds of a chain, a leaf or a sighting. */
struct state {
	uint64_t held; /* ids */
	uint8_t worst;
};

struct gathering {
	struct overview *o;
	const struct served *served;
	struct state *chains, *leaves;
	struct overview_finding findings[FINDING_IDS_MAX];
	/* The sighting whose own findings come. */
	int64_t endpoint;
	uint64_t chain;
	struct state own;
};

static bool is_news(struct state *state, uint16_t id)
{
	uint64_t bit = (uint64_t)1 << id;
	bool is = !(state->held & bit);

	state->held |= bit;
	return is;
}

/* So many that were as bad as *worst are as bad as this. */
static void worsen(uint64_t *was, uint64_t *is, uint8_t *worst, uint8_t severity, uint64_t n)
{
	*was -= n;
	*is += n;
	*worst = severity;
}

static void leaf_take(struct gathering *g, uint32_t row, const struct overview_finding *f)
{
	struct state *leaf = &g->leaves[row];
	struct overview_finding *by = g->o->severities;

	g->findings[f->id].certificates += is_news(leaf, f->id);
	if (f->severity > leaf->worst)
		worsen(&by[leaf->worst].certificates, &by[f->severity].certificates, &leaf->worst,
		    f->severity, 1);
}

/* n sightings that are in this state have this. */
static void rows_take(
    struct gathering *g, struct state *state, const struct overview_finding *f, uint64_t n)
{
	struct overview_finding *by = g->o->severities, *to = &g->findings[f->id];

	to->id = f->id;
	to->severity = f->severity > to->severity ? f->severity : to->severity;
	to->endpoints += is_news(state, f->id) ? n : 0;
	if (f->severity > state->worst)
		worsen(&by[state->worst].endpoints, &by[f->severity].endpoints, &state->worst,
		    f->severity, n);
}

/* Columns chain, finding, severity; false: not of what is served. */
static bool finding_read(const struct gathering *g, sqlite3_value **v, uint64_t *ret_chain,
    struct overview_finding *ret_finding)
{
	uint64_t chain = (uint64_t)sqlite3_value_int64(v[0]);
	uint64_t id = (uint64_t)sqlite3_value_int64(v[1]);
	uint64_t severity = (uint64_t)sqlite3_value_int64(v[2]);

	if (chain >= g->served->n_chains || !g->served->chains[chain].n_rows ||
	    id >= FINDING_IDS_MAX || severity >= SEVERITY_MAX)
		return false;
	*ret_chain = chain;
	*ret_finding = (struct overview_finding){.id = (uint16_t)id, .severity = (uint8_t)severity};
	return true;
}

static void chain_finding_take(void *context, sqlite3_value **v)
{
	struct gathering *g = context;
	struct overview_finding f;
	uint64_t chain;

	if (!finding_read(g, v, &chain, &f))
		return;
	rows_take(g, &g->chains[chain], &f, g->served->chains[chain].n_rows);
	leaf_take(g, g->served->chains[chain].leaf, &f);
}

/* The fourth column is the endpoint. */
static void own_finding_take(void *context, sqlite3_value **v)
{
	struct gathering *g = context;
	struct overview_finding f;
	int64_t endpoint = sqlite3_value_int64(v[3]);
	uint64_t chain;

	if (!finding_read(g, v, &chain, &f))
		return;
	if (endpoint != g->endpoint || chain != g->chain) {
		g->endpoint = endpoint;
		g->chain = chain;
		g->own = g->chains[chain];
	}
	rows_take(g, &g->own, &f, 1);
	leaf_take(g, g->served->chains[chain].leaf, &f);
}

/* In this order: a sighting's own findings are beside those of its chain. Each table alone: to look
 * up each finding's chain would take longer than reading all that are served. */
static const struct {
	const char *sql;
	feed_fn *take;
} passes[] = {
    {"SELECT feed(chain, finding, severity) FROM chain_findings INDEXED BY chain_findings_holds"
     " WHERE finding IN (SELECT id FROM words WHERE topic = 'finding')",
	chain_finding_take},
    {"SELECT feed(chain, finding, severity, endpoint) FROM sighting_findings NOT INDEXED"
     " WHERE current",
	own_finding_take},
};

static struct err findings_gather(struct store *s, struct gathering *g, int64_t now_s)
{
	struct err e = OK;

	for (size_t i = 0; i < sizeof(passes) / sizeof(passes[0]) && !err_is(e); i++) {
		struct sql *q = sql_new(now_s, NULL);

		if (!q)
			return err_limit("no memory for the overview");
		sql_say(q, passes[i].sql);
		sql_say(q, " AND since_s <= ");
		sql_number(q, now_s);
		sql_say(q, " AND until_s > ");
		sql_number(q, now_s);
		e = feed(s, q, passes[i].take, g);
		sql_free(q);
	}
	return e;
}

static int findings_compare(const void *x, const void *y)
{
	const struct overview_finding *a = x, *b = y;

	if (a->severity != b->severity)
		return a->severity > b->severity ? -1 : 1;
	if (a->endpoints != b->endpoints)
		return a->endpoints > b->endpoints ? -1 : 1;
	return (a->id > b->id) - (a->id < b->id);
}

static void findings_tell(struct gathering *g, struct overview *o)
{
	qsort(g->findings, FINDING_IDS_MAX, sizeof(*g->findings), findings_compare);
	while (o->n_findings < CHAIN_FINDINGS_MAX && o->n_findings < FINDING_IDS_MAX &&
	       g->findings[o->n_findings].endpoints) {
		o->findings[o->n_findings] = g->findings[o->n_findings];
		o->n_findings++;
	}
}

static void expiring_add(struct overview_expiring *to, uint32_t n_rows)
{
	to->certificates++;
	to->endpoints += n_rows;
}

static void endings_take(const struct served *v, int64_t now_s, struct overview *o)
{
	struct overview_finding *sound = &o->severities[SEVERITY_NONE];

	for (size_t k = 0; k < OVERVIEW_EXPIRING; k++)
		o->expiring[k].days = expiring_days[k];
	for (size_t i = 0; i < v->n_leaves; i++) {
		const struct served_leaf *leaf = &v->leaves[i];

		if (!leaf->n_rows)
			continue;
		sound->certificates++;
		sound->endpoints += leaf->n_rows;
		if (leaf->end_s < now_s)
			expiring_add(&o->expired, leaf->n_rows);
		for (size_t k = 0; k < OVERVIEW_EXPIRING && leaf->end_s >= now_s; k++)
			if (leaf->end_s < now_s + (int64_t)expiring_days[k] * DAY_S)
				expiring_add(&o->expiring[k], leaf->n_rows);
	}
}

static struct err findings_take(
    struct store *s, const struct served *v, int64_t now_s, struct overview *o)
{
	struct gathering g = {.o = o, .served = v, .endpoint = -1};
	struct err e;

	for (uint8_t severity = 0; severity < SEVERITY_MAX; severity++)
		o->severities[severity].severity = severity;
	g.chains = calloc(v->n_chains, sizeof(*g.chains));
	g.leaves = calloc(v->n_leaves, sizeof(*g.leaves));
	e = g.chains && g.leaves ? findings_gather(s, &g, now_s)
				 : err_limit("no memory for the overview");
	if (!err_is(e))
		findings_tell(&g, o);
	free(g.chains);
	free(g.leaves);
	return e;
}

static struct err overview_take(
    struct store *s, int64_t now_s, struct arena *arena, struct overview *o)
{
	struct served served = {.n_chains = 0};
	struct err e = counts_count(s, false, &o->count, &o->bare);

	if (!err_is(e))
		e = counts_ports(s, false, OVERVIEW_TOP, &o->ports);
	if (!err_is(e))
		e = served_load(s, &served);
	if (!err_is(e))
		e = counts_issuers(s, &served, false, OVERVIEW_TOP, arena, &o->issuers);
	o->timeline.n = TIMELINE_BUCKETS;
	if (!err_is(e))
		e = served_timeline(&served, now_s, &o->timeline);
	if (!err_is(e)) {
		endings_take(&served, now_s, o);
		e = findings_take(s, &served, now_s, o);
	}
	served_done(&served);
	return e;
}

/* The last answer of a handle. */
struct kept_overview {
	bool is;
	uint64_t version; /* WRITES_SIGHTINGS */
	int64_t now_s;
	struct overview o;
	struct arena texts;
};

void overview_forget(struct store *s)
{
	if (s->overview)
		arena_done(&s->overview->texts);
	free(s->overview);
	s->overview = NULL;
}

static struct err kept_renew(struct store *s, uint64_t version, int64_t now_s)
{
	struct kept_overview *k = s->overview ? s->overview : calloc(1, sizeof(*k));
	struct err e;

	if (!k)
		return err_limit("no memory for the overview");
	if (!s->overview)
		arena_init(&k->texts, ROW_BYTES_MAX);
	s->overview = k;
	arena_reset(&k->texts);
	k->is = false;
	k->o = (struct overview){.n_findings = 0};
	e = overview_take(s, now_s, &k->texts, &k->o);
	if (err_is(e))
		return e;
	k->is = true;
	k->version = version;
	k->now_s = now_s;
	return OK;
}

/* A minute is short for what the time alone changes. */
static bool is_fresh(const struct kept_overview *k, uint64_t version, int64_t now_s)
{
	return k && k->is && k->version == version && now_s >= k->now_s &&
	       now_s < k->now_s + OVERVIEW_KEPT_S;
}

static void overview_copy(const struct overview *from, struct arena *arena, struct overview *to)
{
	*to = *from;
	for (size_t i = 0; i < to->issuers.n; i++)
		to->issuers.values[i].text = arena_str(arena, from->issuers.values[i].text);
}

/* began: nothing is written meanwhile, so the version says all. */
static struct err overview_get(struct store *s, int64_t now_s, bool began)
{
	uint64_t version = 0;
	struct err e = written_version(s, WRITES_SIGHTINGS, &version);

	if (err_is(e) || (began && is_fresh(s->overview, version, now_s)))
		return e;
	return kept_renew(s, version, now_s);
}

struct err store_overview(
    struct store *s, int64_t now_s, struct arena *arena, struct overview *ret_overview)
{
	bool began = false;
	struct err e = db_read_begin(s, &began);

	if (!err_is(e))
		e = overview_get(s, now_s, began);
	db_read_end(s, began);
	if (err_is(e))
		return e;
	overview_copy(&s->overview->o, arena, ret_overview);
	if (!began)
		overview_forget(s);
	return OK;
}
