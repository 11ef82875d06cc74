/*
 * hash.h: FNV-1a over what was stored the last time, so that what has not changed is not written
 * again. Kept in the tables: the sum of a row must not change between versions without need. Not
 * against an adversary: the worst it can do is to keep its own old findings.
 */
#pragma once

#include "base/span.h"
#include "observe/chain.h"

static const uint64_t HASH_START = 0xcbf29ce484222325;

static inline uint64_t hash_bytes(uint64_t h, struct span s)
{
	for (size_t i = 0; i < s.n; i++)
		h = (h ^ s.p[i]) * 0x100000001b3;
	return h;
}

static inline uint64_t hash_int(uint64_t h, uint64_t value)
{
	for (int i = 0; i < 8; i++)
		h = (h ^ (value >> (8 * i) & 0xff)) * 0x100000001b3;
	return h;
}

/* With its end, so that "ab","c" is not "a","bc". */
static inline uint64_t hash_text(uint64_t h, const char *text)
{
	return hash_int(hash_bytes(h, span_str(text)), 0);
}

static inline uint64_t hash_findings(uint64_t h, const struct finding *findings, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		h = hash_int(h, findings[i].id);
		h = hash_int(h, findings[i].severity);
		h = hash_int(h, (uint64_t)findings[i].since_s);
		h = hash_int(h, (uint64_t)findings[i].until_s);
		h = hash_text(h, findings[i].evidence);
	}
	return h;
}
