/*
 * talk.h: one connection: TCP (or a connected socket that an engine handed over), a STARTTLS
 * dialogue where there is one, our hello, the server's flight; then it ends, politely. Exactly one
 * call of `done`, then the talk frees itself.
 */
#pragma once

#include "inet/addr.h"
#include "net/loop.h"
#include "wire/dialect.h"
#include "wire/flight.h"

enum talk_end {
	TALK_FLIGHT, /* TLS was spoken to: result.flight tells the rest */
	TALK_REFUSED, /* connection refused */
	TALK_UNREACHABLE, /* os_error tells */
	TALK_CONNECT_TIMEOUT,
	TALK_CLOSED, /* closed or reset by the peer before an answer */
	TALK_SILENT, /* connected, then nothing in time */
	TALK_NO_UPGRADE, /* the dialogue was refused, or was another protocol: `first` */
	TALK_LOCAL, /* this machine is out of something: os_error */
};

struct talk_result {
	enum talk_end end;
	int os_error;
	/* that was spoken: the one asked for, or the one that listening found */
	const struct dialect *dialect;
	struct span first; /* the first bytes of the answer, at most 64 */
	const struct flight_result *flight; /* NULL before TLS; valid during done() only */
	uint64_t bytes_in;
};

struct talk_spec {
	struct addr addr;
	uint16_t port;
	int fd; /* connected, owned from here on; or -1 */
	const struct dialect *dialect; /* NULL: TLS at once */
	struct hello_spec hello;
	struct key_shares *shares;
	/* deadlines: connecting, silence between bytes, the whole */
	uint64_t connect_us, step_us, total_us;
	/* > 0 and no dialect: wait so long for a greeting before the hello. One that belongs to a
	 * dialect is answered on the same connection; another ends the talk with TALK_NO_UPGRADE
	 * and no dialect. */
	uint64_t listen_us;
	/* The descriptor is closed by now. May start other talks; the spans of result end with
	 * it. */
	void (*done)(void *context, const struct talk_result *result);
	void *context;
};

struct talk;

/* done is not called from within. On failure nothing was begun, done will not be called, the fd is
 * closed. */
must_use struct err talk_start(
    struct loop *loop, const struct talk_spec *spec, struct talk **ret_talk);
/* Ends it without calling done. */
void talk_abort(struct talk *t);
