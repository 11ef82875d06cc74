/*
 * certificates.c: the certificates of a question, each once, with how many endpoints serve it and
 * what holds of them; the Findings page is the same with the worst first. All are weighed, which is
 * to say counted; of their order only the page is kept; what is told of a certificate is read for
 * that page alone.
 */
#include "store/found.h"
#include "store/order.h"
#include "store/picked.h"
#include "store/remarks.h"

#include "base/vec.h"

#include <stdio.h>

/* Where the value lies by which they are sorted. */
struct cert_sort {
	enum field_id field;
	const char *key; /* of l; NULL: it is counted, or in memory */
	const char *index;
	bool is_text;
};

static const struct cert_sort sorts[] = {
    {FIELD_NONE, NULL, NULL, false},
    {FIELD_NOT_AFTER, NULL, NULL, false},
    {FIELD_NOTVALIDAFTER, NULL, NULL, false},
    {FIELD_NOT_BEFORE, "l.not_before_s", "INDEXED BY certificates_not_before", false},
    {FIELD_SUBJECT, "l.subject_cn", "INDEXED BY certificates_subject", true},
    {FIELD_ISSUER, "l.issuer_cn", "INDEXED BY certificates_issuer", true},
    {FIELD_FIRST_SEEN, "l.first_seen_ms / 1000", "NOT INDEXED", false},
    {FIELD_CONNECTIONS, NULL, NULL, false},
    {FIELD_SEVERITY, NULL, NULL, false},
    /* The worst first, of these the soonest end. */
    {FIELD_FINDINGS, NULL, NULL, false},
};

static const struct cert_sort *sort_of(enum field_id field)
{
	for (size_t i = 0; i < sizeof(sorts) / sizeof(sorts[0]); i++)
		if (sorts[i].field == field)
			return &sorts[i];
	return NULL;
}

/* A page while it is chosen. */
struct choosing {
	const struct tally *t;
	const struct cert_sort *sort;
	const uint8_t *worst; /* by certificate */
	const int64_t *ends_s; /* by certificate */
	uint8_t severity; /* at least */
	struct page page;
	struct arena arena; /* texts of keys */
};

static struct sort_key key_of(const struct choosing *k, int64_t id, sqlite3_value *v)
{
	struct sort_key key = {.text = "", .id = id};

	if (k->sort->is_text)
		sort_key_text(&key, (const char *)sqlite3_value_text(v));
	else if (k->sort->field == FIELD_CONNECTIONS)
		sort_key_number(&key, weights_of(&k->t->leaves, id));
	else if (k->sort->field == FIELD_SEVERITY)
		sort_key_number(&key, k->worst[id]);
	else
		sort_key_number(&key, v ? sqlite3_value_int64(v) : k->ends_s[id]);
	if (k->sort->field == FIELD_FINDINGS) {
		key.b = key.a;
		key.a = (uint64_t)(SEVERITY_MAX - k->worst[id]);
	}
	return key;
}

static void cert_offer(struct choosing *k, int64_t id, sqlite3_value *v)
{
	struct sort_key key;

	if (weights_of(&k->t->leaves, id) == 0 || k->worst[id] < k->severity)
		return;
	key = key_of(k, id, v);
	if (!page_takes(&k->page, &key))
		return;
	key.text = *key.text ? arena_str(&k->arena, key.text) : "";
	if (key.text)
		page_offer(&k->page, &key, (uint32_t)id);
}

/* Id, key. */
static void cert_take(void *context, sqlite3_value **v)
{
	cert_offer(context, sqlite3_value_int64(v[0]), v[1]);
}

static struct err page_fill(struct choosing *k, const struct scope *c)
{
	struct weighed leaves = {.table = "certificates l", .id = "l.id"};
	char many[96], columns[64];
	struct err e = OK;

	if (k->sort->key) {
		snprintf(many, sizeof(many), "certificates l %s", k->sort->index);
		snprintf(columns, sizeof(columns), "l.id, %s", k->sort->key);
		leaves.many = many;
		e = weights_feed(&k->t->leaves, c, &leaves, columns, cert_take, k);
	} else {
		for (size_t id = 0; id < k->t->leaves.n; id++)
			cert_offer(k, (int64_t)id, NULL);
	}
	page_close(&k->page);
	return err_is(e) || !k->arena.hit ? e : err_limit("a page too large");
}

/* A certificate of the page. */
struct shown {
	int64_t id;
	struct listed_cert listed;
	struct listed_finding *findings;
	size_t n, cap;
	bool placed; /* listed.first_endpoint is known */
};

struct shown_page {
	struct scope *c;
	const struct tally *t;
	struct shown *v; /* by id */
	size_t n;
	struct bits leaves, rows; /* theirs */
	bool full; /* no memory */
};

