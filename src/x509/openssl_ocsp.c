/*
 * openssl_ocsp.c: libcrypto can judge a response only at the machine's time, so the path of the
 * signer and the dates are looked at here, at the packet's, and libcrypto is left the signature.
 * The issuers that the server sent are put among the response's own certificates: that is where
 * libcrypto looks for them. The first of its answers is the one that counts.
 */
#include "x509/openssl_ocsp.h"

#include <openssl/err.h>
#include <openssl/ocsp.h>
#include <openssl/sha.h>
#include <openssl/x509_vfy.h>

struct staple {
	struct openssl_verifier *verifier;
	time_t now;
	X509 *leaf;
	X509 *issuer; /* one of the chain that has the leaf's issuer's name; NULL: none */
	STACK_OF(X509) * others;
	OCSP_RESPONSE *response;
	OCSP_BASICRESP *basic;
	X509 *signer; /* one of basic's */
	const char *status;
};

/* NULL: go on. Else why not, or the answer. */
typedef const char *staple_step(struct staple *s);

static X509 *cert_read(struct openssl_verifier *v, struct span der)
{
	const unsigned char *p = der.p;
	X509 *cert = X509_new_ex(openssl_library(v), NULL);

	if (cert && !d2i_X509(&cert, &p, (long)der.n))
		cert = NULL;
	return cert;
}

static const char *open_response(struct staple *s)
{
	int status;

	if (!s->leaf || !s->others)
		return "No certificate in opaque";
	if (!s->response)
		return "Could not parse OCSP response";
	status = OCSP_response_status(s->response);
	if (status != OCSP_RESPONSE_STATUS_SUCCESSFUL)
		return OCSP_response_status_str(status);
	s->basic = OCSP_response_get1_basic(s->response);
	return s->basic ? NULL : "Could not parse OCSP response";
}

static const char *add_issuers(struct staple *s)
{
	for (int i = 0; i < sk_X509_num(s->others); i++) {
		X509 *cert = sk_X509_value(s->others, i);

		if (!OCSP_basic_add1_cert(s->basic, cert))
			return "Could not parse OCSP response";
		if (X509_NAME_cmp(X509_get_issuer_name(s->leaf), X509_get_subject_name(cert)) == 0)
			s->issuer = cert;
	}
	return NULL;
}

/* RFC 6960 4.2.1: a responder is named, or known by the SHA-1 of its key. */
static bool is_responder(X509 *cert, const ASN1_OCTET_STRING *key, const X509_NAME *name)
{
	unsigned char digest[SHA_DIGEST_LENGTH];

	if (name)
		return X509_NAME_cmp(name, X509_get_subject_name(cert)) == 0;
	return key && ASN1_STRING_length(key) == SHA_DIGEST_LENGTH &&
	       X509_pubkey_digest(cert, EVP_sha1(), digest, NULL) &&
	       memcmp(digest, ASN1_STRING_get0_data(key), sizeof(digest)) == 0;
}

static const char *find_signer(struct staple *s)
{
	const STACK_OF(X509) *certs = OCSP_resp_get0_certs(s->basic);
	const ASN1_OCTET_STRING *key = NULL;
	const X509_NAME *name = NULL;

	if (!OCSP_resp_get0_id(s->basic, &key, &name))
		return "Could not find OCSP responder certificate";
	for (int i = 0; i < sk_X509_num(certs) && !s->signer; i++)
		if (is_responder(sk_X509_value(certs, i), key, name))
			s->signer = sk_X509_value(certs, i);
	return s->signer ? NULL : "Could not find OCSP responder certificate";
}

