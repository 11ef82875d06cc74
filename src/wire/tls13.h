/*
 * tls13.h: the key schedule of TLS 1.3 (RFC 8446 7) as far as the handshake keys, and the records
 * under them (5.2).
 */
#pragma once

#include "base/buf.h"
#include "base/err.h"
#include "crypto/aead.h"
#include "crypto/hmac.h"

struct tls13_suite {
	uint16_t cipher;
	enum digest_alg hash;
	enum aead_alg aead;
};

/* NULL: not a TLS 1.3 suite, or none that we read. */
const struct tls13_suite *tls13_suite(uint16_t cipher);

/* context and result of any length that the label's byte counts allow. */
must_use struct err tls13_expand_label(struct hmac *h, enum digest_alg hash, struct span secret,
    const char *label, struct span context, uint8_t *ret, size_t n);

struct tls13_secrets {
	uint8_t client[DIGEST_SIZE_MAX], server[DIGEST_SIZE_MAX]; /* handshake traffic secrets */
};

/* shared: of the key agreement; hello_hash: over ClientHello .. ServerHello. */
must_use struct err tls13_handshake_secrets(struct hmac *h, const struct tls13_suite *suite,
    struct span shared, const uint8_t *hello_hash, struct tls13_secrets *ret);

/* One direction. Zeroed before tls13_keys_init. */
struct tls13_keys {
	struct aead aead;
	uint8_t iv[AEAD_NONCE];
	uint64_t sequence;
};

must_use struct err tls13_keys_init(struct tls13_keys *k, struct hmac *h,
    const struct tls13_suite *suite, const uint8_t *secret, enum aead_way way);
void tls13_keys_done(struct tls13_keys *k);

/* A stream_open_fn; context is a struct tls13_keys. */
bool tls13_open(void *context, struct span header, struct span sealed, uint8_t *ret_plain,
    size_t *ret_n, uint8_t *ret_type);
/* One sealed record of that type; nothing where body is longer than a record. */
void tls13_seal(struct tls13_keys *k, uint8_t type, struct span body, struct buf *out);
