/*
 * answer.c: an answer as bytes, made on the thread that answers, so that the loop's thread only
 * sends. A small body is copied behind its head: one write, one record of TLS. A header from a
 * handler that would end its line early is our bug, and the answer says so instead of being split.
 */
#include "base/time.h"
#include "http/inner.h"
#include "http/status.h"
#include "http/value.h"
#include "net/clock.h"

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

enum { SECURITY_ROWS = sizeof(security) / sizeof(security[0]) };

/* "Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110 5.6.7), once a second and thread. */
static const char *date_text(void)
{
	static const char days[7][4] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
	static const char months[12][4] = {
	    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
	static _Thread_local int64_t second;
	static _Thread_local char text[64];
	int64_t now = clock_now_ms() / 1000;
	struct civil c;

	if (now == second)
		return text;
	second = now;
	c = time_civil(now);
	snprintf(text, sizeof(text), "%s, %02u %s %04u %02u:%02u:%02u GMT",
	    days[(now / 86400 + 4) % 7], c.day, months[c.month - 1], (unsigned)c.year, c.hour,
	    c.minute, c.second);
	return text;
}

static void put_field(struct buf *b, const char *name, const char *value)
{
	buf_str(b, name);
	buf_str(b, ": ");
	buf_str(b, value);
	buf_str(b, "\r\n");
}

static bool is_clean(const char *text)
{
	for (; *text; text++)
		if ((uint8_t)*text < ' ' || *text == 0x7f)
			return false;
	return true;
}

void http_add_header(struct http_call *call, const char *name, const char *value)
{
	if (!is_clean(name) || !is_clean(value)) {
		call->faulty = true;
		return;
	}
	call->has_coding |= strcasecmp(name, "content-encoding") == 0;
	call->has_cache |= strcasecmp(name, "cache-control") == 0;
	put_field(&call->fields, name, value);
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

/* For the loopback a promise to speak TLS would bind every other service on this machine. */
static bool is_localhost(const struct http_call *call)
{
	const char *host = head_value(&call->head, "host");

	return host && strncasecmp(host, "localhost", 9) == 0;
}

static void put_security(struct http_call *call)
{
	bool promise = call->secure && !is_localhost(call);

	for (unsigned i = 0; i < SECURITY_ROWS; i++)
		if (!(call->replaced & 1u << i) && (promise || !security[i].only_secure))
			put_field(&call->out, security[i].name, security[i].value);
}

static bool may_have_body(unsigned status)
{
	return status != 204 && status != 304;
}

void answer_head(struct http_call *call, const char *type, size_t length, const char *coding)
{
	struct buf *b = &call->out;

	buf_printf(b, "HTTP/1.1 %u %s\r\n", call->status, status_row(call->status)->reason);
	put_field(b, "Date", date_text());
	if (type)
		put_field(b, "Content-Type", type);
	if (coding)
		put_field(b, "Content-Encoding", coding);
	if (length != SIZE_MAX && may_have_body(call->status))
		buf_printf(b, "Content-Length: %zu\r\n", length);
	else if (length == SIZE_MAX && !call->head.old)
		put_field(b, "Transfer-Encoding", "chunked");
	if (call->secret || !call->has_cache)
		put_field(b, "Cache-Control", call->secret ? "no-store" : "private, no-cache");
	if (!call->head.keep_alive)
		put_field(b, "Connection", "close");
	else if (call->head.old)
		put_field(b, "Connection", "keep-alive");
	put_security(call);
	buf_span(b, buf_view(&call->fields));
	buf_str(b, "\r\n");
}

/* A body in the API's shape for what went wrong here. */
static void put_error(struct http_call *call, unsigned status, const char *why)
{
	call->status = status;
	buf_printf(&call->large, "{\"error\":{\"code\":\"%s\",\"message\":\"%s\"}}\n",
	    status_row(status)->code, why);
	buf_reset(&call->fields);
	call->has_coding = false;
	call->secret = true; /* nobody keeps it */
}

/* Head and body, which is in call->large or call->tail. */
static void assemble(struct http_call *call, const char *type, const char *coding)
{
	struct span body = call->large.n ? buf_view(&call->large) : call->tail;

	answer_head(call, body.n ? type : NULL, body.n, coding);
	call->tail = span_of(NULL, 0);
	if (call->head.method == HTTP_HEAD || !may_have_body(call->status))
		return;
	if (body.n > HTTP_JOIN_MAX)
		call->tail = body;
	else
		buf_span(&call->out, body);
}

void answer_refusal(struct http_call *call, struct refusal r)
{
	call->head.keep_alive = false;
	put_error(call, r.status, r.why);
	assemble(call, "application/json", NULL);
}

/* The body as it will be sent; "gzip" or NULL. */
static const char *pack(struct http_call *call)
{
	struct buf packed;

	if (call->secret || call->has_coding || call->large.n < HTTP_GZIP_MIN)
		return NULL;
	put_field(&call->fields, "Vary", "Accept-Encoding");
	if (!http_takes_gzip(call))
		return NULL;
	buf_init(&packed, SIZE_MAX);
	if (!gzip_whole(&packed, buf_view(&call->large))) {
		buf_done(&packed);
		return NULL;
	}
	buf_done(&call->large);
	call->large = packed;
	return "gzip";
}

static bool is_sound(const struct http_call *call)
{
	return !call->faulty && !call->fields.full;
}

void http_answer(struct http_call *call, unsigned status, const char *type, struct buf *body)
{
	const char *coding = NULL;
	bool ok = is_sound(call) && !(body && body->full);

	call->status = status;
	if (body) {
		call->large = *body;
		buf_init(body, body->max);
	}
	if (ok) {
		coding = pack(call);
	} else {
		buf_reset(&call->large);
		call->large.max = SIZE_MAX;
		put_error(call, 500, "the answer could not be made");
		type = "application/json";
	}
	assemble(call, type, coding);
	server_ready(call->server, call);
}

void http_answer_constant(
    struct http_call *call, unsigned status, const char *type, struct span body)
{
	if (!is_sound(call)) {
		http_answer(call, status, type, NULL);
		return;
	}
	call->status = status;
	call->tail = body;
	assemble(call, type, NULL);
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
