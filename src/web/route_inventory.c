/*
 * route_inventory.c: the questions of Discover and of the overview. Each is one call of the store
 * and one walk over its answer.
 */
#include "base/time.h"
#include "format/word.h"
#include "query/parse.h"
#include "store/schedules.h"
#include "verdict/table.h"
#include "web/ask.h"
#include "web/put.h"

#include <stdio.h>

enum {
	NEXT_ROWS = 12,
	NEXT_S = 30 * 86400,
	CHANGE_ROWS = 12,
	TIMELINE_BUCKETS = 60,
	VALUES_MAX = 64
};

/* What is known of fields and findings. */

/* All words that a field can have, where they are few. */
static void put_words(struct jsonw *w, const struct field *field)
{
	size_t n = 0;

	while (n <= VALUES_MAX && word_at(field->id, n))
		n++;
	if (!n || n > VALUES_MAX)
		return;
	jsonw_key(w, "values");
	jsonw_array(w);
	for (size_t i = 0; i < n; i++)
		jsonw_str(w, word_at(field->id, i));
	jsonw_end_array(w);
}

/* For programs; value_type_text is for people. */
static const char *const type_names[] = {
    [VALUE_TEXT] = "text",
    [VALUE_NUMBER] = "number",
    [VALUE_BOOL] = "bool",
    [VALUE_TIME] = "time",
    [VALUE_ADDRESS] = "address",
    [VALUE_LIST] = "list",
    [VALUE_FINDINGS] = "findings",
    [VALUE_CHAIN] = "chain",
};

static void put_field_row(struct jsonw *w, const struct field *field)
{
	struct span alias;

	jsonw_object(w);
	web_put_text(w, "name", field->name);
	web_put_text(w, "type", type_names[field->type]);
	web_put_text(w, "help", field->help);
	jsonw_key(w, "aliases");
	jsonw_array(w);
	for (size_t k = 0; !(alias = field_alias(field, k)).bad; k++)
		jsonw_span(w, alias);
	jsonw_end_array(w);
	web_put_bool(w, "search", field->flags & FIELD_SEARCH);
	web_put_bool(w, "facet", field->flags & FIELD_FACET);
	web_put_bool(w, "sort", field->flags & FIELD_SORT);
	web_put_bool(w, "default", field->flags & FIELD_DEFAULT);
	put_words(w, field);
	jsonw_end_object(w);
}

static void fields_get(struct web_call *c)
{
	size_t n;
	const struct field *fields = field_table(&n);
	struct jsonw *w = web_rows_begin(c);

	for (size_t i = 0; i < n; i++)
		put_field_row(w, &fields[i]);
	web_rows_end(c, NULL);
}

static void kinds_get(struct web_call *c)
{
	size_t n;
	const struct finding_row *rows = finding_table(&n);
	struct jsonw *w = web_rows_begin(c);

	for (size_t i = 0; i < n; i++) {
		jsonw_object(w);
		web_put_text(w, "id", rows[i].name);
		web_put_text(w, "severity", severity_text(rows[i].severity));
		web_put_text(w, "title", rows[i].title);
		web_put_text(w, "chrome", rows[i].chrome);
		web_put_text(w, "firefox", rows[i].firefox);
		web_put_text(w, "openssl", rows[i].openssl);
		jsonw_end_object(w);
	}
	web_rows_end(c, NULL);
}

static void query_get(struct web_call *c)
{
	struct listing listing;
	struct jsonw *w;
	struct buf text;

	if (!ask_where(c, &listing))
		return;
	buf_init(&text, 64 * 1024);
	if (listing.where)
		query_print(listing.where, &text);
	w = web_json(c, 200);
	jsonw_object(w);
	web_put_bool(w, "ok", true);
	web_put_text(w, "canonical", buf_text(&text));
	jsonw_end_object(w);
	buf_done(&text);
}

/* Rows. */

struct page {
	struct web_call *c;
	struct ask_fields fields;
	int64_t now_s;
};

static bool row_each(void *context, const struct inventory_row *row)
{
	struct page *p = context;

	put_row(&p->c->json, row, &p->fields, p->now_s);
	return !p->c->body.full;
}

static void rows_get(struct web_call *c)
{
	struct page page = {.c = c, .now_s = c->now_ms / 1000};
	char next[LISTING_CURSOR_MAX];
	struct listing listing;
	struct err e;

	if (!ask_page(c, &listing) || !ask_fields(c, &page.fields))
		return;
	web_rows_begin(c);
	e = store_list(c->store, &listing, row_each, &page, next);
	if (err_is(e))
		return web_failed(c, e);
	web_rows_end(c, next);
}

