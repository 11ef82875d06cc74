/*
 * kex.h: key agreement: a key pair is made once and agrees with any number of peers. Ours protect
 * no secret of ours (we finish no handshake), which is why one pair may serve a whole scan.
 */
#pragma once

#include "base/err.h"
#include "base/span.h"

enum kex_group {
	KEX_X25519,
	KEX_P256,
	KEX_P384,
	KEX_P521,
	KEX_X448,
	KEX_GROUPS,
};

enum { KEX_PUBLIC_MAX = 133, KEX_SECRET_MAX = 66 };

struct kex;

must_use struct err kex_new(enum kex_group group, struct kex **ret);
/* From a private key: the raw bytes of RFC 7748, or a big-endian number below the curve's order. */
must_use struct err kex_from(enum kex_group group, struct span secret, struct kex **ret);
void kex_free(struct kex *k);

/* As TLS writes it: raw, or an uncompressed point. Lives as long as k. */
struct span kex_public(const struct kex *k);
/* The shared secret; ERR_PEER if peer is no key of this group. One thread at a time. */
must_use struct err kex_agree(
    struct kex *k, struct span peer, uint8_t ret_secret[KEX_SECRET_MAX], size_t *ret_n);
