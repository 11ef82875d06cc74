/*
 * route_export.c: all rows of a question, or the certificates in them, as a file, sent as they are
 * read. The thread of this lane waits for a slow client, nobody else does; the store's page of a
 * few hundred rows is read whole and closed again, so that a client that pauses holds no snapshot
 * of the database.
 */
#include "format/csv.h"
#include "format/ndjson.h"
#include "web/ask.h"
#include "web/cert_csv.h"
#include "web/limits.h"
#include "web/put.h"

#include <stdio.h>

struct export
{
	struct web_call *c;
	struct listing listing;
	struct ask_fields fields;
	const struct export_format *format;
	bool certificates; /* a row is one, however many serve it */
};

static void cert_ndjson_row(const struct listed_cert *cert, int64_t now_s, struct buf *out)
{
	struct jsonw w;

	jsonw_init(&w, out);
	put_certificate_row(&w, cert, now_s);
	buf_str(out, "\n");
}

static const struct export_format {
	const char *name, *type;
	void (*header)(const enum field_id *fields, size_t n, struct buf *out);
	void (*row)(const struct inventory_row *row, const enum field_id *fields, size_t n,
	    int64_t now_s, struct buf *out);
	void (*cert_header)(struct buf *out);
	void (*cert_row)(const struct listed_cert *cert, int64_t now_s, struct buf *out);
} formats[] = {
    {"csv", "text/csv; charset=utf-8", csv_header_of, csv_row_of, cert_csv_header, cert_csv_row},
    {"ndjson", "application/x-ndjson", NULL, ndjson_row_of, NULL, cert_ndjson_row},
};

static const struct export_format *ask_format(struct web_call *c)
{
	const char *text = web_param(c, "format");

	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++)
		if (!text || strcmp(formats[i].name, text) == 0)
			return &formats[i];
	web_error(c, WEB_BAD_REQUEST, "format: csv or ndjson is expected");
	return NULL;
}

static bool ask_by(struct web_call *c, bool *ret_certificates)
{
	const char *by = web_param(c, "by");

	*ret_certificates = by && strcmp(by, "certificate") == 0;
	if (by && !*ret_certificates && strcmp(by, "endpoint") != 0) {
		web_error(c, WEB_BAD_REQUEST, "by: endpoint or certificate is expected");
		return false;
	}
	return true;
}

/* Without a choice all fields: a file is for machines. */
static bool ask_columns(struct web_call *c, struct ask_fields *fields)
{
	size_t n;
	const struct field *table = field_table(&n);

	if (!ask_fields_with(c, "fields", 0, fields))
		return false;
	for (size_t i = 0; i < n && !fields->chosen; i++)
		fields->v[fields->n++] = table[i].id;
	return true;
}

static bool row_each(void *context, const struct inventory_row *row)
{
	struct export *x = context;

	x->format->row(row, x->fields.v, x->fields.n, x->listing.now_s, &x->c->body);
	return !x->c->body.full;
}

static bool cert_each(void *context, const struct listed_cert *cert)
{
	struct export *x = context;

	x->format->cert_row(cert, x->listing.now_s, &x->c->body);
	return !x->c->body.full;
}

static struct err read_page(struct export *x, char next[LISTING_CURSOR_MAX])
{
	if (x->certificates)
		return store_list_certificates(x->c->store, &x->listing, cert_each, x, next);
	return store_list(x->c->store, &x->listing, row_each, x, next);
}

static struct err send_body(struct web_call *c)
{
	struct err e = c->body.full ? err_limit("a row is too long")
				    : http_stream_send(c->http, buf_view(&c->body));

	buf_reset(&c->body);
	return e;
}

/* Page by page, until the store has no more or the client has gone. */
static struct err send_pages(struct export *x)
{
	char cursor[LISTING_CURSOR_MAX] = "", next[LISTING_CURSOR_MAX];
	struct err e = send_body(x->c);

	x->listing.cursor = cursor;
	while (!err_is(e)) {
		e = read_page(x, next);
		if (!err_is(e))
			e = send_body(x->c);
		if (!*next)
			break;
		memcpy(cursor, next, sizeof(cursor));
	}
	return e;
}

static void export_send(struct export *x)
{
	struct web_call *c = x->c;
	char name[96];
	struct err e;

	snprintf(name, sizeof(name), "attachment; filename=\"certscape.%s\"", x->format->name);
	http_set_header(c->http, "Content-Disposition", name);
	e = http_stream_begin(c->http, 200, x->format->type, HTTP_PACE_WAIT);
	if (err_is(e))
		return web_error(c, WEB_BUSY, "too many exports at once: try again");
	buf_reset(&c->body);
	if (x->certificates && x->format->cert_header)
		x->format->cert_header(&c->body);
	else if (!x->certificates && x->format->header)
		x->format->header(x->fields.v, x->fields.n, &c->body);
	e = send_pages(x);
	http_stream_end(c->http, !err_is(e));
	c->http = NULL;
}

static void export_get(struct web_call *c)
{
	struct export x = {.c = c};

	if (!ask_page(c, &x.listing) || !ask_columns(c, &x.fields))
		return;
	x.format = ask_format(c);
	if (!x.format || !ask_by(c, &x.certificates))
		return;
	x.listing.limit = WEB_PAGE_ROWS_MAX;
	export_send(&x);
}

const struct route route_export[] = {
    {HTTP_GET, "/export", ROLE_VIEWER, LANE_EXPORT, 0, export_get},
    {0},
};
