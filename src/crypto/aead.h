/*
 * aead.h: the record ciphers of TLS 1.3 and QUIC. One context is one key in one direction and is
 * used for all its records.
 */
#pragma once

#include "base/err.h"
#include "base/span.h"

enum aead_alg {
	AEAD_AES_128_GCM,
	AEAD_AES_256_GCM,
	AEAD_CHACHA20_POLY1305,
	AEAD_AES_128_CCM,
	AEAD_AES_128_CCM_8,
	AEAD_ALGS,
};

enum { AEAD_KEY_MAX = 32, AEAD_NONCE = 12, AEAD_TAG_MAX = 16 };

enum aead_way { AEAD_OPEN, AEAD_SEAL };

struct evp_cipher_ctx_st; /* libcrypto's */

/* Zeroed before aead_init. */
struct aead {
	struct evp_cipher_ctx_st *ctx;
	enum aead_alg alg;
};

size_t aead_key_size(enum aead_alg alg);
size_t aead_tag_size(enum aead_alg alg);

/* key of aead_key_size(alg) bytes. */
must_use struct err aead_init(
    struct aead *a, enum aead_alg alg, enum aead_way way, const uint8_t *key);
void aead_done(struct aead *a);

/* sealed is the ciphertext with its tag behind; ret takes sealed.n less the tag (it may be
 * sealed.p). False: not authentic, and ret holds rubbish. */
must_use bool aead_open(struct aead *a, const uint8_t nonce[AEAD_NONCE], struct span aad,
    struct span sealed, uint8_t *ret);
/* ret takes plain.n and the tag. */
must_use bool aead_seal(struct aead *a, const uint8_t nonce[AEAD_NONCE], struct span aad,
    struct span plain, uint8_t *ret);
