/*
 * dialogue.h: one STARTTLS dialogue against a server that is a string. Every case runs at once, in
 * pieces of one byte and of three: what a dialect says may not depend on how its input was cut.
 */
#pragma once

#include "lib/test.h"
#include "wire/starttls/dialects.h"

struct dialogue_case {
	const char *name;
	const char *server; /* all that the server says, in order */
	size_t server_n; /* 0: strlen(server) */
	enum want want;
	const char *client; /* all that we say; NULL: not looked at */
	size_t rest; /* bytes of the server's left unread */
};

struct dialogue {
	enum want want;
	struct buf in, out;
};

static inline void dialogue_run(
    struct dialogue *d, const struct dialect *dialect, struct span server, size_t piece)
{
	uint8_t context[DIALECT_CONTEXT_MAX] __attribute__((aligned(16))) = {0};

	buf_init(&d->in, DIALECT_BYTES_MAX);
	buf_init(&d->out, DIALECT_BYTES_MAX);
	d->want = dialect->start(context, "server.example", &d->out);
	while (d->want == WANT_READ && server.n) {
		struct span view;

		buf_span(&d->in, span_take(&server, piece < server.n ? piece : server.n));
		view = buf_view(&d->in);
		d->want = dialect->step(context, &view, &d->out);
		buf_drop(&d->in, d->in.n - view.n);
	}
	buf_span(&d->in, server);
}

static inline void dialogue_done(struct dialogue *d)
{
	buf_done(&d->in);
	buf_done(&d->out);
}

static inline void dialogue_check(
    const struct dialect *dialect, const struct dialogue_case *c, size_t piece)
{
	struct span server = span_of(c->server, c->server_n ? c->server_n : strlen(c->server));
	struct dialogue d;

	dialogue_run(&d, dialect, server, piece);
	if (d.want != c->want)
		printf("# %s, in pieces of %zu:\n", c->name, piece);
	CHECK_EQ(d.want, c->want);
	if (c->client)
		CHECK_STR(buf_text(&d.out), c->client);
	if (c->want == WANT_DONE)
		CHECK_EQ(d.in.n, c->rest);
	dialogue_done(&d);
}

static inline void dialogue_check_all(
    const struct dialect *dialect, const struct dialogue_case *cases, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		dialogue_check(dialect, &cases[i], 1);
		dialogue_check(dialect, &cases[i], 3);
		dialogue_check(dialect, &cases[i], SIZE_MAX);
	}
}

/* The body of a fuzz target: the first byte says how the rest is cut. */
static inline void dialogue_fuzz(const struct dialect *dialect, const uint8_t *data, size_t size)
{
	struct dialogue d;

	if (size == 0)
		return;
	dialect->spoken(span_of(data + 1, size - 1));
	dialogue_run(&d, dialect, span_of(data + 1, size - 1), data[0] ? data[0] : SIZE_MAX);
	dialogue_done(&d);
}
