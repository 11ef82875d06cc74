/*
 * call.h: one request and its answer. What is asked of a call stays true and stays in place until
 * it is answered; asking and answering are done by one thread at a time, any thread.
 *
 * Texts are terminated, have no NUL inside, and live as long as the call. Names of headers compare
 * without case, names of parameters and cookies with it.
 */
#pragma once

#include "base/buf.h"
#include "base/err.h"
#include "inet/addr.h"

struct http_call;

enum http_method { HTTP_GET, HTTP_HEAD, HTTP_POST, HTTP_PUT, HTTP_DELETE, HTTP_METHODS };

/* What is asked. */
enum http_method http_method(const struct http_call *call);
const char *http_method_name(enum http_method method);
/* Decoded UTF-8 without control characters, "." and ".." resolved: "/api/v1/rows". An encoded slash
 * is refused, so "/" always separates. */
const char *http_path(const struct http_call *call);
/* The decoded value of the query's first parameter of that name; "" for "?name"; NULL: none. */
const char *http_param(const struct http_call *call, const char *name);
/* The value without blanks around it, the first if there are several; NULL: none. */
const char *http_header(const struct http_call *call, const char *name);
/* NULL: none. */
const char *http_cookie(struct http_call *call, const char *name);
struct span http_body(const struct http_call *call);
/* Who asks: behind a believed proxy, who asked the proxy. */
struct addr http_peer(const struct http_call *call);
/* TLS, here or at the believed proxy. */
bool http_secure(const struct http_call *call);
bool http_takes_gzip(const struct http_call *call);
/* The client is known to be gone: stop working, then answer as always. */
bool http_gone(const struct http_call *call);

/* Adds a header to the answer, or replaces what the table of security headers says. Copied. A value
 * with a line end or another control character in it is a bug: it is left out, and the answer
 * becomes 500. */
void http_set_header(struct http_call *call, const char *name, const char *value);
/* Adds one more of a name: Set-Cookie. */
void http_add_header(struct http_call *call, const char *name, const char *value);
/* The answer holds a secret: it is not compressed (BREACH) and not stored by anybody. */
void http_set_secret(struct http_call *call);

/*
 * The answers. Each ends the call: it must not be touched afterwards. type may be NULL where there
 * is no body. HEAD, Content-Length, gzip (if the client takes it, the body gains from it and no
 * Content-Encoding is set) and the security headers are taken care of.
 */

/* Takes body's bytes and leaves it empty; NULL: no body. A body that is `full` becomes 500. */
void http_answer(struct http_call *call, unsigned status, const char *type, struct buf *body);
/* Bytes that outlive the server: what is built into the program. Not compressed. */
void http_answer_constant(
    struct http_call *call, unsigned status, const char *type, struct span body);
/* Sets ETag, which the caller quotes (W/"12"); where the client has that already, answers 304 and
 * is true. */
must_use bool http_answer_unchanged(struct http_call *call, const char *etag);

/*
 * An answer in parts, of no known length. Between begin and end the call stays the sender's.
 */
enum http_pace {
	/* send waits while the client is behind: exports; not on the loop's thread */
	HTTP_PACE_WAIT,
	HTTP_PACE_DROP, /* a client that is behind is cut: event streams */
};

/* ERR_LIMIT: too many streams; nothing was sent yet, answer in another way (503). */
must_use struct err http_stream_begin(
    struct http_call *call, unsigned status, const char *type, enum http_pace pace);
/* ERR_PEER: the client is gone or too slow; end it. Empty bytes only ask that. Copied. */
must_use struct err http_stream_send(struct http_call *call, struct span bytes);
/* Ends the call. Not whole: the connection is cut, so that the client knows. */
void http_stream_end(struct http_call *call, bool whole);
/* Tells once, on the loop's thread, that a stream's client is gone; it must still be ended. Not
 * after http_stream_end has begun; may be told within this call. */
typedef void http_gone_fn(void *context, struct http_call *call);
void http_on_gone(struct http_call *call, http_gone_fn *gone, void *context);
