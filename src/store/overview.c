/*
 * overview.c: the inventory in numbers: one pass over the rows, one over the certificates. Bare
 * endpoints are counted and otherwise left out.
 */
#include "store/question.h"

static const unsigned expiring_days[OVERVIEW_EXPIRING] = {7, 14, 30, 60, 90};

enum { DAY_S = 86400, FINDING_IDS_MAX = 256, TIMELINE_BUCKETS = 60 };

/* What is gathered before it is told. */
struct gathering {
	const struct question *q;
	uint8_t *worst; /* by certificate: the severity */
	uint32_t *rows; /* by certificate */
	uint32_t *alike; /* by chain: rows that have no findings of their own */
	struct overview_finding findings[FINDING_IDS_MAX];
	uint32_t *told[FINDING_IDS_MAX]; /* by certificate, that it has it; made where needed */
};

static bool already(struct gathering *g, uint16_t id, uint32_t leaf)
{
	uint32_t **bits = &g->told[id];
	uint32_t bit = (uint32_t)1 << leaf % 32;
	bool was;

	if (!*bits)
		*bits = calloc(g->q->c->certs.n / 32 + 1, sizeof(**bits));
	if (!*bits)
		return true;
	was = (*bits)[leaf / 32] & bit;
	(*bits)[leaf / 32] |= bit;
	return was;
}

static void finding_take(struct gathering *g, const struct held *held, uint32_t leaf, uint32_t n)
{
	struct overview_finding *to;

	if (held->id >= FINDING_IDS_MAX)
		return;
	to = &g->findings[held->id];
	to->id = held->id;
	to->endpoints += n;
	to->certificates += !already(g, held->id, leaf);
	if (held->severity > to->severity)
		to->severity = held->severity;
}

/* n rows like this one. */
static void rows_take(
    struct gathering *g, struct overview *o, const struct catalog_row *row, uint32_t n)
{
	struct held held[HELD_MAX];
	uint8_t severity = SEVERITY_NONE;
	size_t n_held;

	if (!row->leaf)
		return;
	n_held = lens_held(&g->q->lens, row, held);
	for (size_t i = 0; i < n_held; i++) {
		finding_take(g, &held[i], row->leaf - 1, n);
		severity = held[i].severity > severity ? held[i].severity : severity;
	}
	o->severities[severity].endpoints += n;
	g->rows[row->leaf - 1] += n;
	if (severity > g->worst[row->leaf - 1])
		g->worst[row->leaf - 1] = severity;
}

/* Rows of one chain without findings of their own are alike. */
static void all_take(struct gathering *g, struct overview *o)
{
	const struct catalog *c = g->q->c;
	size_t at = 0, i;

	while (bits_next(&g->q->rows, &at, &i)) {
		if (c->rows.v[i].n_findings)
			rows_take(g, o, &c->rows.v[i], 1);
		else
			g->alike[c->rows.v[i].chain]++;
	}
	for (i = 0; i < c->chains.n; i++) {
		const struct catalog_row row = {.chain = (uint32_t)i, .leaf = c->chains.v[i].leaf};

		if (g->alike[i])
			rows_take(g, o, &row, g->alike[i]);
	}
}

static void expiring_add(struct overview_expiring *to, uint32_t rows)
{
	to->certificates++;
	to->endpoints += rows;
}

static void certs_take(const struct gathering *g, struct overview *o)
{
	const struct catalog *c = g->q->c;
	int64_t now_s = g->q->lens.now_s;

	for (size_t i = 0; i < c->certs.n; i++) {
		int64_t end_s = c->certs.v[i].not_after_s;

		if (!g->rows[i])
			continue;
		o->severities[g->worst[i]].certificates++;
		if (end_s < now_s) {
			expiring_add(&o->expired, g->rows[i]);
			continue;
		}
		for (size_t k = 0; k < OVERVIEW_EXPIRING; k++)
			if (end_s < now_s + (int64_t)expiring_days[k] * DAY_S)
				expiring_add(&o->expiring[k], g->rows[i]);
	}
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
	while (o->n_findings < CHAIN_FINDINGS_MAX && g->findings[o->n_findings].endpoints) {
		o->findings[o->n_findings] = g->findings[o->n_findings];
		o->n_findings++;
	}
}

static struct err gather(const struct question *q, struct overview *o)
{
	struct gathering g = {.q = q};
	struct err e = OK;

	for (size_t k = 0; k < OVERVIEW_EXPIRING; k++)
		o->expiring[k].days = expiring_days[k];
	for (uint8_t severity = 0; severity < SEVERITY_MAX; severity++)
		o->severities[severity].severity = severity;
	g.worst = calloc(q->c->certs.n + 1, sizeof(*g.worst));
	g.rows = calloc(q->c->certs.n + 1, sizeof(*g.rows));
	g.alike = calloc(q->c->chains.n + 1, sizeof(*g.alike));
	if (!g.worst || !g.rows || !g.alike) {
		e = err_limit("no memory for the overview");
		goto out;
	}
	all_take(&g, o);
	certs_take(&g, o);
	findings_tell(&g, o);
out:
	for (size_t i = 0; i < FINDING_IDS_MAX; i++)
		free(g.told[i]);
	free(g.worst);
	free(g.rows);
	free(g.alike);
	return e;
}

struct err store_overview(
    struct store *s, int64_t now_s, struct arena *arena, struct overview *ret_overview)
{
	const struct listing all = {.now_s = now_s};
	struct question q = {0};
	struct overview *o = calloc(1, sizeof(*o));
	struct err e = o ? question_open(&q, s, &all) : err_limit("no memory for the overview");

	if (!err_is(e))
		e = question_count(&q, &o->count);
	if (!err_is(e))
		e = gather(&q, o);
	if (!err_is(e))
		e = question_facet(&q, FIELD_ISSUER, OVERVIEW_TOP, arena, &o->issuers);
	if (!err_is(e))
		e = question_facet(&q, FIELD_PORT, OVERVIEW_TOP, arena, &o->ports);
	if (!err_is(e)) {
		o->timeline.n = TIMELINE_BUCKETS;
		o->bare =
		    bits_count(&q.c->served[true][false]) - bits_count(&q.c->served[false][false]);
		e = question_timeline(&q, &o->timeline);
	}
	question_close(&q);
	if (!err_is(e))
		*ret_overview = *o;
	free(o);
	return e;
}