static const char *verify_signer(struct staple *s)
{
	X509_STORE_CTX *ctx = X509_STORE_CTX_new_ex(openssl_library(s->verifier), NULL);
	STACK_OF(X509) *certs = sk_X509_dup(OCSP_resp_get0_certs(s->basic));
	int code = X509_V_ERR_OUT_OF_MEM;

	if (ctx && certs &&
	    X509_STORE_CTX_init(ctx, openssl_roots(s->verifier), s->signer, certs)) {
		X509_STORE_CTX_set_time(ctx, X509_V_FLAG_USE_CHECK_TIME, s->now);
		X509_STORE_CTX_set_purpose(ctx, X509_PURPOSE_OCSP_HELPER);
		X509_VERIFY_PARAM_set_auth_level(X509_STORE_CTX_get0_param(ctx), 0);
		code = X509_verify_cert(ctx) == 1 ? X509_V_OK : X509_STORE_CTX_get_error(ctx);
	}
	X509_STORE_CTX_free(ctx);
	sk_X509_free(certs);
	return code == X509_V_OK ? NULL : X509_verify_cert_error_string(code);
}

static const char *verify_signature(struct staple *s)
{
	if (OCSP_basic_verify(s->basic, NULL, openssl_roots(s->verifier), OCSP_NOVERIFY) == 1)
		return NULL;
	return "OCSP response signature failure";
}

static const char *is_for_leaf(struct staple *s)
{
	OCSP_SINGLERESP *single = OCSP_resp_get0(s->basic, 0);
	ASN1_OBJECT *digest = NULL;
	OCSP_CERTID *asked, *answered;
	bool same;

	if (!s->issuer)
		return "Could not find issuer of host certificate";
	if (!single)
		return "Could not lookup OCSP response information";
	answered = (OCSP_CERTID *)OCSP_SINGLERESP_get0_id(single);
	OCSP_id_get0_info(NULL, &digest, NULL, NULL, answered);
	asked = OCSP_cert_to_id(EVP_get_digestbyobj(digest), s->leaf, s->issuer);
	same = asked && OCSP_id_cmp(asked, answered) == 0;
	OCSP_CERTID_free(asked);
	return same ? NULL : "OCSP reply is not for host certificate";
}

static const char *answer(struct staple *s)
{
	OCSP_SINGLERESP *single = OCSP_resp_get0(s->basic, 0);
	ASN1_GENERALIZEDTIME *from = NULL, *to = NULL;
	int status = OCSP_single_get0_status(single, NULL, NULL, &from, &to);

	if (status == -1)
		return "OCSP reply failed to retrieve update times";
	if (!from)
		return "OCSP reply missing thisUpdate field";
	if (!to)
		return "OCSP reply missing nextUpdate field";
	if (!ASN1_GENERALIZEDTIME_check(from))
		return "OCSP reply contains invalid thisUpdate field";
	if (!ASN1_GENERALIZEDTIME_check(to))
		return "OCSP reply contains invalid nextUpdate field";
	if (X509_cmp_time(from, &s->now) > 0)
		return "OCSP reply specifies time in future";
	if (X509_cmp_time(to, &s->now) < 0)
		return "OCSP reply expired";
	return OCSP_cert_status_str(status);
}

static staple_step *const steps[] = {
    open_response, add_issuers, find_signer, verify_signer, verify_signature, is_for_leaf, answer};

const char *openssl_ocsp(struct openssl_verifier *v, const struct span *certs, size_t n,
    struct span response, int64_t now_s)
{
	const unsigned char *p = response.p;
	struct staple s = {.verifier = v, .now = (time_t)now_s};

	ERR_set_mark();
	s.response = d2i_OCSP_RESPONSE(NULL, &p, (long)response.n);
	s.leaf = n ? cert_read(v, certs[0]) : NULL;
	s.others = sk_X509_new_null();
	for (size_t i = 1; s.others && i < n; i++) {
		X509 *cert = cert_read(v, certs[i]);

		if (cert && !sk_X509_push(s.others, cert))
			X509_free(cert);
	}
	for (size_t i = 0; !s.status && i < sizeof(steps) / sizeof(steps[0]); i++)
		s.status = steps[i](&s);
	OCSP_BASICRESP_free(s.basic);
	OCSP_RESPONSE_free(s.response);
	sk_X509_pop_free(s.others, X509_free);
	X509_free(s.leaf);
	ERR_pop_to_mark();
	return s.status;
}
