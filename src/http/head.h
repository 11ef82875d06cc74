/*
 * head.h: the head of a request (RFC 9112 2 to 6) as its parts; pure. Whatever two readers might
 * read in two ways is refused: it is how requests are smuggled past a proxy.
 */
#pragma once

#include "base/arena.h"
#include "http/call.h"
#include "http/limits.h"
#include "http/refusal.h"

struct head_field {
	const char *name;
	const char *value; /* no blanks around it */
};

struct http_head {
	enum http_method method;
	const char *target; /* as it was sent */
	size_t n_fields;
	struct head_field fields[HTTP_HEADERS_MAX];
	uint64_t length; /* of the body, unless it is chunked */
	bool chunked;
	bool keep_alive; /* the client would like to send more */
	bool old; /* HTTP/1.0: no chunks */
	bool expects_continue;
};

/* The length of the head at the front of `bytes`, with the empty line that ends it; 0: it is not
 * whole yet. *at is where to look on, 0 for a new head. */
size_t head_length(struct span bytes, size_t *at);
/* A whole head, of head_length's bytes. The texts are in the arena. */
must_use struct refusal head_parse(
    struct span bytes, struct arena *arena, struct http_head *ret_head);
/* The first value of that name; NULL: none. */
const char *head_value(const struct http_head *head, const char *name);
