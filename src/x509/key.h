/*
 * key.h: a SubjectPublicKeyInfo, read without libcrypto: which kind of key, how many bits, and what
 * is said of it. RSASSA-PSS keys are RSA here. Source: RFC 3279, RFC 5480, RFC 8410, RFC 9881.
 */
#pragma once

#include "base/span.h"

enum key_type {
	KEY_TYPE_NONE, /* not readable */
	KEY_TYPE_RSA,
	KEY_TYPE_EC,
	KEY_TYPE_ED25519,
	KEY_TYPE_ED448,
	KEY_TYPE_DSA,
	KEY_TYPE_MLDSA,
	KEY_TYPE_OTHER, /* well-formed, of an algorithm we do not know */
	KEY_TYPE_MAX,
};

enum { KEY_TEXT_MAX = 64 };

struct key {
	struct span spki; /* the whole SubjectPublicKeyInfo, header included */
	uint8_t type; /* enum key_type */
	uint16_t bits; /* of the modulus, the prime or the field; 0 where that says nothing */
	bool explicit_curve; /* EC: the curve is spelt out, so whoever made it chose it */
	bool exponent_is_one; /* RSA: every signature is its own message */
	char text[KEY_TEXT_MAX]; /* "RSA 2048", "P-256", "Ed25519", "EC 1.3.36.3" */
};

/* Reads spki (header included). A key that is malformed or unknown still gets spki and a text;
 * false only where the structure itself ends early. */
bool key_parse(struct span spki, struct key *ret_key);

/* "RSA", "EC", "Ed25519", "ML-DSA-44": its text without the size or the curve. */
const char *key_kind_text(const struct key *key);
/* All that are known by name, i = 0, 1, ...: NULL ends them. Kinds may come twice. */
const char *key_kind_name(size_t i);
const char *key_curve_name(size_t i);
