/*
 * flight_server.h: a flight of ours and a server composed by hand, for the tests of both kinds of
 * servers: those that talk in clear, and those of TLS 1.3.
 */
#pragma once

#include "flight_fixture.h"
#include "wire/handshake.h"
#include "wire/record.h"

#include "lib/hex.h"

static struct buf out; /* what we would send */

static inline struct flight *begin(uint8_t variant, uint8_t keys)
{
	struct hello_spec spec = fixed_spec(variant, keys);
	struct flight *f = NULL;

	buf_done(&out);
	buf_init(&out, 1 << 20);
	if (err_is(flight_new(&spec, fixed_shares(), &out, &f)))
		abort();
	return f;
}

/* Feeds in steps; as a socket would, what comes after the end is not fed any more. */
static inline enum want feed(struct flight *f, struct span in, size_t step)
{
	enum want want = WANT_READ;

	while (in.n > 0 && want == WANT_READ)
		want = flight_push(f, span_take(&in, step < in.n ? step : in.n), &out);
	return want;
}
static struct buf server;

static inline void put_message(struct buf *b, uint8_t type, const char *body_hex)
{
	struct span body = unhex(body_hex);

	buf_be(b, type, 1);
	buf_be(b, body.n, 3);
	buf_span(b, body);
	unhex_free(body);
}

static inline void say(uint8_t type, const char *body_hex)
{
	struct buf m;

	buf_init(&m, 1 << 16);
	put_message(&m, type, body_hex);
	record_write(&server, CONTENT_HANDSHAKE, 0x0303, buf_view(&m));
	buf_done(&m);
}

static inline void say_record(enum content_type type, const char *body_hex)
{
	struct span body = unhex(body_hex);

	record_write(&server, type, 0x0303, body);
	unhex_free(body);
}

#define RANDOM "5353535353535353535353535353535353535353535353535353535353535353"
#define HELLO_12                                                                                   \
	"0303" RANDOM "00"                                                                         \
	"c02f"                                                                                     \
	"00"
#define ONE_CERT                                                                                   \
	"000006"                                                                                   \
	"000003aabbcc"
#define KEY_EXCHANGE                                                                               \
	"03001d04"                                                                                 \
	"01020304"                                                                                 \
	"0401"                                                                                     \
	"00020000"

static inline void new_server(void)
{
	buf_done(&server);
	buf_init(&server, 4 << 20);
}
#define RETRY "cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c"
#define RETRY_FOR(group)                                                                           \
	"0303" RETRY "00"                                                                          \
	"1301"                                                                                     \
	"00"                                                                                       \
	"000c"                                                                                     \
	"002b00020304"                                                                             \
	"00330002" group
