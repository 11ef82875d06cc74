/*
 * call.c: what a handler may ask of a request.
 */
#include "http/inner.h"
#include "http/value.h"

#include <stdlib.h>

struct http_call *call_new(struct conn *c)
{
	struct http_call *call = calloc(1, sizeof(*call));

	if (!call)
		return NULL;
	call->server = c->server;
	call->conn = c;
	call->uri.path = "/";
	call->peer = c->peer;
	call->secure = c->plug.ssl != NULL;
	arena_init(&call->arena, HTTP_CALL_BYTES_MAX);
	buf_init(&call->body, 0);
	buf_init(&call->fields, HTTP_ANSWER_HEAD_MAX);
	buf_init(&call->out, SIZE_MAX);
	buf_init(&call->large, SIZE_MAX);
	return call;
}

void call_free(struct http_call *call)
{
	if (!call)
		return;
	arena_done(&call->arena);
	buf_done(&call->body);
	buf_done(&call->fields);
	buf_done(&call->out);
	buf_done(&call->large);
	if (call->stream.begun) {
		gzip_free(call->stream.gzip);
		buf_done(&call->stream.packed);
		buf_done(&call->stream.pending);
		pthread_cond_destroy(&call->stream.moved);
	}
	free(call);
}

enum http_method http_method(const struct http_call *call)
{
	return call->head.method;
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
	return head_value(&call->head, name);
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
