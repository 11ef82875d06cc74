/*
 * chain.h: certificates and chains by their digests, what is known of each, and the dictionary that
 * makes a chain seen again cost one hash. A certificate's id is the SHA-256 of its DER; a chain's
 * id is the SHA-256 over the ids of its certificates in the order they were presented.
 */
#pragma once

#include "base/arena.h"
#include "observe/finding.h"

enum {
	CHAIN_CERTS_MAX = 32, /* longer ones are cut and said to be: real chains have 1 to 6 */
	CHAIN_FINDINGS_MAX = 48, /* every finding of the table, at most a few twice */
};

struct digest256 {
	uint8_t b[32];
};

bool digest256_eq(const struct digest256 *a, const struct digest256 *b);
bool digest256_is_zero(const struct digest256 *d);

enum { DIGEST256_TEXT_MAX = 65 }; /* 64 hex digits, terminated */

/* Exactly 64 hex digits of either case. */
bool digest256_parse(struct span text, struct digest256 *ret_digest);
/* In lower case. Returns text. */
const char *digest256_text(const struct digest256 *d, char text[DIGEST256_TEXT_MAX]);

struct digest256 cert_id_of(struct span der);
/* 0 certificates give the zero id. */
struct digest256 chain_id_of(const struct digest256 *cert_ids, size_t n);

enum key_kind {
	KEY_NONE,
	KEY_RSA,
	KEY_EC,
	KEY_ED25519,
	KEY_ED448,
	KEY_DSA,
	KEY_MLDSA,
	KEY_OTHER,
};

/* A certificate as the store and the outputs know it. Text lives in the arena of whoever made
 * it. */
struct cert_facts {
	struct digest256 id;
	struct digest256 spki; /* SHA-256 of the SubjectPublicKeyInfo */
	int64_t not_before_s;
	int64_t not_after_s;
	const char *subject; /* RFC 4514 text; "" where empty */
	const char *subject_cn;
	const char *issuer;
	const char *issuer_cn;
	const char *serial; /* lower-case hex, as encoded (negative ones too) */
	const char *sig_alg; /* "sha256WithRSAEncryption", or an OID */
	const char *key_text; /* "RSA 2048", "P-256", "Ed25519" */
	uint8_t key_kind; /* enum key_kind */
	uint16_t key_bits;
	bool is_ca;
	bool self_issued; /* subject == issuer */
	bool self_signed; /* and the signature verifies with its own key */
	bool unparsed; /* our own walk found a flaw: fields are as far as it went */
	size_t n_sans;
	const char *const *sans; /* "www.example", "10.0.0.1", "mail:a@b", "uri:..." */
};

/* What the judge said of one chain as it was presented: facts per certificate, leaf first. */
struct chain_verdict {
	struct digest256 id;
	uint32_t trust_epoch; /* which trust bundle and known issuers it was judged with */
	bool cut; /* more may have been presented: nothing is said of missing issuers */
	size_t n_certs;
	struct span der[CHAIN_CERTS_MAX];
	const struct cert_facts *facts[CHAIN_CERTS_MAX];
	size_t n_findings;
	struct finding findings[CHAIN_FINDINGS_MAX];
};
