/*
 * listed.c: the certificates of a question, each once, with how many endpoints serve it and what
 * holds of them; the Findings page is the same with the worst first.
 */
#include "store/listing.h"

#include "store/order.h"
#include "store/question.h"

/* Of the rows, by certificate. */
struct by_cert {
	const struct question *q;
	uint32_t *rows; /* how many */
	uint32_t *first; /* the first by address; + 1 */
	uint8_t *worst; /* severity */
};

static void by_cert_done(struct by_cert *b)
{
	free(b->rows);
	free(b->first);
	free(b->worst);
}

static bool place_before(const struct catalog *c, uint32_t row, uint32_t other)
{
	const struct catalog_endpoint *x = &c->endpoints.v[c->rows.v[row].endpoint];
	const struct catalog_endpoint *y = &c->endpoints.v[c->rows.v[other].endpoint];
	int d = memcmp(x->addr, y->addr, sizeof(x->addr));

	return d ? d < 0 : x->port < y->port;
}

static void row_add(struct by_cert *b, uint32_t row)
{
	const struct catalog *c = b->q->c;
	uint32_t leaf = c->rows.v[row].leaf;
	uint8_t severity;

	if (!leaf)
		return;
	b->rows[--leaf]++;
	if (!b->first[leaf] || place_before(c, row, b->first[leaf] - 1))
		b->first[leaf] = row + 1;
	severity = lens_severity(&b->q->lens, &c->rows.v[row]);
	if (severity > b->worst[leaf])
		b->worst[leaf] = severity;
}

static struct err by_cert_take(struct by_cert *b)
{
	size_t n = b->q->c->certs.n + 1, at = 0, i;

	b->rows = calloc(n, sizeof(*b->rows));
	b->first = calloc(n, sizeof(*b->first));
	b->worst = calloc(n, sizeof(*b->worst));
	if (!b->rows || !b->first || !b->worst)
		return err_limit("no memory for the certificates");
	while (bits_next(&b->q->rows, &at, &i))
		row_add(b, (uint32_t)i);
	return OK;
}

static struct sort_key cert_key(const struct by_cert *b, enum field_id field, size_t i)
{
	const struct catalog *c = b->q->c;
	const struct catalog_cert *cert = &c->certs.v[i];
	struct sort_key key = {.text = "", .id = cert->id};

	switch ((int)field) {
	case FIELD_NOT_BEFORE:
		sort_key_number(&key, cert->not_before_s);
		break;
	case FIELD_SUBJECT:
		sort_key_text(&key, catalog_text(c, DICT_SUBJECT, cert->subject));
		break;
	case FIELD_ISSUER:
		sort_key_text(&key, catalog_text(c, DICT_ISSUER, cert->issuer));
		break;
	case FIELD_FIRST_SEEN:
		sort_key_number(&key, cert->first_seen_s);
		break;
	case FIELD_CONNECTIONS:
		sort_key_number(&key, b->rows[i]);
		break;
	case FIELD_SEVERITY:
		sort_key_number(&key, b->worst[i]);
		break;
	case FIELD_FINDINGS: /* the worst first, of these the soonest end */
		sort_key_number(&key, cert->not_after_s);
		key.b = key.a;
		key.a = (uint64_t)(SEVERITY_MAX - b->worst[i]);
		break;
	default:
		sort_key_number(&key, cert->not_after_s);
	}
	return key;
}

static bool is_cert_order(enum field_id field)
{
	static const enum field_id fields[] = {FIELD_NONE, FIELD_NOT_AFTER, FIELD_NOTVALIDAFTER,
	    FIELD_NOT_BEFORE, FIELD_SUBJECT, FIELD_ISSUER, FIELD_FIRST_SEEN, FIELD_CONNECTIONS,
	    FIELD_SEVERITY};

	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		if (fields[i] == field)
			return true;
	return false;
}

/* A finding of the page, and a row that has it. */
struct seen_finding {
	struct held held;
	uint32_t row;
};

/* A certificate of the page, on its way out of the lock. */
struct leaving {
	uint32_t cert; /* in the catalog */
	int64_t id;
	struct listed_cert listed;
	size_t n_seen;
	struct seen_finding seen[HELD_MAX];
};

struct cert_page_out {
	struct arena arena;
	struct leaving *v;
	size_t n;
	char next[LISTING_CURSOR_MAX];
};

static void finding_add(struct leaving *to, const struct held *held, uint32_t row)
{
	size_t k = 0;

	while (k < to->n_seen && to->seen[k].held.id != held->id)
		k++;
	if (k == to->n_seen && k < HELD_MAX)
		to->seen[to->n_seen++] = (struct seen_finding){*held, row};
	else if (k < to->n_seen && held->severity > to->seen[k].held.severity)
		to->seen[k] = (struct seen_finding){*held, row};
}

