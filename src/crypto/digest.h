/*
 * digest.h: message digests, at once or running. Algorithms are fetched from libcrypto once for the
 * whole process; any thread may call. Running out of memory here ends the process: a digest that
 * is silently wrong would be worse, it names things.
 */
#pragma once

#include "base/span.h"

enum digest_alg {
	DIGEST_MD5,
	DIGEST_SHA1,
	DIGEST_SHA256,
	DIGEST_SHA384,
	DIGEST_SHA512,
	DIGEST_ALGS,
};

enum { DIGEST_SIZE_MAX = 64, DIGEST_BLOCK_MAX = 128 };

struct evp_md_ctx_st; /* libcrypto's */

/* A running digest: init, add as often as wanted, end; init again for the next; done gives it
 * back. */
struct digest {
	struct evp_md_ctx_st *ctx; /* NULL before the first init */
	enum digest_alg alg;
};

size_t digest_size(enum digest_alg alg);
size_t digest_block(enum digest_alg alg);

/* False where this libcrypto has no such algorithm: MD5 under FIPS. */
bool digest_has(enum digest_alg alg);

/* ret has room for digest_size(alg) bytes. */
void digest_once(enum digest_alg alg, struct span data, uint8_t *ret);
void digest_sha256(struct span data, uint8_t ret[32]);
void digest_sha1(struct span data, uint8_t ret[20]);

/* d is zeroed, or was used before: its memory is kept. */
void digest_init(struct digest *d, enum digest_alg alg);
void digest_add(struct digest *d, struct span data);
void digest_end(struct digest *d, uint8_t *ret);
/* The digest of all so far, which may go on. */
void digest_peek(const struct digest *d, uint8_t *ret);
/* to becomes what from is; as with init, to keeps its memory. */
void digest_copy(struct digest *to, const struct digest *from);
void digest_done(struct digest *d);