static bool certificate_each(void *context, const struct listed_cert *cert)
{
	struct page *p = context;

	put_certificate_row(&p->c->json, cert, p->now_s);
	return !p->c->body.full;
}

static void certificates_get(struct web_call *c)
{
	struct page page = {.c = c, .now_s = c->now_ms / 1000};
	char next[LISTING_CURSOR_MAX];
	struct listing listing;
	struct err e;

	if (!ask_page(c, &listing))
		return;
	web_rows_begin(c);
	e = store_list_certificates(c->store, &listing, certificate_each, &page, next);
	if (err_is(e))
		return web_failed(c, e);
	web_rows_end(c, next);
}

static bool ask_severity(struct web_call *c, uint8_t *ret_severity)
{
	const char *text = web_param(c, "severity");

	*ret_severity = SEVERITY_INFO;
	if (!text || !*text || strcmp(text, severity_text(SEVERITY_NONE)) == 0)
		return true;
	*ret_severity = severity_by_name(text);
	if (*ret_severity == SEVERITY_NONE)
		web_error(c, WEB_BAD_REQUEST, "severity: there is no \"%.40s\"", text);
	return *ret_severity != SEVERITY_NONE;
}

static void findings_get(struct web_call *c)
{
	struct page page = {.c = c, .now_s = c->now_ms / 1000};
	char next[LISTING_CURSOR_MAX];
	struct listing listing;
	uint8_t severity;
	struct err e;

	if (!ask_page(c, &listing) || !ask_severity(c, &severity))
		return;
	web_rows_begin(c);
	e = store_list_findings(c->store, &listing, severity, certificate_each, &page, next);
	if (err_is(e))
		return web_failed(c, e);
	web_rows_end(c, next);
}

/* Counts. */

static void count_get(struct web_call *c)
{
	struct listing_count count;
	struct listing listing;
	struct jsonw *w;
	struct err e;

	if (!ask_where(c, &listing))
		return;
	e = store_count(c->store, &listing, &count);
	if (err_is(e))
		return web_failed(c, e);
	w = web_json(c, 200);
	jsonw_object(w);
	web_put_number(w, "rows", (int64_t)count.rows);
	web_put_number(w, "endpoints", (int64_t)count.endpoints);
	web_put_number(w, "certificates", (int64_t)count.certificates);
	web_put_bool(w, "exact", true);
	jsonw_end_object(w);
}

static void put_facets(
    struct web_call *c, const struct facet *facets, size_t n, const struct listing_count *count)
{
	struct jsonw *w = web_json(c, 200);

	jsonw_object(w);
	web_put_number(w, "total", (int64_t)count->rows);
	web_put_number(w, "certificates", (int64_t)count->certificates);
	jsonw_key(w, "facets");
	jsonw_array(w);
	for (size_t i = 0; i < n; i++)
		put_facet(w, &facets[i]);
	jsonw_end_array(w);
	jsonw_end_object(w);
}

static void facets_get(struct web_call *c)
{
	struct ask_fields fields;
	struct listing_count count;
	struct listing listing;
	struct facet *facets;
	int64_t top = 10;
	struct err e;

	if (!ask_where(c, &listing) || !ask_fields_with(c, "fields", FIELD_FACET, &fields) ||
	    !web_param_number(c, "top", 1, FACET_VALUES_MAX, &top))
		return;
	facets = arena_alloc(&c->arena, (fields.n + 1) * sizeof(*facets));
	if (!facets)
		return web_failed(c, err_limit("out of memory"));
	e = store_facets(
	    c->store, &listing, fields.v, fields.n, (size_t)top, &c->arena, facets, &count);
	if (err_is(e))
		return web_failed(c, e);
	put_facets(c, facets, fields.n, &count);
}

static bool ask_timeline(struct web_call *c, struct timeline *timeline)
{
	int64_t from_ms = 0, to_ms = 0, buckets = TIMELINE_BUCKETS;

	if (!ask_time(c, "from", &from_ms) || !ask_time(c, "to", &to_ms) ||
	    !web_param_number(c, "buckets", 1, TIMELINE_BUCKETS_MAX, &buckets))
		return false;
	if (!from_ms != !to_ms || (from_ms && from_ms >= to_ms)) {
		web_error(c, WEB_BAD_REQUEST, "from and to go together, and from is before to");
		return false;
	}
	timeline->from_s = from_ms / 1000;
	timeline->to_s = to_ms / 1000;
	timeline->n = (size_t)buckets;
	return true;
}