/* One more pass over the rows, for the certificates of the page only: where[cert] is its place in
 * it, + 1. */
static void findings_gather(
    const struct question *q, struct cert_page_out *out, const uint32_t *where)
{
	size_t at = 0, i;

	while (bits_next(&q->rows, &at, &i)) {
		const struct catalog_row *row = &q->c->rows.v[i];
		uint32_t leaf = row->leaf;
		struct held held[HELD_MAX];
		size_t n;

		if (!leaf || !where[leaf - 1])
			continue;
		n = lens_held(&q->lens, row, held);
		for (size_t k = 0; k < n; k++)
			finding_add(&out->v[where[leaf - 1] - 1], &held[k], (uint32_t)i);
	}
}

static struct muteable muteable_of(const struct question *q, const struct leaving *of)
{
	const struct catalog_cert *cert = &q->c->certs.v[of->cert];
	const struct remarks *said = of->listed.remarks;

	return (struct muteable){
	    .certificate = &cert->sha256,
	    .spki = &cert->spki,
	    .issuer = catalog_text(q->c, DICT_ISSUER_DN, cert->issuer_dn),
	    .issuer_cn = catalog_text(q->c, DICT_ISSUER, cert->issuer),
	    .n_tags = said ? said->n_tags : 0,
	    .tags = said ? said->tags : NULL,
	    .first_ms = (int64_t)cert->first_seen_s * 1000,
	};
}

static int worst_first(const void *x, const void *y)
{
	const struct seen_finding *a = x, *b = y;

	if (a->held.severity != b->held.severity)
		return a->held.severity > b->held.severity ? -1 : 1;
	return (a->held.id > b->held.id) - (a->held.id < b->held.id);
}

/* The interval is read with the evidence, which is in the tables. */
static struct err finding_load(struct store *s, int64_t endpoint, int64_t chain, uint16_t id,
    int64_t now_s, struct finding *ret)
{
	static const char sql[] =
	    "SELECT finding, severity, since_s, until_s, evidence FROM chain_findings"
	    " WHERE chain = ?2 AND +finding = ?3 AND since_s <= ?4 AND ?4 < until_s UNION ALL"
	    " SELECT finding, severity, since_s, until_s, evidence FROM sighting_findings"
	    " WHERE endpoint = ?1 AND chain = ?2 AND finding = ?3 AND since_s <= ?4"
	    " AND ?4 < until_s ORDER BY severity DESC LIMIT 1";
	struct stmt q = stmt_use(s, sql);

	stmt_int(&q, endpoint);
	stmt_int(&q, chain);
	stmt_int(&q, id);
	stmt_int(&q, now_s);
	if (stmt_row(&q))
		finding_get(&q, 0, ret);
	return stmt_end(&q);
}

static struct err findings_tell(const struct question *q, struct leaving *to, struct arena *arena)
{
	struct listed_finding *findings = arena_alloc(arena, to->n_seen * sizeof(*findings));
	struct muteable of = muteable_of(q, to);
	struct err e = OK;

	if (!findings)
		return err_limit("a page too large");
	qsort(to->seen, to->n_seen, sizeof(*to->seen), worst_first);
	for (size_t i = 0; i < to->n_seen && !err_is(e); i++) {
		const struct catalog_row *row = &q->c->rows.v[to->seen[i].row];
		struct finding *f = &findings[i].finding;

		*f = (struct finding){
		    .id = to->seen[i].held.id, .severity = to->seen[i].held.severity};
		e = finding_load(q->s, q->c->endpoints.v[row->endpoint].id,
		    q->c->chains.v[row->chain].id, f->id, q->lens.now_s, f);
		of.finding = f->id;
		of.since_s = f->since_s;
		findings[i].muted = !mutes_empty(q->mutes) && mutes_find(q->mutes, &of);
	}
	to->listed.findings = findings;
	to->listed.n_findings = to->n_seen;
	return e;
}

static struct err leaving_fill(
    const struct question *q, const struct by_cert *b, struct leaving *to, struct arena *arena)
{
	const struct catalog_cert *cert = &q->c->certs.v[to->cert];
	struct listed_cert *l = &to->listed;

	to->id = cert->id;
	l->endpoints = b->rows[to->cert];
	l->severity = b->worst[to->cert];
	l->remarks = remarks_of_cert(q, cert, arena);
	catalog_endpoint_get(
	    q->c, q->c->rows.v[b->first[to->cert] - 1].endpoint, &l->first_endpoint);
	return findings_tell(q, to, arena);
}

