/*
 * siphash.h: SipHash-2-4, the keyed hash for tables that hostile input fills: without the key
 * nobody can choose inputs that collide. Not a MAC of ours.
 */
#pragma once

#include "base/span.h"

/* The 16 random bytes come from who has them (crypto/random); tests use what they like. */
struct siphash_key {
	uint64_t k[2];
};

uint64_t siphash(const struct siphash_key *key, const void *p, size_t n);