static int by_id(const void *x, const void *y)
{
	const struct shown *a = x, *b = y;

	return (a->id > b->id) - (a->id < b->id);
}

static struct shown *shown_of(struct shown_page *p, int64_t id)
{
	const struct shown wanted = {.id = id};

	return bsearch(&wanted, p->v, p->n, sizeof(*p->v), by_id);
}

/* The certificate of a row. */
static struct shown *shown_at(struct shown_page *p, size_t row)
{
	return shown_of(p, p->c->of->leaf[p->c->of->v[row].chain]);
}

/* Endpoint's addr, zone, port, transport, name. */
static void place_take(void *context, size_t row, sqlite3_value **v)
{
	struct shown *to = shown_at(context, row);
	struct endpoint e = {.port = (uint16_t)sqlite3_value_int(v[2]),
	    .transport = (uint8_t)sqlite3_value_int(v[3])};
	const struct endpoint *first;
	int d;

	if (!to || sqlite3_value_bytes(v[0]) != sizeof(e.addr.b))
		return;
	memcpy(e.addr.b, sqlite3_value_blob(v[0]), sizeof(e.addr.b));
	first = &to->listed.first_endpoint;
	d = to->placed ? memcmp(e.addr.b, first->addr.b, sizeof(e.addr.b)) : -1;
	if (d > 0 || (d == 0 && e.port >= first->port))
		return;
	e.addr.zone = (uint32_t)sqlite3_value_int64(v[1]);
	snprintf(e.name, sizeof(e.name), "%s", (const char *)sqlite3_value_text(v[4]));
	to->listed.first_endpoint = e;
	to->placed = true;
}

/* The same finding of another chain or endpoint: the worse one is told. */
static struct finding *finding_room(
    struct shown_page *p, struct shown *to, uint16_t id, uint8_t severity)
{
	struct listed_finding *v;
	size_t i = 0;

	while (i < to->n && to->findings[i].finding.id != id)
		i++;
	if (i < to->n)
		return severity > to->findings[i].finding.severity ? &to->findings[i].finding
								   : NULL;
	v = vec_room(to->findings, to->n, &to->cap, sizeof(*v), LISTED_FINDINGS_MAX);
	if (!v) {
		p->full = true;
		return NULL;
	}
	to->findings = v;
	v[to->n] = (struct listed_finding){.muted = false};
	return &v[to->n++].finding;
}

/* Finding, severity, since_s, until_s, evidence. */
static void finding_take(struct shown_page *p, struct shown *to, sqlite3_value **v)
{
	struct finding f = {.id = (uint16_t)sqlite3_value_int(v[0]),
	    .severity = (uint8_t)sqlite3_value_int(v[1]),
	    .since_s = sqlite3_value_int64(v[2]),
	    .until_s = sqlite3_value_int64(v[3])};
	int64_t now_s = p->c->listing->now_s;
	struct finding *room = NULL;

	if (to && f.since_s <= now_s && now_s < f.until_s)
		room = finding_room(p, to, f.id, f.severity);
	if (!room)
		return;
	snprintf(f.evidence, sizeof(f.evidence), "%s", (const char *)sqlite3_value_text(v[4]));
	*room = f;
}

/* Chain, and a finding of it. */
static void of_chain_take(void *context, sqlite3_value **v)
{
	struct shown_page *p = context;
	int64_t chain = sqlite3_value_int64(v[0]);

	if (weights_of(&p->t->chains, chain))
		finding_take(p, shown_of(p, p->c->of->leaf[chain]), v + 1);
}

static void of_row_take(void *context, size_t row, sqlite3_value **v)
{
	finding_take(context, shown_at(context, row), v);
}

#define FINDING_COLUMNS "f.finding, f.severity, f.since_s, f.until_s, f.evidence"

static struct err chain_findings_feed(struct shown_page *p)
{
	static const char sql[] = "SELECT feed(d.id, " FINDING_COLUMNS ") FROM picked p"
				  " CROSS JOIN chains d INDEXED BY chains_leaf ON d.leaf = p.id"
				  " CROSS JOIN chain_findings f ON f.chain = d.id";
	struct sql *q = scope_sql(p->c);
	struct err e;

	if (!q)
		return err_limit("a page too large");
	sql_say(q, sql);
	picked_put(p->c->s, &p->leaves, NULL);
	e = feed(p->c->s, q, of_chain_take, p);
	sql_free(q);
	return e;
}

/* Only rows that have findings of their own are asked for them. */
static struct err row_findings_feed(struct shown_page *p)
{
	static const struct rows_asked ask = {.columns = ", " FINDING_COLUMNS,
	    .join = " CROSS JOIN sighting_findings f ON f.endpoint = s.endpoint"
		    " AND f.chain = s.chain"};
	const struct held *held;
	struct bits own = {.n = 0};
	struct err e = scope_held(p->c, &held);

