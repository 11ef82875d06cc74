/*
 * hmac.c: HMAC and HKDF by hand, because libcrypto's own (EVP_MAC, EVP_KDF) fetch and allocate at
 * every call and would cost more than the hashing. RFC 2104, RFC 5869.
 */
#include "crypto/hmac.h"

static void begin_padded(struct digest *d, enum digest_alg alg, const uint8_t *key, uint8_t pad)
{
	uint8_t block[DIGEST_BLOCK_MAX];
	size_t n = digest_block(alg);

	for (size_t i = 0; i < n; i++)
		block[i] = key[i] ^ pad;
	digest_init(d, alg);
	digest_add(d, span_of(block, n));
}

void hmac_begin(struct hmac *h, enum digest_alg alg, struct span key)
{
	uint8_t block[DIGEST_BLOCK_MAX] = {0};

	if (key.n > digest_block(alg))
		digest_once(alg, key, block);
	else if (key.n)
		memcpy(block, key.p, key.n);
	begin_padded(&h->inner, alg, block, 0x36);
	begin_padded(&h->outer, alg, block, 0x5c);
}

void hmac_add(struct hmac *h, struct span data)
{
	digest_add(&h->inner, data);
}

void hmac_end(struct hmac *h, uint8_t *ret)
{
	uint8_t inner[DIGEST_SIZE_MAX];

	digest_end(&h->inner, inner);
	digest_add(&h->outer, span_of(inner, digest_size(h->inner.alg)));
	digest_end(&h->outer, ret);
}

void hmac_once(struct hmac *h, enum digest_alg alg, struct span key, struct span data, uint8_t *ret)
{
	hmac_begin(h, alg, key);
	hmac_add(h, data);
	hmac_end(h, ret);
}

void hmac_done(struct hmac *h)
{
	if (!h)
		return;
	digest_done(&h->inner);
	digest_done(&h->outer);
}

void hkdf_extract(
    struct hmac *h, enum digest_alg alg, struct span salt, struct span secret, uint8_t *ret_prk)
{
	hmac_once(h, alg, salt, secret, ret_prk);
}

struct err hkdf_expand(
    struct hmac *h, enum digest_alg alg, struct span prk, struct span info, uint8_t *ret, size_t n)
{
	uint8_t block[DIGEST_SIZE_MAX];
	size_t size = digest_size(alg);

	if (n > 255 * size)
		return err_bug("HKDF output too long");
	for (size_t at = 0, i = 1; at < n; at += size, i++) {
		uint8_t counter = (uint8_t)i;

		hmac_begin(h, alg, prk);
		if (at > 0)
			hmac_add(h, span_of(block, size));
		hmac_add(h, info);
		hmac_add(h, span_of(&counter, 1));
		hmac_end(h, block);
		memcpy(ret + at, block, n - at < size ? n - at : size);
	}
	return OK;
}
