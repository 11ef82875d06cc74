/*
 * openssl_verify.c: X509_verify_cert with as little as possible said to it. The library context is
 * our own, untouched by the machine's openssl.cnf: SHA-1 signatures verify there. The text of
 * error 18 is Zeek's since 4.2; 19 differs between OpenSSL 1.1 and 3 and is left as it comes.
 */
#include "x509/openssl_verify.h"

#include "crypto/digest.h"
#include "x509/limits.h"
#include "x509/pem.h"

#include <openssl/err.h>
#include <openssl/provider.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>
#include <stdlib.h>

enum { ID_SIZE = 32, KEEP_S = 300 };

struct kept {
	uint8_t id[ID_SIZE]; /* of the chain */
	int64_t until_s; /* 0: empty */
	uint32_t known_n; /* how many intermediates there were */
	struct openssl_status status;
};

struct intermediates {
	unsigned long subject; /* hash of the first one's subject, the leaf's issuer */
	STACK_OF(X509) * chain; /* NULL: empty */
};

struct openssl_verifier {
	OSSL_LIB_CTX *library;
	OSSL_PROVIDER *provider;
	X509_STORE *roots;
	bool use_known;
	uint32_t known_n; /* intermediates that came, gone ones too */
	struct kept kept[VERIFY_STATUSES];
	struct intermediates known[VERIFY_INTERMEDIATES];
};

static X509 *cert_read(struct openssl_verifier *v, struct span der)
{
	const unsigned char *p = der.p;
	X509 *cert = X509_new_ex(v->library, NULL);

	if (cert && !d2i_X509(&cert, &p, (long)der.n))
		cert = NULL; /* d2i freed it */
	return cert;
}

static void add_roots(struct openssl_verifier *v, struct span bundle)
{
	enum pem_found found;
	struct buf der;

	buf_init(&der, CERT_BYTES_MAX);
	while ((found = pem_next(&bundle, &der)) != PEM_END) {
		X509 *root = found == PEM_CERT ? cert_read(v, buf_view(&der)) : NULL;

		if (root)
			X509_STORE_add_cert(v->roots, root);
		X509_free(root);
	}
	buf_done(&der);
}

struct err openssl_verifier_new(
    struct span roots, bool known_intermediates, struct openssl_verifier **ret_verifier)
{
	struct openssl_verifier *v = calloc(1, sizeof(*v));

	if (!v)
		return err_limit("out of memory");
	v->use_known = known_intermediates;
	v->library = OSSL_LIB_CTX_new();
	v->provider = v->library ? OSSL_PROVIDER_load(v->library, "default") : NULL;
	v->roots = X509_STORE_new();
	if (!v->provider || !v->roots) {
		openssl_verifier_free(v);
		return err_limit("libcrypto's default provider does not load");
	}
	ERR_set_mark();
	add_roots(v, roots);
	ERR_pop_to_mark();
	*ret_verifier = v;
	return OK;
}

void openssl_verifier_free(struct openssl_verifier *v)
{
	if (!v)
		return;
	for (size_t i = 0; i < VERIFY_INTERMEDIATES; i++)
		sk_X509_pop_free(v->known[i].chain, X509_free);
	X509_STORE_free(v->roots);
	if (v->provider)
		OSSL_PROVIDER_unload(v->provider);
	OSSL_LIB_CTX_free(v->library);
	free(v);
}

X509_STORE *openssl_roots(const struct openssl_verifier *v)
{
	return v->roots;
}

OSSL_LIB_CTX *openssl_library(const struct openssl_verifier *v)
{
	return v->library;
}

static struct openssl_status status_of(int code)
{
	return (struct openssl_status){code, code == X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT
						 ? "self signed certificate"
						 : X509_verify_cert_error_string(code)};
}

static struct intermediates *known_place(struct openssl_verifier *v, unsigned long subject)
{
	return &v->known[subject % VERIFY_INTERMEDIATES];
}

static unsigned long name_hash(struct openssl_verifier *v, const X509_NAME *name)
{
	int ok = 0;
	unsigned long hash = X509_NAME_hash_ex(name, v->library, NULL, &ok);

	return ok ? hash : 0;
}

