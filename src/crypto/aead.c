/*
 * aead.c: AEAD over libcrypto's EVP, the ciphers fetched once. CCM is the odd one: it must be told
 * the length of the text, and the tag when opening, before it sees anything else (RFC 3610 computes
 * its tag over the length), and it opens and checks in one step.
 */
#include "crypto/aead.h"

#include <limits.h>
#include <openssl/evp.h>
#include <pthread.h>

static const struct {
	const char *name;
	uint8_t key, tag;
	bool ccm;
} facts[AEAD_ALGS] = {
    [AEAD_AES_128_GCM] = {"AES-128-GCM", 16, 16, false},
    [AEAD_AES_256_GCM] = {"AES-256-GCM", 32, 16, false},
    [AEAD_CHACHA20_POLY1305] = {"ChaCha20-Poly1305", 32, 16, false},
    [AEAD_AES_128_CCM] = {"AES-128-CCM", 16, 16, true},
    [AEAD_AES_128_CCM_8] = {"AES-128-CCM", 16, 8, true},
};

static EVP_CIPHER *fetched[AEAD_ALGS];
static pthread_once_t fetched_once = PTHREAD_ONCE_INIT;

static void fetch_all(void)
{
	for (int i = 0; i < AEAD_ALGS; i++)
		fetched[i] = EVP_CIPHER_fetch(NULL, facts[i].name, NULL);
}

size_t aead_key_size(enum aead_alg alg)
{
	return facts[alg].key;
}

size_t aead_tag_size(enum aead_alg alg)
{
	return facts[alg].tag;
}

static bool set(struct aead *a, int what, int n, void *p)
{
	return EVP_CIPHER_CTX_ctrl(a->ctx, what, n, p) == 1;
}

struct err aead_init(struct aead *a, enum aead_alg alg, enum aead_way way, const uint8_t *key)
{
	bool ok;

	pthread_once(&fetched_once, fetch_all);
	if (!fetched[alg])
		return err_bug("libcrypto lacks a cipher of TLS 1.3");
	a->alg = alg;
	if (!a->ctx)
		a->ctx = EVP_CIPHER_CTX_new();
	ok = a->ctx &&
	     EVP_CipherInit_ex2(a->ctx, fetched[alg], NULL, NULL, way == AEAD_SEAL, NULL) == 1;
	if (ok && facts[alg].ccm)
		ok = set(a, EVP_CTRL_AEAD_SET_IVLEN, AEAD_NONCE, NULL) &&
		     set(a, EVP_CTRL_AEAD_SET_TAG, facts[alg].tag, NULL);
	ok = ok && EVP_CipherInit_ex2(a->ctx, NULL, key, NULL, -1, NULL) == 1;
	return ok ? OK : err_bug("cannot set up a cipher");
}

void aead_done(struct aead *a)
{
	if (!a)
		return;
	EVP_CIPHER_CTX_free(a->ctx);
	a->ctx = NULL;
}

static bool begin(struct aead *a, const uint8_t *nonce, struct span aad, size_t text)
{
	int n;

	if (text > INT_MAX || aad.n > INT_MAX ||
	    EVP_CipherInit_ex2(a->ctx, NULL, NULL, nonce, -1, NULL) != 1)
		return false;
	if (facts[a->alg].ccm && EVP_CipherUpdate(a->ctx, NULL, &n, NULL, (int)text) != 1)
		return false;
	return aad.n == 0 || EVP_CipherUpdate(a->ctx, NULL, &n, aad.p, (int)aad.n) == 1;
}

/* libcrypto takes a NULL output for more associated data, so an empty text gets a place as well. */
static bool text(struct aead *a, struct span in, uint8_t *ret)
{
	uint8_t nowhere[1];
	int n;

	if (in.n == 0 && !facts[a->alg].ccm)
		return true;
	return EVP_CipherUpdate(
		   a->ctx, ret ? ret : nowhere, &n, in.n ? in.p : nowhere, (int)in.n) == 1;
}

static bool finish(struct aead *a)
{
	uint8_t nothing[16];
	int n;

	return EVP_CipherFinal_ex(a->ctx, nothing, &n) == 1;
}

bool aead_open(struct aead *a, const uint8_t nonce[AEAD_NONCE], struct span aad, struct span sealed,
    uint8_t *ret)
{
	size_t tag = facts[a->alg].tag;
	uint8_t expected[AEAD_TAG_MAX];
	struct span in;

	if (sealed.n < tag)
		return false;
	in = span_of(sealed.p, sealed.n - tag);
	memcpy(expected, sealed.p + in.n, tag);
	if (facts[a->alg].ccm)
		return EVP_CipherInit_ex2(a->ctx, NULL, NULL, NULL, -1, NULL) == 1 &&
		       set(a, EVP_CTRL_AEAD_SET_TAG, (int)tag, expected) &&
		       begin(a, nonce, aad, in.n) && text(a, in, ret);
	return begin(a, nonce, aad, in.n) && text(a, in, ret) &&
	       set(a, EVP_CTRL_AEAD_SET_TAG, (int)tag, expected) && finish(a);
}

bool aead_seal(struct aead *a, const uint8_t nonce[AEAD_NONCE], struct span aad, struct span plain,
    uint8_t *ret)
{
	return begin(a, nonce, aad, plain.n) && text(a, plain, ret) && finish(a) &&
	       set(a, EVP_CTRL_AEAD_GET_TAG, facts[a->alg].tag, ret + plain.n);
}