	if (!err_is(e) && !bits_copy(&own, &p->rows))
		e = err_limit("a page too large");
	if (!err_is(e)) {
		bits_and(&own, &held->has_own);
		e = scope_feed(p->c, &own, &ask, of_row_take, p);
	}
	bits_done(&own);
	return e;
}

static struct err details_feed(struct shown_page *p)
{
	static const struct rows_asked places = {
	    .columns = ", e.addr, e.zone, e.port, e.transport, e.name", .tables = SQL_ENDPOINTS};
	struct err e = scope_feed(p->c, &p->rows, &places, place_take, p);

	if (!err_is(e))
		e = chain_findings_feed(p);
	if (!err_is(e))
		e = row_findings_feed(p);
	return err_is(e) || !p->full ? e : err_limit("a page too large");
}

static int worst_first(const void *x, const void *y)
{
	const struct listed_finding *a = x, *b = y;

	if (a->finding.severity != b->finding.severity)
		return a->finding.severity > b->finding.severity ? -1 : 1;
	return (a->finding.id > b->finding.id) - (a->finding.id < b->finding.id);
}

static void findings_tell(struct shown *to, const struct mutes *mutes, struct muteable of)
{
	if (to->n)
		qsort(to->findings, to->n, sizeof(*to->findings), worst_first);
	for (size_t i = 0; i < to->n && !mutes_empty(mutes); i++) {
		of.finding = to->findings[i].finding.id;
		of.since_s = to->findings[i].finding.since_s;
		to->findings[i].muted = mutes_find(mutes, &of) != NULL;
	}
	to->listed.findings = to->findings;
	to->listed.n_findings = to->n;
}

/* What people say of it. */
static struct err remarks_tell(struct store *s, struct shown *to, const struct mutes *mutes,
    struct arena *arena, struct remarks *remarks)
{
	const struct cert_facts *facts = to->listed.facts;
	const struct noted of = {.certificate = facts->id};
	struct annotation said = {.owner = ""};
	struct err e = store_note_get(s, &of, arena, &said);
	struct muteable muteable = {
	    .certificate = &facts->id,
	    .spki = &facts->spki,
	    .issuer = facts->issuer,
	    .issuer_cn = facts->issuer_cn,
	    .n_tags = said.n_tags,
	    .tags = said.tags,
	    .since_s = to->listed.first_seen_ms / 1000,
	    .first_ms = to->listed.first_seen_ms / 1000 * 1000,
	};

	if (err_is(e))
		return e;
	*remarks = (struct remarks){.owner = said.owner,
	    .note = said.note,
	    .n_tags = said.n_tags,
	    .tags = said.tags,
	    .muted = !mutes_empty(mutes) && mutes_find(mutes, &muteable)};
	to->listed.remarks = said.at_ms || remarks->muted ? remarks : NULL;
	findings_tell(to, mutes, muteable);
	return OK;
}

static struct err cert_give(struct store *s, struct shown *to, const struct mutes *mutes,
    struct arena *arena, store_listed_cert_fn *each, void *context, bool *ret_stopped)
{
	struct remarks remarks;
	struct span der;
	struct err e =
	    load_cert(s, to->id, arena, &to->listed.facts, &der, &to->listed.first_seen_ms);

	if (!err_is(e))
		e = remarks_tell(s, to, mutes, arena, &remarks);
	if (!err_is(e))
		*ret_stopped = !each(context, &to->listed);
	return e;
}

/* In the page's order. */
static struct err certs_give(struct shown_page *p, const struct page *order,
    store_listed_cert_fn *each, void *context, bool *ret_stopped)
{
	struct arena arena;
	struct err e = OK;

	arena_init(&arena, ROW_BYTES_MAX);
	for (size_t i = 0; i < order->n && !*ret_stopped && !err_is(e); i++) {
		arena_reset(&arena);
		e = cert_give(p->c->s, shown_of(p, order->v[i].item), p->c->mutes, &arena, each,
		    context, ret_stopped);
	}
	arena_done(&arena);
	return e;
}

static struct err shown_init(struct shown_page *p, const struct choosing *k)
{
	const struct page *order = &k->page;

	p->v = calloc(order->n + 1, sizeof(*p->v));
	if (!p->v || !bits_init(&p->leaves, p->c->of->n_leaves) ||
	    !bits_copy(&p->rows, &p->c->rows))
		return err_limit("a page too large");
	p->n = order->n;
	for (size_t i = 0; i < p->n; i++) {
		uint32_t id = order->v[i].item;

		p->v[i] = (struct shown){.id = id,
		    .listed = {
			.endpoints = weights_of(&k->t->leaves, id), .severity = k->worst[id]}};
		bits_add(&p->leaves, id);
	}
	sightings_keep_leaves(p->c->of, &p->leaves, &p->rows);
	qsort(p->v, p->n, sizeof(*p->v), by_id);
	return OK;
}

