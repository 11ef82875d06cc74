/*
 * tlsbytes.h: TLS written by hand, for those who read it: hellos with the extensions one wants,
 * messages, records.
 */
#pragma once

#include "base/buf.h"

#include "lib/test.h"

/* A ClientHello or ServerHello being written. */
struct hello_bytes {
	uint16_t version;
	struct span session_id;
	const uint16_t *ciphers; /* of a server: the first */
	size_t n_ciphers;
	struct span extensions; /* without their length; p NULL: no extensions at all */
};

static inline void put_extension(struct buf *b, uint16_t type, struct span body)
{
	buf_be(b, type, 2);
	buf_be(b, body.n, 2);
	buf_span(b, body);
}

/* u16 each, behind a length of `bytes` bytes. */
static inline void put_list(
    struct buf *b, uint16_t type, const uint16_t *numbers, size_t n, size_t bytes)
{
	buf_be(b, type, 2);
	buf_be(b, 2 * n + bytes, 2);
	buf_be(b, 2 * n, bytes);
	for (size_t i = 0; i < n; i++)
		buf_be(b, numbers[i], 2);
}

static inline void put_name(struct buf *b, const char *name)
{
	size_t n = strlen(name);

	buf_be(b, 0, 2);
	buf_be(b, n + 5, 2);
	buf_be(b, n + 3, 2);
	buf_be(b, 0, 1);
	buf_be(b, n, 2);
	buf_str(b, name);
}

static inline void put_hello_head(struct buf *b, const struct hello_bytes *h)
{
	buf_be(b, h->version, 2);
	buf_fill(b, 0x42, 32);
	buf_be(b, h->session_id.n, 1);
	buf_span(b, h->session_id);
}

static inline void put_hello_tail(struct buf *b, const struct hello_bytes *h)
{
	if (!h->extensions.p)
		return;
	buf_be(b, h->extensions.n, 2);
	buf_span(b, h->extensions);
}

/* The body of the message. */
static inline void put_client_hello(struct buf *b, const struct hello_bytes *h)
{
	put_hello_head(b, h);
	buf_be(b, 2 * h->n_ciphers, 2);
	for (size_t i = 0; i < h->n_ciphers; i++)
		buf_be(b, h->ciphers[i], 2);
	buf_be(b, 0x0100, 2);
	put_hello_tail(b, h);
}

static inline void put_server_hello(struct buf *b, const struct hello_bytes *h)
{
	put_hello_head(b, h);
	buf_be(b, h->ciphers[0], 2);
	buf_be(b, 0, 1);
	put_hello_tail(b, h);
}

static inline void put_message(struct buf *b, uint8_t type, struct span body)
{
	buf_be(b, type, 1);
	buf_be(b, body.n, 3);
	buf_span(b, body);
}

static inline void put_record(struct buf *b, uint8_t type, uint16_t version, struct span body)
{
	buf_be(b, type, 1);
	buf_be(b, version, 2);
	buf_be(b, body.n, 2);
	buf_span(b, body);
}

/* The body of a Certificate of TLS <= 1.2: n certificates of `size` bytes that begin as DER
 * does. */
static inline void put_certificates(struct buf *b, size_t n, size_t size)
{
	buf_be(b, n * (size + 3), 3);
	for (size_t i = 0; i < n; i++) {
		buf_be(b, size, 3);
		buf_be(b, 0x30820000u + size - 4, 4);
		buf_fill(b, (uint8_t)('a' + i), size - 4);
	}
}
