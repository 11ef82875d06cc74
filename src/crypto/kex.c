/*
 * kex.c: X25519 and X448 (RFC 7748) and ECDH on the NIST curves, over libcrypto's EVP. All that can
 * be kept from one agreement to the next is kept: the context, and a peer key whose public half is
 * overwritten. The peer's point is checked to lie on the curve (libcrypto does when it decodes);
 * the costly check of its order is left out: it protects a secret that we do not have.
 */
#include "crypto/kex.h"

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/obj_mac.h>
#include <openssl/param_build.h>
#include <stdlib.h>

struct kex {
	EVP_PKEY *own, *peer;
	EVP_PKEY_CTX *ctx;
	uint8_t public[KEX_PUBLIC_MAX];
	size_t n_public;
};

static const struct {
	const char *type; /* EVP's name of the key type */
	const char *curve; /* NULL: the type is the curve */
	int nid;
	size_t n_public;
} facts[KEX_GROUPS] = {
    [KEX_X25519] = {"X25519", NULL, NID_X25519, 32},
    [KEX_P256] = {"EC", "P-256", NID_X9_62_prime256v1, 65},
    [KEX_P384] = {"EC", "P-384", NID_secp384r1, 97},
    [KEX_P521] = {"EC", "P-521", NID_secp521r1, 133},
    [KEX_X448] = {"X448", NULL, NID_X448, 56},
};

static EVP_PKEY *generate(enum kex_group group)
{
	if (facts[group].curve)
		return EVP_PKEY_Q_keygen(NULL, NULL, facts[group].type, facts[group].curve);
	return EVP_PKEY_Q_keygen(NULL, NULL, facts[group].type);
}

/* secret times the generator, as an uncompressed point; 0 if secret is no number of the curve. */
static size_t point_of(int nid, const BIGNUM *secret, uint8_t public[KEX_PUBLIC_MAX])
{
	EC_GROUP *curve = EC_GROUP_new_by_curve_name(nid);
	EC_POINT *point = curve ? EC_POINT_new(curve) : NULL;
	size_t n = 0;

	if (point && BN_cmp(secret, EC_GROUP_get0_order(curve)) < 0 &&
	    EC_POINT_mul(curve, point, secret, NULL, NULL, NULL) == 1)
		n = EC_POINT_point2oct(
		    curve, point, POINT_CONVERSION_UNCOMPRESSED, public, KEX_PUBLIC_MAX, NULL);
	EC_POINT_free(point);
	EC_GROUP_free(curve);
	return n;
}

static EVP_PKEY *curve_key(enum kex_group group, struct span secret)
{
	uint8_t public[KEX_PUBLIC_MAX];
	BIGNUM *number =
	    secret.n <= KEX_SECRET_MAX ? BN_bin2bn(secret.p, (int)secret.n, NULL) : NULL;
	size_t n = number ? point_of(facts[group].nid, number, public) : 0;
	OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
	OSSL_PARAM *params = NULL;
	EVP_PKEY *key = NULL;

	if (n && build && ctx &&
	    OSSL_PARAM_BLD_push_utf8_string(
		build, OSSL_PKEY_PARAM_GROUP_NAME, facts[group].curve, 0) &&
	    OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_PRIV_KEY, number) &&
	    OSSL_PARAM_BLD_push_octet_string(build, OSSL_PKEY_PARAM_PUB_KEY, public, n))
		params = OSSL_PARAM_BLD_to_param(build);
	if (params && EVP_PKEY_fromdata_init(ctx) == 1 &&
	    EVP_PKEY_fromdata(ctx, &key, EVP_PKEY_KEYPAIR, params) != 1)
		key = NULL;
	OSSL_PARAM_free(params);
	EVP_PKEY_CTX_free(ctx);
	OSSL_PARAM_BLD_free(build);
	BN_clear_free(number);
	return key;
}

/* Takes own over, also when it fails. */
static struct err adopt(enum kex_group group, EVP_PKEY *own, struct kex **ret)
{
	struct kex *k = calloc(1, sizeof(*k));
	uint8_t *public = NULL;
	struct err e = err_bug("libcrypto cannot make a key pair");

	if (!k || !own) {
		EVP_PKEY_free(own);
		goto out;
	}
	k->own = own;
	k->n_public = EVP_PKEY_get1_encoded_public_key(own, &public);
	if (k->n_public != facts[group].n_public)
		goto out;
	memcpy(k->public, public, k->n_public);
	k->peer = EVP_PKEY_dup(own);
	k->ctx = EVP_PKEY_CTX_new_from_pkey(NULL, own, NULL);
	if (!k->peer || !k->ctx || EVP_PKEY_derive_init(k->ctx) != 1)
		goto out;
	*ret = k;
	k = NULL;
	e = OK;
out:
	OPENSSL_free(public);
	kex_free(k);
	ERR_clear_error();
	return e;
}

struct err kex_new(enum kex_group group, struct kex **ret)
{
	return adopt(group, generate(group), ret);
}

struct err kex_from(enum kex_group group, struct span secret, struct kex **ret)
{
	EVP_PKEY *own = facts[group].curve ? curve_key(group, secret)
					   : EVP_PKEY_new_raw_private_key_ex(
						 NULL, facts[group].type, NULL, secret.p, secret.n);

	return adopt(group, own, ret);
}

void kex_free(struct kex *k)
{
	if (!k)
		return;
	EVP_PKEY_CTX_free(k->ctx);
	EVP_PKEY_free(k->peer);
	EVP_PKEY_free(k->own);
	free(k);
}

struct span kex_public(const struct kex *k)
{
	return span_of(k->public, k->n_public);
}

struct err kex_agree(
    struct kex *k, struct span peer, uint8_t ret_secret[KEX_SECRET_MAX], size_t *ret_n)
{
	uint8_t secret[KEX_SECRET_MAX];
	size_t n = sizeof(secret);

	if (peer.n != k->n_public ||
	    EVP_PKEY_set1_encoded_public_key(k->peer, peer.p, peer.n) != 1 ||
	    EVP_PKEY_derive_set_peer_ex(k->ctx, k->peer, 0) != 1 ||
	    EVP_PKEY_derive(k->ctx, secret, &n) != 1) {
		ERR_clear_error();
		return err_make(ERR_PEER, 0, 0, "the server's key share is no key of its group");
	}
	memcpy(ret_secret, secret, n);
	*ret_n = n;
	return OK;
}
