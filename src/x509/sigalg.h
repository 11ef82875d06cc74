/*
 * sigalg.h: an AlgorithmIdentifier of a signature: its name, its digest, what kind of key it takes.
 * Source: RFC 3279, RFC 4055, RFC 5758, RFC 8410, RFC 9881; names as openssl prints them.
 */
#pragma once

#include "base/span.h"

enum sig_digest {
	SIG_DIGEST_NONE, /* unknown, or a part of the algorithm (Ed25519) */
	SIG_DIGEST_MD2,
	SIG_DIGEST_MD4,
	SIG_DIGEST_MD5,
	SIG_DIGEST_SHA1,
	SIG_DIGEST_SHA224,
	SIG_DIGEST_SHA256,
	SIG_DIGEST_SHA384,
	SIG_DIGEST_SHA512,
	SIG_DIGEST_SHA3_256,
	SIG_DIGEST_SHA3_384,
	SIG_DIGEST_SHA3_512,
	SIG_DIGEST_MAX,
};

enum { SIGALG_NAME_MAX = 48, PSS_SALT_DEFAULT = 20, PSS_SALT_MAX = 2048 };

struct sigalg {
	char name[SIGALG_NAME_MAX]; /* "sha256WithRSAEncryption"; the OID of an unknown one */
	uint8_t key_type; /* enum key_type of key.h; KEY_TYPE_NONE: unknown algorithm */
	uint8_t digest; /* enum sig_digest */
	bool pss; /* RSASSA-PSS with: */
	uint8_t mgf_digest; /* enum sig_digest */
	uint32_t salt_n; /* bytes */
};

/* Reads an AlgorithmIdentifier, header included. An unknown one gets its OID as name; false where
 * it is malformed. */
bool sigalg_parse(struct span algorithm, struct sigalg *ret_alg);
/* "SHA-1"; "" for none. */
const char *sig_digest_text(enum sig_digest digest);
