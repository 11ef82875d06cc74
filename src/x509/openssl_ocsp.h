/*
 * openssl_ocsp.h: a stapled OCSP response (RFC 6960) held against the chain it came with, in the
 * words of Zeek's ocsp_status.
 */
#pragma once

#include "x509/openssl_verify.h"

/* certs in the order presented, the leaf first. Static: "good", "revoked", "unknown", or why it
 * proves nothing. */
const char *openssl_ocsp(struct openssl_verifier *v, const struct span *certs, size_t n,
    struct span response, int64_t now_s);
