/*
 * call.c: what a handler may ask of a request, and what a request may not say.
 */
#include "http/inner.h"
#include "http/value.h"

#include <stdlib.h>
#include <strings.h>

static const char *const methods[HTTP_METHODS] = {
    [HTTP_GET] = "GET",
    [HTTP_HEAD] = "HEAD",
    [HTTP_POST] = "POST",
    [HTTP_PUT] = "PUT",
    [HTTP_DELETE] = "DELETE",
};

const char *http_method_name(enum http_method method)
{
	return methods[method];
}

struct http_call *call_new(struct http_server *s)
{
	struct http_call *call = calloc(1, sizeof(*call));

	if (!call)
		return NULL;
	call->server = s;
	call->uri.path = "/";
	arena_init(&call->arena, HTTP_CALL_BYTES_MAX);
	buf_init(&call->body, HTTP_BODY_MAX);
	buf_init(&call->own, SIZE_MAX);
	return call;
}

void call_free(struct http_call *call)
{
	if (!call)
		return;
	arena_done(&call->arena);
	buf_done(&call->body);
	buf_done(&call->own);
	if (call->stream.begun) {
		gzip_free(call->stream.gzip);
		buf_done(&call->stream.packed);
		buf_done(&call->stream.pending);
		pthread_cond_destroy(&call->stream.moved);
	}
	free(call);
}

bool fields_add(struct fields *fields, struct arena *arena, const char *name, const char *value)
{
	struct field *f = &fields->v[fields->n];

	if (fields->n == HTTP_HEADERS_MAX)
		return false;
	f->name = arena_str(arena, name);
	f->value = arena_str(arena, value);
	if (!f->name || !f->value)
		return false;
	fields->n++;
	return true;
}

const char *fields_value(const struct fields *fields, const char *name)
{
	for (size_t i = 0; i < fields->n; i++)
		if (strcasecmp(fields->v[i].name, name) == 0)
			return fields->v[i].value;
	return NULL;
}

static size_t fields_count(const struct fields *fields, const char *name)
{
	size_t n = 0;

	for (size_t i = 0; i < fields->n; i++)
		n += strcasecmp(fields->v[i].name, name) == 0;
	return n;
}

/* RFC 9110 5.6.2 and 5.5: libevent takes more than that. */
static bool is_sound(const struct field *f)
{
	static const char token[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789!#$%&'*+-.^_`|~";

	if (!*f->name || f->name[strspn(f->name, token)])
		return false;
	for (const char *c = f->value; *c; c++)
		if (((uint8_t)*c < ' ' && *c != '\t') || *c == 0x7f)
			return false;
	return true;
}

static struct refusal check_host(const struct http_call *call)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789.-_:[]%~";
	size_t n = fields_count(&call->asked, "host");
	const char *host = fields_value(&call->asked, "host");

	if (n > 1 || (n == 0 && !call->old))
		return (struct refusal){400, "one Host header is needed"};
	if (host && host[strspn(host, letters)])
		return (struct refusal){400, "the Host header is no host and port"};
	return FINE;
}

static struct refusal check_length(const struct http_call *call)
{
	const char *length = fields_value(&call->asked, "content-length");
	const char *coding = fields_value(&call->asked, "transfer-encoding");

	if (coding && (length || call->old))
		return (struct refusal){400, "Transfer-Encoding with Content-Length or HTTP/1.0"};
	if (fields_count(&call->asked, "content-length") > 1 ||
	    fields_count(&call->asked, "transfer-encoding") > 1)
		return (struct refusal){400, "the body's length is said twice"};
	if (coding && strcasecmp(coding, "chunked") != 0)
		return (struct refusal){501, "the only Transfer-Encoding is chunked"};
	if (length && (!*length || length[strspn(length, "0123456789")]))
		return (struct refusal){400, "Content-Length is no number"};
	return FINE;
}

struct refusal call_check(const struct http_call *call)
{
	const char *expect = fields_value(&call->asked, "expect");
	struct refusal r;

	for (size_t i = 0; i < call->asked.n; i++)
		if (!is_sound(&call->asked.v[i]))
			return (struct refusal){400, "a header is a name, a colon and a value"};
	r = check_host(call);
	if (!refusal_is(r))
		r = check_length(call);
	if (!refusal_is(r) && expect && strcasecmp(expect, "100-continue") != 0)
		r = (struct refusal){417, "what is expected is not known here"};
	return r;
}

/* The last header was added last. */
void call_ask_proxy(struct http_call *call)
{
	const struct http_config *config = &call->server->config;
	const struct fields *asked = &call->asked;
	bool found = false;

	for (size_t i = asked->n; i-- > 0 && !found;)
		if (strcasecmp(asked->v[i].name, "x-forwarded-for") == 0)
			found = value_forwarded_for(span_str(asked->v[i].value), config->proxies,
			    config->n_proxies, &call->peer);
	for (size_t i = asked->n; i-- > 0;)
		if (strcasecmp(asked->v[i].name, "x-forwarded-proto") == 0) {
			call->secure = value_forwarded_https(span_str(asked->v[i].value));
			return;
		}
}

enum http_method http_method(const struct http_call *call)
{
	return call->method;
}

const char *http_path(const struct http_call *call)
{
	return call->uri.path;
}

const char *http_param(const struct http_call *call, const char *name)
{
	for (size_t i = 0; i < call->uri.n_params; i++)
		if (strcmp(call->uri.params[i].name, name) == 0)
			return call->uri.params[i].value;
	return NULL;
}

const char *http_header(const struct http_call *call, const char *name)
{
	return fields_value(&call->asked, name);
}

const char *http_cookie(struct http_call *call, const char *name)
{
	const char *header = http_header(call, "cookie");
	struct span value;

	if (!header || !value_cookie(span_str(header), name, &value))
		return NULL;
	return arena_text(&call->arena, value);
}

struct span http_body(const struct http_call *call)
{
	return buf_view(&call->body);
}

struct addr http_peer(const struct http_call *call)
{
	return call->peer;
}

bool http_secure(const struct http_call *call)
{
	return call->secure;
}

bool http_takes_gzip(const struct http_call *call)
{
	const char *header = http_header(call, "accept-encoding");

	return header && value_takes_coding(span_str(header), "gzip");
}

bool http_gone(const struct http_call *call)
{
	return atomic_load_explicit(&call->gone, memory_order_relaxed);
}
