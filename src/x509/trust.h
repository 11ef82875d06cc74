/*
 * trust.h: which roots are believed, and which other certificates are known to exist. Bundles are
 * given as bytes (PEM or DER, many in one): reading files is an edge's work. It also holds what was
 * learnt of signatures (verify.h), so it belongs to one thread, const or not.
 */
#pragma once

#include "x509/cert.h"
#include "x509/verify.h"

struct trust;

must_use struct err trust_new(struct trust **ret_trust);
void trust_free(struct trust *t);
/* Adds the certificates of a bundle as roots; bad ones in it are counted and skipped, those that
 * are there already count as added. Only running out of memory fails. */
must_use struct err trust_add_roots(
    struct trust *t, struct span bundle, size_t *ret_added, size_t *ret_skipped);
/* A certificate that exists somewhere (the store, another endpoint): makes incomplete-chain
 * tellable. Raises the epoch if it is new and a CA; what is no CA, or too much (limits.h), is
 * passed over. Copies. */
must_use struct err trust_add_known(struct trust *t, struct span der);
/* No root at all: trust is unknown; of issuers nothing is said, of a self-signed leaf only that it
 * is one. */
bool trust_is_empty(const struct trust *t);
/* Changes whenever a root or a known issuer was added. */
uint32_t trust_epoch(const struct trust *t);

/* One certificate that it holds; in a list with those of the same name. */
struct trusted {
	struct cert cert;
	bool given; /* came in a bundle, not from the network */
	struct trusted *next;
};

/* The certificates that call themselves by this name, those of bundles first; NULL ends the
 * list. */
const struct trusted *trust_first(const struct trust *t, uint64_t name);
const struct trusted *trust_next(const struct trusted *c);
/* Where a path may end: a self-issued certificate of a bundle, or one whose issuer no bundle
 * has. */
bool trust_is_anchor(const struct trust *t, const struct trusted *c);
/* The anchor that this certificate is, byte for byte or by name and key; NULL: none. */
const struct trusted *trust_anchor_of(const struct trust *t, const struct cert *c);
struct verifier *trust_verifier(const struct trust *t);