static void timeline_get(struct web_call *c)
{
	struct timeline *timeline = arena_alloc(&c->arena, sizeof(*timeline));
	struct listing listing;
	struct err e;

	if (!timeline)
		return web_failed(c, err_limit("out of memory"));
	if (!ask_where(c, &listing) || !ask_timeline(c, timeline))
		return;
	e = store_timeline(c->store, &listing, timeline);
	if (err_is(e))
		return web_failed(c, e);
	put_timeline(web_json(c, 200), timeline);
}

/* Changes. */

struct changes {
	struct web_call *c;
	size_t n;
	uint64_t last;
};

static bool change_each(void *context, const struct told_change *change)
{
	struct changes *changes = context;

	put_change(&changes->c->json, change);
	changes->n++;
	changes->last = change->change.sequence;
	return true;
}

static bool ask_change_kind(struct web_call *c, enum change_kind *ret_kind)
{
	const char *text = web_param(c, "kind");

	if (!text || !*text)
		return true;
	for (int k = CHANGE_NEW; k < CHANGE_MAX; k++)
		if (strcmp(change_text((enum change_kind)k), text) == 0) {
			*ret_kind = (enum change_kind)k;
			return true;
		}
	web_error(c, WEB_BAD_REQUEST, "kind: there is no change \"%.40s\"", text);
	return false;
}

static bool ask_place(struct web_call *c, struct change_filter *filter)
{
	const char *text = web_param(c, "ip");
	struct endpoint endpoint;

	if (!text || !*text)
		return true;
	filter->has_addr = true;
	if (!err_is(addr_parse(span_str(text), &filter->addr)))
		return true;
	if (err_is(endpoint_parse(span_str(text), &endpoint))) {
		web_error(c, WEB_BAD_REQUEST, "ip: an address, or address:port, is expected");
		return false;
	}
	filter->addr = endpoint.addr;
	filter->port = endpoint.port;
	return true;
}

static void changes_get(struct web_call *c)
{
	struct changes changes = {.c = c};
	struct change_filter filter = {0};
	int64_t before = 0;
	char next[24];
	struct err e;

	if (!web_page(c, &filter.limit, &filter.before) ||
	    !web_param_number(c, "before", 1, INT64_MAX, &before) ||
	    !ask_change_kind(c, &filter.kind) || !ask_place(c, &filter))
		return;
	if (before)
		filter.before = (uint64_t)before;
	web_rows_begin(c);
	e = store_changes(c->store, &filter, change_each, &changes);
	if (err_is(e))
		return web_failed(c, e);
	snprintf(next, sizeof(next), "%llu", (unsigned long long)changes.last);
	web_rows_end(c, changes.n == filter.limit ? next : NULL);
}

/* The overview. */

static void put_both(struct jsonw *w, const struct overview_expiring *e)
{
	web_put_number(w, "certificates", (int64_t)e->certificates);
	web_put_number(w, "endpoints", (int64_t)e->endpoints);
	jsonw_end_object(w);
}

static void put_expiring(struct jsonw *w, const struct overview *o)
{
	jsonw_key(w, "expired");
	jsonw_object(w);
	put_both(w, &o->expired);
	jsonw_key(w, "expiring");
	jsonw_array(w);
	for (size_t i = 0; i < OVERVIEW_EXPIRING; i++) {
		jsonw_object(w);
		web_put_number(w, "days", o->expiring[i].days);
		put_both(w, &o->expiring[i]);
	}
	jsonw_end_array(w);
}

static void put_overview_finding(struct jsonw *w, const struct overview_finding *f)
{
	const struct finding_row *what = finding_by_id(f->id);

	jsonw_object(w);
	if (f->id)
		web_put_text(w, "finding", what ? what->name : "unknown");
	web_put_text(w, "severity", severity_text(f->severity));
	web_put_number(w, "certificates", (int64_t)f->certificates);
	web_put_number(w, "endpoints", (int64_t)f->endpoints);
	jsonw_end_object(w);
}

static void put_overview_findings(struct jsonw *w, const struct overview *o)
{
	jsonw_key(w, "severities");
	jsonw_array(w);
	for (size_t i = SEVERITY_MAX; i > SEVERITY_NONE + 1; i--) {
		struct overview_finding f = o->severities[i - 1];

		f.id = FINDING_NONE;
		f.severity = (uint8_t)(i - 1);
		put_overview_finding(w, &f);
	}
	jsonw_end_array(w);
	jsonw_key(w, "findings");
	jsonw_array(w);
	for (size_t i = 0; i < o->n_findings; i++)
		put_overview_finding(w, &o->findings[i]);
	jsonw_end_array(w);
}

