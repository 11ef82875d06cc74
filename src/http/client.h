/*
 * client.h: one HTTP request to somebody else's server: a webhook. It blocks, within its times; for
 * the delivery thread. Environment and ~/.netrc are not looked at; redirects are not followed: they
 * would get around the guard's message, and a webhook that moved wants its owner's attention.
 */
#pragma once

#include "base/buf.h"
#include "http/delivery.h"
#include "http/guard.h"

struct http_request {
	const char *method; /* "POST", "PUT", "GET"; NULL: POST */
	const char *url; /* http or https */
	const struct http_field *headers;
	size_t n_headers;
	struct span body;
	const char *user; /* Basic; NULL: none */
	const char *password;
	const char *proxy; /* a URL; NULL: none. The guard then looks at the proxy's address. */
	const char *ca_file; /* PEM; NULL: the system's */
	bool unverified; /* any certificate will do */
	unsigned timeout_ms; /* 0: HTTP_DELIVERY_MS */
	const struct guard *guard; /* NULL: may go anywhere */
};

/* Once, before there are threads. */
must_use struct err http_client_start(void);
/* ret_reply, which may be NULL, is an initialised buf: what came of the answer's body goes to its
 * end, as far as there is room and up to HTTP_REPLY_MAX. 2xx is done; 408, 425, 429, 5xx and
 * trouble on the way are to be tried again; everything else is refused. */
void http_send(const struct http_request *request, struct buf *ret_reply, struct delivery *ret);
