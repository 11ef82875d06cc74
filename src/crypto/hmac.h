/*
 * hmac.h: HMAC (RFC 2104) over crypto/digest and HKDF (RFC 5869) over HMAC. A key schedule is a
 * dozen of these in a row, so the two digest contexts are the caller's and are used again.
 */
#pragma once

#include "base/err.h"
#include "crypto/digest.h"

/* Zeroed before the first use; hmac_done gives back the memory. */
struct hmac {
	struct digest inner, outer;
};

/* key of any length, ret of digest_size(alg) bytes. */
void hmac_once(
    struct hmac *h, enum digest_alg alg, struct span key, struct span data, uint8_t *ret);
void hmac_begin(struct hmac *h, enum digest_alg alg, struct span key);
void hmac_add(struct hmac *h, struct span data);
void hmac_end(struct hmac *h, uint8_t *ret);
void hmac_done(struct hmac *h);

/* ret_prk of digest_size(alg) bytes. An empty salt is one of zeros. */
void hkdf_extract(
    struct hmac *h, enum digest_alg alg, struct span salt, struct span secret, uint8_t *ret_prk);
/* n bytes of output, at most 255 digests long: more is ERR_BUG. */
must_use struct err hkdf_expand(
    struct hmac *h, enum digest_alg alg, struct span prk, struct span info, uint8_t *ret, size_t n);
