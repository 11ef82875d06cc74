/*
 * hello.h: the ClientHellos we send. A hello is a row: which versions, suites, groups and signature
 * algorithms it offers. `variant` is how far it stoops, `keys` which kind of certificate it wants.
 */
#pragma once

#include "base/buf.h"
#include "base/err.h"

/* Stable numbers: they are stored with an endpoint. */
enum hello_variant {
	HELLO_NONE,
	HELLO_MODERN = 1, /* TLS 1.3 and 1.2 .. 1.0 in one, both key families, SHA-1 too */
	HELLO_TLS12 = 2, /* no TLS 1.3: for servers that stumble over it */
	HELLO_LEGACY =
	    3, /* TLS 1.2 .. 1.0, RSA key exchange, DHE, 3DES, RC4, export; MD5 and SHA-1 */
	HELLO_TLS10 = 4, /* hello version 0301, no TLS 1.2 extensions */
	HELLO_SSL3 = 5, /* hello version 0300, no extensions at all */
	HELLO_SMALL = 6, /* under 256 bytes: old middleboxes */
	HELLO_VARIANT_MAX,
};

enum hello_keys { HELLO_ANY_KEY, HELLO_RSA, HELLO_ECDSA }; /* ECDSA includes EdDSA */

struct key_shares; /* wire/key_shares.h: made once per worker, reused for every hello */

struct hello_spec {
	enum hello_variant variant;
	enum hello_keys keys;
	const char *name; /* server_name to send; NULL or "" for none; never an address */
	const char *const *alpn; /* NULL-ended; NULL for none */
	struct hello_random {
		uint8_t random[32], session_id[32];
	} fresh; /* unpredictable, and other in each hello */
};

/* For direct TLS: "h2", "http/1.1". */
extern const char *const hello_alpn_web[];

/* "modern"; NULL: no such variant. */
const char *hello_variant_name(enum hello_variant variant);
/* Of the record that carries it. */
uint16_t hello_record_version(enum hello_variant variant);
bool hello_offers_tls13(enum hello_variant variant);

/* Appends one handshake message (type, length, body), without its record header. retry_group and
 * cookie answer a HelloRetryRequest (0 and an empty span otherwise). */
must_use struct err hello_write(const struct hello_spec *spec, struct key_shares *shares,
    uint16_t retry_group, struct span cookie, struct buf *out);