/* What ends next: not what has ended. Where enough ends within a month that is found at once. */
static struct err put_next(struct web_call *c, struct page *page)
{
	char next[LISTING_CURSOR_MAX];
	struct listing listing = {.now_s = page->now_s, .word_text = word_text, .limit = NEXT_ROWS};
	const struct query *later = query_number(&c->arena, FIELD_NOT_AFTER, QUERY_GE, page->now_s);
	struct listing_count count = {.rows = 0};
	struct err e;

	listing.where = query_and(&c->arena, later,
	    query_number(&c->arena, FIELD_NOT_AFTER, QUERY_LT, page->now_s + NEXT_S));
	e = store_count(c->store, &listing, &count);
	if (err_is(e))
		return e;
	if (count.certificates < NEXT_ROWS)
		listing.where = later;
	jsonw_key(&c->json, "next");
	jsonw_array(&c->json);
	e = store_list_certificates(c->store, &listing, certificate_each, page, next);
	jsonw_end_array(&c->json);
	return e;
}

static struct err put_changes(struct web_call *c)
{
	struct change_filter filter = {.limit = CHANGE_ROWS};
	struct changes changes = {.c = c};
	struct err e;

	jsonw_key(&c->json, "changes");
	jsonw_array(&c->json);
	e = store_changes(c->store, &filter, change_each, &changes);
	jsonw_end_array(&c->json);
	return e;
}

static bool run_each(void *context, const struct run *run)
{
	struct web_call *c = context;
	struct job job;
	bool asked_for = !err_is(store_job_of_run(c->store, run->id, &c->arena, &job));

	put_run(&c->json, run, asked_for ? &job : NULL, c->now_ms);
	return false;
}

static struct err put_last_run(struct web_call *c)
{
	struct err e;
	size_t n;

	jsonw_key(&c->json, "last_run");
	n = c->body.n;
	e = store_each_run(c->store, 0, 1, run_each, c);
	if (n == c->body.n)
		jsonw_null(&c->json);
	return e;
}

static struct err put_overview(struct web_call *c, const struct overview *o, struct page *page)
{
	struct jsonw *w = &c->json;
	struct err e;

	web_put_number(w, "endpoints", (int64_t)o->count.endpoints);
	web_put_number(w, "certificates", (int64_t)o->count.certificates);
	web_put_number(w, "bare", (int64_t)o->bare);
	put_expiring(w, o);
	jsonw_key(w, "issuers");
	put_facet(w, &o->issuers);
	jsonw_key(w, "ports");
	put_facet(w, &o->ports);
	put_overview_findings(w, o);
	jsonw_key(w, "timeline");
	put_timeline(w, &o->timeline);
	e = put_next(c, page);
	if (!err_is(e))
		e = put_changes(c);
	return err_is(e) ? e : put_last_run(c);
}

static void overview_get(struct web_call *c)
{
	struct page page = {.c = c, .now_s = c->now_ms / 1000};
	struct overview *overview = arena_alloc(&c->arena, sizeof(*overview));
	struct err e = err_limit("out of memory");

	if (overview)
		e = store_overview(c->store, page.now_s, &c->arena, overview);
	if (!err_is(e)) {
		jsonw_object(web_json(c, 200));
		e = put_overview(c, overview, &page);
		jsonw_end_object(&c->json);
	}
	if (err_is(e))
		web_failed(c, e);
}

const struct route route_inventory[] = {
    {HTTP_GET, "/fields", ROLE_VIEWER, LANE_READ, ROUTE_ETAG, fields_get},
    {HTTP_GET, "/findings/kinds", ROLE_VIEWER, LANE_READ, ROUTE_ETAG, kinds_get},
    {HTTP_GET, "/query", ROLE_VIEWER, LANE_READ, 0, query_get},
    {HTTP_GET, "/rows", ROLE_VIEWER, LANE_READ, ROUTE_ETAG, rows_get},
    {HTTP_GET, "/count", ROLE_VIEWER, LANE_READ, ROUTE_ETAG, count_get},
    {HTTP_GET, "/facets", ROLE_VIEWER, LANE_READ, ROUTE_ETAG, facets_get},
    {HTTP_GET, "/timeline", ROLE_VIEWER, LANE_READ, ROUTE_ETAG, timeline_get},
    {HTTP_GET, "/overview", ROLE_VIEWER, LANE_READ, ROUTE_ETAG, overview_get},
    {HTTP_GET, "/certificates", ROLE_VIEWER, LANE_READ, ROUTE_ETAG, certificates_get},
    {HTTP_GET, "/findings", ROLE_VIEWER, LANE_READ, ROUTE_ETAG, findings_get},
    {HTTP_GET, "/changes", ROLE_VIEWER, LANE_READ, ROUTE_ETAG, changes_get},
    {0},
};