/* What stood between leaf and root in a chain that was good. */
static void keep_intermediates(struct openssl_verifier *v, X509_STORE_CTX *ctx)
{
	STACK_OF(X509) *chain = X509_STORE_CTX_get0_chain(ctx), *between;
	struct intermediates *place;
	unsigned long subject;

	if (!v->use_known || sk_X509_num(chain) <= 2)
		return;
	subject = name_hash(v, X509_get_subject_name(sk_X509_value(chain, 1)));
	place = known_place(v, subject);
	if (place->chain && place->subject == subject)
		return;
	between = sk_X509_new_null();
	for (int i = 1; between && i < sk_X509_num(chain) - 1; i++)
		if (X509_up_ref(sk_X509_value(chain, i)) &&
		    !sk_X509_push(between, sk_X509_value(chain, i)))
			X509_free(sk_X509_value(chain, i));
	sk_X509_pop_free(place->chain, X509_free);
	*place = (struct intermediates){subject, between};
	v->known_n++;
}

static int verify(struct openssl_verifier *v, X509 *leaf, STACK_OF(X509) * others, int64_t now_s)
{
	X509_STORE_CTX *ctx = X509_STORE_CTX_new_ex(v->library, NULL);
	int code = X509_V_ERR_OUT_OF_MEM;

	if (ctx && X509_STORE_CTX_init(ctx, v->roots, leaf, others)) {
		X509_STORE_CTX_set_time(ctx, X509_V_FLAG_USE_CHECK_TIME, (time_t)now_s);
		X509_VERIFY_PARAM_set_auth_level(X509_STORE_CTX_get0_param(ctx), 0);
		code = X509_verify_cert(ctx) == 1 ? X509_V_OK : X509_STORE_CTX_get_error(ctx);
		if (code == X509_V_OK)
			keep_intermediates(v, ctx);
	}
	X509_STORE_CTX_free(ctx);
	return code;
}

static bool verifies_with_known(struct openssl_verifier *v, X509 *leaf, int64_t now_s)
{
	unsigned long issuer = name_hash(v, X509_get_issuer_name(leaf));
	const struct intermediates *place = known_place(v, issuer);

	return v->use_known && place->chain && place->subject == issuer &&
	       verify(v, leaf, place->chain, now_s) == X509_V_OK;
}

static int verify_presented(
    struct openssl_verifier *v, X509 *leaf, const struct span *certs, size_t n, int64_t now_s)
{
	STACK_OF(X509) *others = sk_X509_new_null();
	int code;

	for (size_t i = 1; others && i < n; i++) {
		X509 *cert = cert_read(v, certs[i]);

		if (cert && !sk_X509_push(others, cert))
			X509_free(cert);
	}
	code = verify(v, leaf, others, now_s);
	sk_X509_pop_free(others, X509_free);
	return code;
}

static void chain_id(const struct span *certs, size_t n, uint8_t ret[ID_SIZE])
{
	struct digest d = {0};
	uint8_t one[ID_SIZE];

	digest_init(&d, DIGEST_SHA256);
	for (size_t i = 0; i < n; i++) {
		digest_sha256(certs[i], one);
		digest_add(&d, span_of(one, sizeof(one)));
	}
	digest_end(&d, ret);
	digest_done(&d);
}

/* A failure is tried again when there is a new intermediate that may mend it. */
static bool is_kept(const struct openssl_verifier *v, const struct kept *k,
    const uint8_t id[ID_SIZE], int64_t now_s)
{
	return now_s < k->until_s && now_s >= k->until_s - KEEP_S &&
	       memcmp(k->id, id, ID_SIZE) == 0 &&
	       (k->status.code == X509_V_OK || k->known_n == v->known_n);
}

struct openssl_status openssl_verify(
    struct openssl_verifier *v, const struct span *certs, size_t n, int64_t now_s)
{
	struct openssl_status status = {0, NULL};
	uint8_t id[ID_SIZE];
	struct kept *place;
	X509 *leaf;

	if (n == 0)
		return status;
	chain_id(certs, n, id);
	place = &v->kept[(id[0] | (size_t)id[1] << 8) % VERIFY_STATUSES];
	if (is_kept(v, place, id, now_s))
		return place->status;
	ERR_set_mark();
	leaf = cert_read(v, certs[0]);
	if (leaf)
		status = status_of(verifies_with_known(v, leaf, now_s)
				       ? X509_V_OK
				       : verify_presented(v, leaf, certs, n, now_s));
	X509_free(leaf);
	ERR_pop_to_mark();
	*place = (struct kept){.until_s = now_s + KEEP_S, .known_n = v->known_n, .status = status};
	memcpy(place->id, id, ID_SIZE);
	return status;
}
