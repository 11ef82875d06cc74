/*
 * answer.c: an answer made on the thread that answers, so that the loop's thread only sends. A
 * header from a handler that would end its line early is our bug, and the answer says so instead of
 * being split.
 */
#include "http/inner.h"
#include "http/status.h"
#include "http/value.h"

#include <stdio.h>
#include <strings.h>

/* What every answer says. A handler that sets one of the names replaces that row. */
static const struct {
	const char *name;
	const char *value;
	bool only_secure;
} security[] = {
    {"X-Content-Type-Options", "nosniff", false},
    {"X-Frame-Options", "DENY", false},
    {"Referrer-Policy", "no-referrer", false},
    {"Cross-Origin-Opener-Policy", "same-origin", false},
    {"Cross-Origin-Resource-Policy", "same-origin", false},
    {"Content-Security-Policy",
	"default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'", false},
    {"Strict-Transport-Security", "max-age=31536000", true},
};

enum {
	SECURITY_ROWS = sizeof(security) / sizeof(security[0]),
	OWN_FIELDS = SECURITY_ROWS + 6, /* rows that answer_fields may add */
};

static bool is_clean(const char *text)
{
	for (; *text; text++)
		if ((uint8_t)*text < ' ' || *text == 0x7f)
			return false;
	return true;
}

void http_add_header(struct http_call *call, const char *name, const char *value)
{
	if (!is_clean(name) || !is_clean(value) ||
	    call->answer.n >= HTTP_HEADERS_MAX - OWN_FIELDS ||
	    !fields_add(&call->answer, &call->arena, name, value)) {
		call->faulty = true;
		return;
	}
	call->has_coding |= strcasecmp(name, "content-encoding") == 0;
	call->has_cache |= strcasecmp(name, "cache-control") == 0;
}

void http_set_header(struct http_call *call, const char *name, const char *value)
{
	for (unsigned i = 0; i < SECURITY_ROWS; i++)
		if (strcasecmp(security[i].name, name) == 0)
			call->replaced |= 1u << i;
	http_add_header(call, name, value);
}

void http_set_secret(struct http_call *call)
{
	call->secret = true;
}

struct span answer_body(const struct http_call *call)
{
	return call->own.n ? buf_view(&call->own) : call->constant;
}

bool answer_has_body(const struct http_call *call)
{
	return call->method != HTTP_HEAD && call->status != 204 && call->status != 304;
}

/* A promise to speak TLS would bind every other service on this machine. */
static bool is_localhost(const struct http_call *call)
{
	const char *host = http_header(call, "host");

	return host && strncasecmp(host, "localhost", 9) == 0;
}

/* One of ours: a text that stays. */
static void put(struct http_call *call, const char *name, const char *value)
{
	call->answer.v[call->answer.n++] = (struct field){name, value};
}

bool answer_fields(struct http_call *call, const char *type, bool may_gzip)
{
	bool promise = call->secure && !is_localhost(call);
	bool gzip = may_gzip && http_takes_gzip(call);
	const char *copy = type ? arena_str(&call->arena, type) : NULL;

	if (copy)
		put(call, "Content-Type", copy);
	if (may_gzip)
		put(call, "Vary", "Accept-Encoding");
	if (gzip)
		put(call, "Content-Encoding", "gzip");
	if (call->secret || !call->has_cache)
		put(call, "Cache-Control", call->secret ? "no-store" : "private, no-cache");
	if (call->close)
		put(call, "Connection", "close");
	for (unsigned i = 0; i < SECURITY_ROWS; i++)
		if (!(call->replaced & 1u << i) && (promise || !security[i].only_secure))
			put(call, security[i].name, security[i].value);
	return gzip;
}

/* A body in the API's shape for what went wrong here. */
static void put_error(struct http_call *call, unsigned status, const char *why)
{
	call->status = status;
	call->constant = span_of(NULL, 0);
	buf_done(&call->own);
	buf_init(&call->own, SIZE_MAX);
	buf_printf(&call->own, "{\"error\":{\"code\":\"%s\",\"message\":\"%s\"}}\n",
	    status_row(status)->code, why);
	call->answer.n = 0;
	call->has_coding = false;
	call->secret = true; /* nobody keeps it */
	answer_fields(call, "application/json", false);
}

void answer_refusal(struct http_call *call, struct refusal r)
{
	call->close = true;
	put_error(call, r.status, r.why);
}

/* false: no memory. */
static bool pack(struct http_call *call)
{
	struct buf packed;

	buf_init(&packed, SIZE_MAX);
	if (!gzip_whole(&packed, buf_view(&call->own)))
		return false;
	buf_done(&call->own);
	call->own = packed;
	return true;
}

void http_answer(struct http_call *call, unsigned status, const char *type, struct buf *body)
{
	bool ok = !call->faulty && !(body && body->full);
	bool may_gzip =
	    ok && body && body->n >= HTTP_GZIP_MIN && !call->secret && !call->has_coding;

	call->status = status;
	if (body) {
		call->own = *body;
		buf_init(body, body->max);
	}
	if (!ok || (answer_fields(call, type, may_gzip) && !pack(call)))
		put_error(call, 500, "the answer could not be made");
	server_ready(call->server, call);
}

void http_answer_constant(
    struct http_call *call, unsigned status, const char *type, struct span body)
{
	call->status = status;
	call->constant = body;
	if (call->faulty)
		put_error(call, 500, "the answer could not be made");
	else
		answer_fields(call, type, false);
	server_ready(call->server, call);
}

bool http_answer_unchanged(struct http_call *call, const char *etag)
{
	const char *known = http_header(call, "if-none-match");

	http_set_header(call, "ETag", etag);
	if (!known || !value_matches_etag(span_str(known), etag))
		return false;
	http_answer(call, 304, NULL, NULL);
	return true;
}
