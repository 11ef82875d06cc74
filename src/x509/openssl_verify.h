/*
 * openssl_verify.h: what X509_verify_cert says of a chain as it was presented, for the columns that
 * promise its words (Zeek's validation_status): first error only, no purpose, no name, no
 * revocation, at the time of the packet. Our own judgement is verdict/ and path.h. Not for two
 * threads.
 */
#pragma once

#include "base/err.h"
#include "base/span.h"

struct openssl_verifier;

struct openssl_status {
	int code; /* X509_V_ERR_... */
	const char
	    *text; /* static: "ok", "certificate has expired"; NULL: the leaf is unreadable */
};

/* roots: PEM or DER, many in one. known_intermediates: issuers met in good chains complete later
 * ones, and are tried before what the server sends, as Zeek does. */
must_use struct err openssl_verifier_new(
    struct span roots, bool known_intermediates, struct openssl_verifier **ret_verifier);
void openssl_verifier_free(struct openssl_verifier *v);

struct x509_store_st; /* libcrypto's */
struct ossl_lib_ctx_st;
struct x509_store_st *openssl_roots(const struct openssl_verifier *v);
struct ossl_lib_ctx_st *openssl_library(const struct openssl_verifier *v);

/* certs in the order presented, the leaf first. Answers are kept five minutes. */
struct openssl_status openssl_verify(
    struct openssl_verifier *v, const struct span *certs, size_t n, int64_t now_s);
