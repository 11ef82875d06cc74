/*
 * verify.c: signatures by EVP_DigestVerify over the bytes of our own walk. Old digests are verified
 * like new ones: that MD5 is broken is a finding (verdict/strength), not a reason to lose the
 * chain, so the library context is our own, untouched by the machine's openssl.cnf and crypto
 * policies.
 */
#include "x509/verify.h"
#include "x509/limits.h"
#include "x509/sigalg.h"

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/provider.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <stdlib.h>

enum { ID_SIZE = 32 };

struct answer {
	uint8_t child[ID_SIZE];
	uint8_t issuer[ID_SIZE]; /* of its key: cross-signed twins are one signer */
	uint8_t signed_by;
	bool used;
};

struct kept_key {
	uint8_t id[ID_SIZE];
	EVP_PKEY *key; /* NULL: empty */
};

struct verifier {
	OSSL_LIB_CTX *library;
	OSSL_PROVIDER *provider;
	EVP_MD_CTX *ctx;
	uint64_t operations;
	/* Two places each, the fresher first: an answer in constant use is never the one that
	 * goes. */
	struct answer answers[VERIFY_ANSWERS / 2][2];
	struct kept_key keys[VERIFY_KEYS];
};

struct err verifier_new(struct verifier **ret_verifier)
{
	struct verifier *v = calloc(1, sizeof(*v));

	if (!v)
		return err_limit("out of memory");
	v->library = OSSL_LIB_CTX_new();
	v->provider = v->library ? OSSL_PROVIDER_load(v->library, "default") : NULL;
	v->ctx = EVP_MD_CTX_new();
	if (!v->provider || !v->ctx) {
		verifier_free(v);
		return err_limit("libcrypto's default provider does not load");
	}
	*ret_verifier = v;
	return OK;
}

void verifier_free(struct verifier *v)
{
	if (!v)
		return;
	for (size_t i = 0; i < VERIFY_KEYS; i++)
		EVP_PKEY_free(v->keys[i].key);
	EVP_MD_CTX_free(v->ctx);
	if (v->provider)
		OSSL_PROVIDER_unload(v->provider);
	OSSL_LIB_CTX_free(v->library);
	free(v);
}

uint64_t verifier_operations(const struct verifier *v)
{
	return v->operations;
}

static EVP_PKEY *key_read(struct verifier *v, const struct cert *c)
{
	const unsigned char *p = c->key.spki.p;

	if (c->key.spki.n == 0)
		return NULL;
	return d2i_PUBKEY_ex(NULL, &p, (long)c->key.spki.n, v->library, NULL);
}

/* The issuer's key, kept by the verifier; NULL where libcrypto refuses it. */
static EVP_PKEY *key_of(struct verifier *v, const struct cert *issuer)
{
	struct kept_key *place = &v->keys[issuer->key_id[0] % VERIFY_KEYS];

	if (place->key && memcmp(place->id, issuer->key_id, ID_SIZE) == 0)
		return place->key;
	EVP_PKEY_free(place->key);
	place->key = key_read(v, issuer);
	memcpy(place->id, issuer->key_id, ID_SIZE);
	return place->key;
}

static const char *digest_name(uint8_t digest)
{
	static const char *const names[SIG_DIGEST_MAX] = {
	    [SIG_DIGEST_MD5] = "MD5",
	    [SIG_DIGEST_SHA1] = "SHA1",
	    [SIG_DIGEST_SHA224] = "SHA224",
	    [SIG_DIGEST_SHA256] = "SHA256",
	    [SIG_DIGEST_SHA384] = "SHA384",
	    [SIG_DIGEST_SHA512] = "SHA512",
	    [SIG_DIGEST_SHA3_256] = "SHA3-256",
	    [SIG_DIGEST_SHA3_384] = "SHA3-384",
	    [SIG_DIGEST_SHA3_512] = "SHA3-512",
	};

	return names[digest]; /* NULL: MD2 and MD4 are not in the default provider */
}

static bool set_pss(EVP_PKEY_CTX *ctx, const struct sigalg *alg)
{
	const char *mgf = digest_name(alg->mgf_digest);

	return mgf && EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PSS_PADDING) > 0 &&
	       EVP_PKEY_CTX_set_rsa_mgf1_md_name(ctx, mgf, NULL) > 0 &&
	       EVP_PKEY_CTX_set_rsa_pss_saltlen(ctx, (int)alg->salt_n) > 0;
}

static enum signed_by check_with(
    struct verifier *v, const struct sigalg *alg, EVP_PKEY *key, const struct cert *child)
{
	const char *digest = digest_name(alg->digest);
	EVP_PKEY_CTX *ctx = NULL;

	if (!digest && alg->key_type != KEY_TYPE_ED25519 && alg->key_type != KEY_TYPE_ED448)
		return SIGNED_UNKNOWN;
	EVP_MD_CTX_reset(v->ctx);
	if (EVP_DigestVerifyInit_ex(v->ctx, &ctx, digest, v->library, NULL, key, NULL) <= 0)
		return SIGNED_UNKNOWN;
	if (alg->pss && !set_pss(ctx, alg))
		return SIGNED_UNKNOWN;
	v->operations++;
	return EVP_DigestVerify(
		   v->ctx, child->signature.p, child->signature.n, child->tbs.p, child->tbs.n) == 1
		   ? SIGNED_YES
		   : SIGNED_NO;
}

static enum signed_by check(struct verifier *v, const struct cert *child, const struct cert *issuer)
{
	struct sigalg alg;
	EVP_PKEY *key;
	enum signed_by answer = SIGNED_UNKNOWN;

	if (child->tbs.n == 0 || child->signature.n == 0 || !sigalg_parse(child->signed_with, &alg))
		return SIGNED_NO;
	if (alg.key_type == KEY_TYPE_NONE)
		return SIGNED_UNKNOWN;
	if (alg.key_type != issuer->key.type || child->flaws & FLAW_ALGORITHMS)
		return SIGNED_NO;
	ERR_set_mark();
	key = key_of(v, issuer);
	if (key)
		answer = check_with(v, &alg, key, child);
	ERR_pop_to_mark();
	return answer;
}

static bool is_answer(const struct answer *a, const struct cert *child, const struct cert *issuer)
{
	return a->used && memcmp(a->child, child->id, ID_SIZE) == 0 &&
	       memcmp(a->issuer, issuer->key_id, ID_SIZE) == 0;
}

enum signed_by verify_signed(
    struct verifier *v, const struct cert *child, const struct cert *issuer)
{
	size_t i = (child->id[0] | (size_t)child->id[1] << 8) % (VERIFY_ANSWERS / 2);
	struct answer *pair = v->answers[i], fresh;

	if (is_answer(&pair[0], child, issuer))
		return (enum signed_by)pair[0].signed_by;
	if (is_answer(&pair[1], child, issuer)) {
		fresh = pair[1];
	} else {
		fresh =
		    (struct answer){.signed_by = (uint8_t)check(v, child, issuer), .used = true};
		memcpy(fresh.child, child->id, ID_SIZE);
		memcpy(fresh.issuer, issuer->key_id, ID_SIZE);
	}
	pair[1] = pair[0];
	pair[0] = fresh;
	return (enum signed_by)fresh.signed_by;
}
