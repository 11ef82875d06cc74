/*
 * mysql.c: MySQL and MariaDB: the server greets with its capabilities; if SSL is among them, we
 * send the short form of the login (SSLRequest, "Protocol::SSLRequest") and go straight on with
 * TLS: there is no answer to it. A server counts every login that breaks off, and after
 * max_connect_errors of them in a row (100) it turns a host away. So this dialect is never tried by
 * way of a guess: only where a greeting was seen.
 */
#include "wire/starttls/dialects.h"

enum {
	PROTOCOL_10 = 0x0a,

	CLIENT_LONG_PASSWORD = 0x1,
	CLIENT_LONG_FLAG = 0x4,
	CLIENT_PROTOCOL_41 = 0x200,
	CLIENT_SSL = 0x800,
	CLIENT_SECURE_CONNECTION = 0x8000,
	CLIENT_PLUGIN_AUTH = 0x80000,

	PACKET_MAX = 1 << 24,
	UTF8_GENERAL_CI = 33,
};

static enum want start(void *context, const char *name, struct buf *out)
{
	(void)context, (void)name, (void)out;
	return WANT_READ;
}

static void ask_for_tls(struct buf *out)
{
	buf_le(out, 32, 3); /* packet length */
	buf_le(out, 1, 1); /* sequence number: the greeting was 0 */
	buf_le(out,
	    CLIENT_LONG_PASSWORD | CLIENT_LONG_FLAG | CLIENT_PROTOCOL_41 | CLIENT_SSL |
		CLIENT_SECURE_CONNECTION | CLIENT_PLUGIN_AUTH,
	    4);
	buf_le(out, PACKET_MAX, 4);
	buf_le(out, UTF8_GENERAL_CI, 1);
	buf_fill(out, 0, 23);
}

/* Protocol::HandshakeV10, as far as the lower half of the capabilities. */
static bool offers_tls(struct span greeting)
{
	const uint8_t *nul;
	uint16_t capabilities;

	if (span_u8(&greeting) != PROTOCOL_10)
		return false;
	nul = greeting.n ? memchr(greeting.p, 0, greeting.n) : NULL;
	if (!nul)
		return false;
	span_take(&greeting, (size_t)(nul - greeting.p) + 1); /* server version */
	span_take(&greeting, 4 + 8 + 1); /* thread, first part of the challenge, filler */
	capabilities = (uint16_t)span_le(&greeting, 2);
	return !greeting.bad && capabilities & CLIENT_SSL;
}

static enum want step(void *context, struct span *in, struct buf *out)
{
	struct span rest = *in;
	size_t n = (size_t)span_le(&rest, 3);
	uint8_t sequence = span_u8(&rest);
	struct span packet;

	(void)context;
	if (!rest.bad && (n > 4096 || sequence != 0))
		return WANT_FAILED;
	packet = span_take(&rest, n);
	if (rest.bad)
		return WANT_READ;
	*in = rest;
	if (!offers_tls(packet))
		return WANT_FAILED;
	ask_for_tls(out);
	return WANT_DONE;
}

/* A greeting, or the error packet that turns a host away before one. */
static bool spoken(struct span first)
{
	uint64_t n = span_le(&first, 3);
	uint8_t sequence = span_u8(&first), kind = span_u8(&first);

	return n > 8 && n < 4096 && sequence == 0 && (kind == PROTOCOL_10 || kind == 0xff) &&
	       !first.bad;
}

const struct dialect dialect_mysql = {
    .id = DIALECT_MYSQL,
    .name = "mysql",
    .server_first = true,
    .start = start,
    .step = step,
    .spoken = spoken,
};
