/*
 * verify.h: does this key sign that certificate. The one thing that libcrypto is asked, and the one
 * that costs (30 to 100 µs): answers are kept by the digests of both certificates, keys by theirs,
 * so that a CA's own certificate is checked once however many leaves come with it.
 */
#pragma once

#include "base/err.h"
#include "x509/cert.h"

enum signed_by {
	SIGNED_NO,
	SIGNED_YES,
	SIGNED_UNKNOWN, /* libcrypto cannot check it: an algorithm or a key it does not know */
};

struct verifier;

/* Fetches what it needs at once: afterwards no file is opened. Not for two threads. */
must_use struct err verifier_new(struct verifier **ret_verifier);
void verifier_free(struct verifier *v);

/* Whether the signature over child verifies with issuer's key. Names, dates and rights are not
 * looked at. */
enum signed_by verify_signed(
    struct verifier *v, const struct cert *child, const struct cert *issuer);
/* How many public-key operations it took so far. */
uint64_t verifier_operations(const struct verifier *v);
