/*
 * policy.h: what is allowed here: versions, ciphers, groups, hashes, keys. It decides old-protocol,
 * weak-cipher, weak-signature and weak-key, and nothing else. The default is what browsers do.
 *
 * A list is text as its file has it: patterns of IANA's names, the last one that matches decides:
 * "*, !*_RC4_*" is everything but RC4, "TLS 1.3" nothing but that. `*` stands for any letters; case
 * does not matter.
 */
#pragma once

#include "base/buf.h"
#include "base/err.h"

enum policy_list {
	POLICY_VERSIONS, /* "TLS 1.2" */
	POLICY_CIPHERS, /* "TLS_AES_128_GCM_SHA256" */
	POLICY_GROUPS, /* of the key agreement: "x25519" */
	POLICY_HASHES, /* of certificate signatures: "SHA-256" */
	POLICY_KEY_TYPES, /* of certificates: "RSA", "EC" */
	POLICY_CURVES, /* of EC keys in certificates: "P-256" */
	POLICY_LISTS,
};

enum { POLICY_LIST_MAX = 4096 }; /* a hundred cipher suites by name */

struct policy {
	uint32_t rsa_bits, dsa_bits, ec_bits; /* below which a key is weak */
	char lists[POLICY_LISTS][POLICY_LIST_MAX]; /* each terminated */
};

extern const struct policy policy_default;

/*
 * Reads a file's text: lines of `key = value, value`, # for comments; a line that begins with a
 * blank goes on with the one before. What is not said stays as in the default. ERR_INPUT, with the
 * line in `at` and the sentence for the user in message, for a key or a name that does not exist: a
 * list that allows nothing because of a slip would be an alert for everything.
 */
must_use struct err policy_parse(struct span text, struct policy *ret_policy, struct buf *message);

/* No policy (NULL) is the default one. */
bool policy_allows(const struct policy *p, enum policy_list list, const char *name);
/* The same for any list of patterns. */
bool policy_match(const char *patterns, const char *name);
