/*
 * digest.c: digests over libcrypto's EVP. EVP_sha256() and its like look the implementation up
 * again at every init, which costs more than hashing a certificate does; so each algorithm is
 * fetched once and kept until the process ends. A running digest keeps its context for the next
 * use, and for digests at one go there is one of each algorithm that stays.
 */
#include "crypto/digest.h"

#include <openssl/evp.h>
#include <pthread.h>
#include <stdlib.h>

static const struct {
	const char *name;
	uint8_t size, block;
} facts[DIGEST_ALGS] = {
    [DIGEST_MD5] = {"MD5", 16, 64},
    [DIGEST_SHA1] = {"SHA1", 20, 64},
    [DIGEST_SHA256] = {"SHA256", 32, 64},
    [DIGEST_SHA384] = {"SHA384", 48, 128},
    [DIGEST_SHA512] = {"SHA512", 64, 128},
};

static EVP_MD *fetched[DIGEST_ALGS];
static pthread_once_t fetched_once = PTHREAD_ONCE_INIT;

static void fetch_all(void)
{
	for (int i = 0; i < DIGEST_ALGS; i++)
		fetched[i] = EVP_MD_fetch(NULL, facts[i].name, NULL);
}

static const EVP_MD *algorithm(enum digest_alg alg)
{
	pthread_once(&fetched_once, fetch_all);
	return fetched[alg];
}

static void insist(bool ok)
{
	if (!ok)
		abort();
}

size_t digest_size(enum digest_alg alg)
{
	return facts[alg].size;
}

size_t digest_block(enum digest_alg alg)
{
	return facts[alg].block;
}

bool digest_has(enum digest_alg alg)
{
	return algorithm(alg) != NULL;
}

void digest_init(struct digest *d, enum digest_alg alg)
{
	if (!d->ctx)
		d->ctx = EVP_MD_CTX_new();
	insist(d->ctx && EVP_DigestInit_ex2(d->ctx, algorithm(alg), NULL) == 1);
	d->alg = alg;
}

void digest_add(struct digest *d, struct span data)
{
	if (data.n)
		insist(EVP_DigestUpdate(d->ctx, data.p, data.n) == 1);
}

void digest_end(struct digest *d, uint8_t *ret)
{
	insist(EVP_DigestFinal_ex(d->ctx, ret, NULL) == 1);
}

void digest_copy(struct digest *to, const struct digest *from)
{
	if (!to->ctx)
		to->ctx = EVP_MD_CTX_new();
	insist(to->ctx && EVP_MD_CTX_copy_ex(to->ctx, from->ctx) == 1);
	to->alg = from->alg;
}

void digest_peek(const struct digest *d, uint8_t *ret)
{
	struct digest so_far = {0};

	digest_copy(&so_far, d);
	digest_end(&so_far, ret);
	digest_done(&so_far);
}

void digest_done(struct digest *d)
{
	if (!d)
		return;
	EVP_MD_CTX_free(d->ctx);
	d->ctx = NULL;
}

void digest_once(enum digest_alg alg, struct span data, uint8_t *ret)
{
	static _Thread_local struct digest ready[DIGEST_ALGS];
	struct digest *d = &ready[alg];

	digest_init(d, alg);
	digest_add(d, data);
	digest_end(d, ret);
}

void digest_sha256(struct span data, uint8_t ret[32])
{
	digest_once(DIGEST_SHA256, data, ret);
}

void digest_sha1(struct span data, uint8_t ret[20])
{
	digest_once(DIGEST_SHA1, data, ret);
}