static void shown_done(struct shown_page *p)
{
	for (size_t i = 0; i < p->n; i++)
		free(p->v[i].findings);
	free(p->v);
	bits_done(&p->leaves);
	bits_done(&p->rows);
}

static struct err page_choose(
    struct choosing *k, struct scope *c, const struct order *order, uint8_t **ret_worst)
{
	size_t limit = c->listing->limit && c->listing->limit < LISTING_AT_ONCE ? c->listing->limit
										: LISTING_AT_ONCE;
	struct err e = found_worst(c, k->t, ret_worst);

	k->worst = *ret_worst;
	if (!err_is(e))
		e = kept_ends(c->s, c->kept);
	k->ends_s = c->kept->ends_s;
	if (!err_is(e) && !page_init(&k->page, order, limit))
		e = err_limit("no memory for a page");
	return err_is(e) ? e : page_fill(k, c);
}

struct asking {
	const struct cert_sort *sort;
	uint8_t severity;
	store_listed_cert_fn *each;
	void *context;
};

static struct err page_give(struct scope *c, const struct tally *t, const struct order *order,
    const struct asking *ask, char ret_next[LISTING_CURSOR_MAX], bool *ret_stopped)
{
	struct choosing k = {.t = t, .sort = ask->sort, .severity = ask->severity};
	struct shown_page p = {.c = c, .t = t};
	uint8_t *worst = NULL;
	struct err e;

	arena_init(&k.arena, LISTING_PAGE_BYTES_MAX);
	e = page_choose(&k, c, order, &worst);
	if (!err_is(e))
		e = shown_init(&p, &k);
	if (!err_is(e))
		e = details_feed(&p);
	if (!err_is(e))
		e = certs_give(&p, &k.page, ask->each, ask->context, ret_stopped);
	ret_next[0] = 0;
	if (!err_is(e) && k.page.more && k.page.n)
		cursor_write(order, &k.page.v[k.page.n - 1].key, ret_next);
	shown_done(&p);
	page_done(&k.page);
	arena_done(&k.arena);
	free(worst);
	return e;
}

/* One page; of a listing without a limit, one of many. */
static struct err page_ask(struct store *s, const struct listing *listing, const struct asking *ask,
    char ret_next[LISTING_CURSOR_MAX], bool *ret_stopped)
{
	struct tally tally = {.rows = 0};
	struct order order;
	struct scope scope;
	struct err e = scope_open(&scope, s, listing);

	if (!err_is(e))
		e = order_init(listing, &order);
	if (!err_is(e))
		e = tally_take(&tally, &scope);
	if (!err_is(e))
		e = page_give(&scope, &tally, &order, ask, ret_next, ret_stopped);
	tally_done(&tally);
	scope_close(&scope);
	return e;
}

static struct err pages_ask(struct store *s, const struct listing *listing,
    const struct asking *ask, char ret_next[LISTING_CURSOR_MAX])
{
	struct listing part = *listing;
	char next[LISTING_CURSOR_MAX] = "", cursor[LISTING_CURSOR_MAX] = "";
	bool stopped = false;
	struct err e;

	part.sort = ask->sort->field;
	do {
		e = page_ask(s, &part, ask, next, &stopped);
		memcpy(cursor, next, sizeof(cursor));
		part.cursor = cursor;
	} while (!err_is(e) && !listing->limit && *next && !stopped);
	if (!err_is(e))
		memcpy(ret_next, next, sizeof(next));
	return e;
}

struct err store_list_certificates(struct store *s, const struct listing *listing,
    store_listed_cert_fn *each, void *context, char ret_next[LISTING_CURSOR_MAX])
{
	const struct asking ask = {
	    .sort = sort_of(listing->sort), .each = each, .context = context};

	if (!ask.sort || listing->sort == FIELD_FINDINGS)
		return err_input(0, "certificates cannot be sorted by this field");
	return pages_ask(s, listing, &ask, ret_next);
}

struct err store_list_findings(struct store *s, const struct listing *listing, uint8_t severity,
    store_listed_cert_fn *each, void *context, char ret_next[LISTING_CURSOR_MAX])
{
	const struct asking ask = {.sort = sort_of(FIELD_FINDINGS),
	    .severity = severity > SEVERITY_INFO ? severity : SEVERITY_INFO,
	    .each = each,
	    .context = context};

	return pages_ask(s, listing, &ask, ret_next);
}
