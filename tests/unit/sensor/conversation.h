/*
 * conversation.h: a TLS conversation told to a dissector, message by message, and what it told.
 */
#pragma once

#include "lib/tlsbytes.h"
#include "sensor/dissect.h"

enum { CCS = 20, ALERT = 21, HANDSHAKE = 22, DATA = 23, HEARTBEAT = 24 };

static const enum dissect_side CLIENT = SIDE_TCP_CLIENT, SERVER = SIDE_TCP_SERVER;

static const uint16_t rsa_aes[] = {0x002f}, ecdhe[] = {0xc02f}, dhe[] = {0x0033},
		      aes13[] = {0x1301};

/* What was told: a letter an event, and the session at the last one. */
static char told[16];
static struct session last;
static struct dissect *d;
static size_t piece; /* bytes of a push; 0: all at once */

static inline void on_event(void *context, enum session_event event, const struct session *s)
{
	static const char letters[SESSION_EVENTS + 1] = "CHRLDEX";
	size_t n = strlen(told);

	CHECK(context == &last);
	CHECK(n + 1 < sizeof(told));
	told[n] = letters[event];
	last = *s;
}

static inline void begin(void)
{
	static const struct dissect_ops ops = {on_event};
	struct session_side client = {.port = 40000}, server = {.port = 443};

	memset(told, 0, sizeof(told));
	memset(&last, 0, sizeof(last));
	CHECK(!err_is(dissect_new(&client, &server, (const uint64_t[]){7, 8}, &ops, &last, &d)));
	dissect_time(d, 1000, 1);
}

static inline void end(void)
{
	dissect_free(d);
	d = NULL;
}

static inline void say(enum dissect_side side, struct span bytes)
{
	while (bytes.n > 0) {
		size_t n = piece && piece < bytes.n ? piece : bytes.n;

		dissect_bytes(d, side, span_take(&bytes, n));
	}
}

static inline void say_buf(enum dissect_side side, struct buf *b)
{
	say(side, buf_view(b));
	buf_done(b);
}

static inline void record(enum dissect_side side, uint8_t type, const char *bytes, size_t n)
{
	struct buf b;

	buf_init(&b, 1 << 17);
	put_record(&b, type, 0x0303, span_of(bytes, n));
	say_buf(side, &b);
}

/* n bytes that nobody can read. */
static inline void sealed(enum dissect_side side, uint8_t type, size_t n)
{
	struct buf b, body;

	buf_init(&b, 1 << 17);
	buf_init(&body, 1 << 17);
	buf_fill(&body, 0xee, n);
	put_record(&b, type, 0x0303, buf_view(&body));
	buf_done(&body);
	say_buf(side, &b);
}

static inline void message_into(struct buf *out, uint8_t type, struct buf *body)
{
	struct buf m;

	buf_init(&m, 1 << 17);
	put_message(&m, type, buf_view(body));
	put_record(out, HANDSHAKE, 0x0303, buf_view(&m));
	buf_done(&m);
	buf_done(body);
}

static inline void message(enum dissect_side side, uint8_t type, const char *bytes, size_t n)
{
	struct buf body, b;

	buf_init(&b, 1 << 17);
	buf_init(&body, 1 << 17);
	buf_put(&body, bytes, n);
	message_into(&b, type, &body);
	say_buf(side, &b);
}

/* With a name and whatever else. */
static inline void client_hello_into(struct buf *out, const uint16_t *ciphers, struct span more)
{
	struct buf extensions, body;

	buf_init(&extensions, 1 << 16);
	buf_init(&body, 1 << 17);
	put_name(&extensions, "www.example");
	buf_span(&extensions, more);
	put_client_hello(&body,
	    &(struct hello_bytes){0x0303, span_of(NULL, 0), ciphers, 1, buf_view(&extensions)});
	buf_done(&extensions);
	message_into(out, 1, &body);
}

static inline void client_hello(enum dissect_side side, const uint16_t *ciphers, struct span more)
{
	struct buf b;

	buf_init(&b, 1 << 17);
	client_hello_into(&b, ciphers, more);
	say_buf(side, &b);
}

static inline void server_hello_into(
    struct buf *out, uint16_t version, const uint16_t *ciphers, struct span extensions)
{
	struct buf body;

	buf_init(&body, 1 << 17);
	put_server_hello(
	    &body, &(struct hello_bytes){version, span_of(NULL, 0), ciphers, 1, extensions});
	message_into(out, 2, &body);
}

static inline void server_hello(
    enum dissect_side side, const uint16_t *ciphers, struct span extensions)
{
	struct buf b;

	buf_init(&b, 1 << 17);
	server_hello_into(&b, 0x0303, ciphers, extensions);
	say_buf(side, &b);
}

static inline void certificate_into(struct buf *out, size_t n, size_t size)
{
	struct buf body;

	buf_init(&body, 1 << 17);
	put_certificates(&body, n, size);
	message_into(out, 11, &body);
}

static inline void certificate(enum dissect_side side, size_t n)
{
	struct buf b;

	buf_init(&b, 1 << 17);
	certificate_into(&b, n, 300);
	say_buf(side, &b);
}

static inline struct span none(void)
{
	return span_of(NULL, 0);
}

/* To the end of the server's first flight, TLS 1.2. */
static inline void flight12(void)
{
	client_hello(CLIENT, rsa_aes, none());
	server_hello(SERVER, rsa_aes, none());
	certificate(SERVER, 2);
	message(SERVER, 14, "", 0);
}

/* The same of TLS 1.3, a record a message. */
static inline void flight13(void)
{
	client_hello(CLIENT, aes13, none());
	server_hello(SERVER, aes13, span_of("\0\x2b\0\2\3\4\0\x33\0\5\0\x1d\0\1k", 15));
	record(SERVER, CCS, "\1", 1);
	sealed(SERVER, DATA, 40);
	sealed(SERVER, DATA, 900);
	sealed(SERVER, DATA, 281);
	sealed(SERVER, DATA, 53);
}

static inline void close_both(void)
{
	dissect_end(d, SIDE_TCP_CLIENT, DISSECT_FIN);
	dissect_end(d, SIDE_TCP_SERVER, DISSECT_FIN);
}
