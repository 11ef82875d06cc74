/*
 * suites.h: the cipher suites of the IANA registry: number, name, and the kind of key that the
 * server's certificate must have for it.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

enum suite_key {
	SUITE_ANY, /* TLS 1.3: the suite says nothing of keys */
	SUITE_RSA,
	SUITE_EC, /* ECDSA, EdDSA, static ECDH */
	SUITE_DSS,
	SUITE_NONE, /* no certificate, or of another kind: anonymous, PSK, Kerberos, signals */
};

struct suite {
	uint16_t id;
	uint8_t key; /* enum suite_key */
	const char *name;
};

/* NULL: not registered (or newer than this table). */
const struct suite *suite_find(uint16_t id);
/* The k-th, in ascending order; NULL after the last. */
const struct suite *suite_at(size_t k);
