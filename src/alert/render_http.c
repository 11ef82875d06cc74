/*
 * render_http.c: what every webhook has in common. The dedupe key goes along as Idempotency-Key
 * (draft-ietf-httpapi-idempotency-key-header): a receiver that knows it takes a message once,
 * however often a crash makes us send it.
 */
#include "alert/render.h"

#include "alert/limits.h"

#include <string.h>

enum { OWN_HEADERS = 3 };

/* Ours, then those of the config, which win where the names are the same. */
static size_t put_headers(const struct rendering *r, const char *type, struct http_field *fields)
{
	const struct http_field own[OWN_HEADERS] = {
	    {"Content-Type", type},
	    {"Idempotency-Key", r->message->dedupe},
	    {"User-Agent", "certscape/" CERTSCAPE_VERSION},
	};
	const struct doc *given = doc_get(r->config, "headers");
	size_t n = 0;

	for (const struct doc *d = doc_first(given); d; d = d->next)
		fields[n++] = (struct http_field){d->key, d->text};
	for (size_t i = 0; i < OWN_HEADERS; i++) {
		bool is_given = false;

		for (const struct doc *d = doc_first(given); d; d = d->next)
			is_given = is_given || !strcasecmp(d->key, own[i].name);
		if (!is_given)
			fields[n++] = own[i];
	}
	return n;
}

/* The host alone: the rest of a webhook's URL is its password. */
static const char *host_of(const struct rendering *r, const char *url)
{
	const char *host = strstr(url, "://");
	char *copy;

	host = host ? host + 3 : url;
	copy = arena_text(r->arena, span_of(host, strcspn(host, "/?#")));
	return copy ? copy : "";
}

static struct err request(
    const struct rendering *r, const char *type, struct span body, struct parcel *ret)
{
	const struct doc *given = doc_get(r->config, "headers");
	size_t max = OWN_HEADERS + (given ? given->n : 0);
	struct http_field *fields = arena_alloc(r->arena, max * sizeof(*fields));

	ret->urls = render_texts(r, "url", &ret->n_urls);
	if (!fields || !ret->n_urls)
		return err_limit("no memory for a request");
	ret->carrier = CARRIER_HTTP;
	ret->to = host_of(r, ret->urls[0]);
	ret->request = (struct http_request){
	    .method = render_text(r, "method", "POST"),
	    .url = ret->urls[0],
	    .headers = fields,
	    .n_headers = put_headers(r, type, fields),
	    .body = body,
	    .user = render_text(r, "user", NULL),
	    .password = render_text(r, "password", NULL),
	    .proxy = render_text(r, "proxy", NULL),
	    .ca_file = render_text(r, "ca_file", NULL),
	    .unverified = !render_yes(r, "verify", true),
	    .timeout_ms = (unsigned)render_number(r, "timeout_s", 0) * 1000,
	};
	return OK;
}

struct err render_json(struct rendering *r, render_json_fn *put, struct parcel *ret)
{
	struct span body;
	struct jsonw w;
	struct buf b;
	struct err e;

	buf_init(&b, PARCEL_BYTES_MAX);
	jsonw_init(&w, &b);
	e = put(r, &w);
	if (err_is(e)) {
		buf_done(&b);
		return e;
	}
	e = render_keep(r, &b, &body);
	return err_is(e) ? e : request(r, "application/json", body, ret);
}
