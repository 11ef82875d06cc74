/*
 * trust.h: which roots are believed, and which other certificates are known to exist. Bundles are
 * given as bytes (PEM or DER, many in one): reading files is an edge's work.
 */
#pragma once

#include "x509/cert.h"

struct trust;

must_use struct err trust_new(struct trust **ret_trust);
void trust_free(struct trust *t);
/* Adds the certificates of a bundle as roots; bad ones in it are counted and skipped. */
must_use struct err trust_add_roots(
    struct trust *t, struct span bundle, size_t *ret_added, size_t *ret_skipped);
/* A certificate that exists somewhere (the store, another endpoint): makes incomplete-chain tellable. Raises
 * the epoch if it is new and a CA. Copies. */
must_use struct err trust_add_known(struct trust *t, struct span der);
/* No root at all: trust is unknown, and no finding about issuers is made. */
bool trust_is_empty(const struct trust *t);
/* Changes whenever a root or a known issuer was added. */
uint32_t trust_epoch(const struct trust *t);
