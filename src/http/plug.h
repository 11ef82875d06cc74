/*
 * plug.h: a connected socket, in the clear or inside of TLS, read and written in the same way. It
 * never waits.
 */
#pragma once

#include "base/err.h"
#include "base/span.h"

#include <sys/types.h>

struct ssl_st;
struct ssl_ctx_st;

/* What a server needs for TLS; shared by its connections, which keep it alive. */
must_use struct err plug_context_new(
    struct span certificate, struct span key, struct ssl_ctx_st **ret_context);
void plug_context_free(struct ssl_ctx_st *context);

/* In place of a count of bytes. */
enum plug_end {
	PLUG_AGAIN = 0, /* not now */
	PLUG_CLOSED = -1, /* the other side has said its last */
	PLUG_BROKEN = -2,
};

struct plug {
	int fd; /* somebody else's */
	struct ssl_st *ssl; /* NULL: in the clear */
	bool wants_write; /* PLUG_AGAIN, but until it can be written */
};

/* context NULL: in the clear. */
must_use struct err plug_init(struct plug *p, int fd, struct ssl_ctx_st *context);
void plug_done(struct plug *p);
/* In the clear from now on, before any byte was read. */
void plug_strip(struct plug *p);
/* TLS's handshake: 1 done, PLUG_AGAIN, PLUG_BROKEN. */
ssize_t plug_greet(struct plug *p);
ssize_t plug_read(struct plug *p, void *to, size_t n);
ssize_t plug_write(struct plug *p, struct span bytes);
/* Nothing more will be written: tells the other side. */
void plug_end_writing(struct plug *p);