static struct err page_leave(const struct question *q, const struct by_cert *b,
    const struct page *page, struct cert_page_out *out)
{
	uint32_t *where = calloc(q->c->certs.n + 1, sizeof(*where));
	struct err e = OK;

	out->v = arena_alloc(&out->arena, page->n * sizeof(*out->v));
	if (!where || !out->v) {
		free(where);
		return err_limit("a page too large");
	}
	out->n = page->n;
	for (size_t i = 0; i < page->n; i++) {
		out->v[i].cert = page->v[i].item;
		where[page->v[i].item] = (uint32_t)i + 1;
	}
	findings_gather(q, out, where);
	for (size_t i = 0; i < page->n && !err_is(e); i++)
		e = leaving_fill(q, b, &out->v[i], &out->arena);
	free(where);
	out->next[0] = 0;
	if (page->more && page->n)
		cursor_write(page->order, &page->v[page->n - 1].key, out->next);
	return err_is(e) || !out->arena.hit ? e : err_limit("a page too large");
}

static struct err page_choose(const struct question *q, const struct order *order,
    const struct listing *listing, uint8_t severity, struct cert_page_out *out)
{
	struct by_cert b = {.q = q};
	struct page page = {0};
	size_t limit =
	    listing->limit && listing->limit < LISTING_AT_ONCE ? listing->limit : LISTING_AT_ONCE;
	struct err e = by_cert_take(&b);

	if (!err_is(e) && !page_init(&page, order, limit))
		e = err_limit("no memory for a page");
	if (!err_is(e)) {
		for (size_t i = 0; i < q->c->certs.n; i++) {
			struct sort_key key;

			if (!b.rows[i] || b.worst[i] < severity)
				continue;
			key = cert_key(&b, order->field, i);
			page_offer(&page, &key, (uint32_t)i);
		}
		page_close(&page);
		e = page_leave(q, &b, &page, out);
	}
	page_done(&page);
	by_cert_done(&b);
	return e;
}

static struct err certs_give(struct store *s, struct cert_page_out *out, store_listed_cert_fn *each,
    void *context, bool *ret_stopped)
{
	struct arena arena;
	struct err e = OK;

	arena_init(&arena, ROW_BYTES_MAX);
	for (size_t i = 0; i < out->n && !*ret_stopped && !err_is(e); i++) {
		struct listed_cert *l = &out->v[i].listed;
		struct span der;

		arena_reset(&arena);
		e = load_cert(s, out->v[i].id, &arena, &l->facts, &der, &l->first_seen_ms);
		if (!err_is(e))
			*ret_stopped = !each(context, l);
	}
	arena_done(&arena);
	return e;
}

static struct err page_give(struct store *s, const struct listing *listing, enum field_id field,
    uint8_t severity, store_listed_cert_fn *each, void *context, char ret_next[LISTING_CURSOR_MAX],
    bool *ret_stopped)
{
	struct listing of = *listing;
	struct cert_page_out out = {.n = 0};
	struct question q = {0};
	struct order order;
	struct err e;

	of.sort = field;
	arena_init(&out.arena, LISTING_PAGE_BYTES_MAX);
	e = order_init(&of, &order);
	if (!err_is(e))
		e = question_open(&q, s, &of);
	if (!err_is(e))
		e = page_choose(&q, &order, &of, severity, &out);
	question_close(&q);
	if (!err_is(e))
		e = certs_give(s, &out, each, context, ret_stopped);
	if (!err_is(e))
		memcpy(ret_next, out.next, sizeof(out.next));
	arena_done(&out.arena);
	return e;
}

static struct err pages_give(struct store *s, const struct listing *listing, enum field_id field,
    uint8_t severity, store_listed_cert_fn *each, void *context, char ret_next[LISTING_CURSOR_MAX])
{
	struct listing part = *listing;
	char next[LISTING_CURSOR_MAX] = "";
	bool stopped = false;
	struct err e;

	do {
		e = page_give(s, &part, field, severity, each, context, next, &stopped);
		part.cursor = next;
	} while (!err_is(e) && !listing->limit && *next && !stopped);
	if (!err_is(e))
		memcpy(ret_next, next, sizeof(next));
	return e;
}

struct err store_list_certificates(struct store *s, const struct listing *listing,
    store_listed_cert_fn *each, void *context, char ret_next[LISTING_CURSOR_MAX])
{
	if (!is_cert_order(listing->sort))
		return err_input(0, "certificates cannot be sorted by this field");
	return pages_give(s, listing, listing->sort, SEVERITY_NONE, each, context, ret_next);
}

struct err store_list_findings(struct store *s, const struct listing *listing, uint8_t severity,
    store_listed_cert_fn *each, void *context, char ret_next[LISTING_CURSOR_MAX])
{
	return pages_give(s, listing, FIELD_FINDINGS,
	    severity > SEVERITY_INFO ? severity : SEVERITY_INFO, each, context, ret_next);
}
