/*
 * siphash.c: SipHash-2-4 of Aumasson and Bernstein ("SipHash: a fast short-input PRF", 2012), after
 * the paper: two rounds a word, four at the end, the length's low byte on top of the last word.
 */
#include "base/siphash.h"

#include <endian.h>

static inline uint64_t rotate(uint64_t x, unsigned bits)
{
	return x << bits | x >> (64 - bits);
}

static inline void round_of(uint64_t v[4])
{
	v[0] += v[1];
	v[2] += v[3];
	v[1] = rotate(v[1], 13) ^ v[0];
	v[3] = rotate(v[3], 16) ^ v[2];
	v[0] = rotate(v[0], 32);
	v[2] += v[1];
	v[0] += v[3];
	v[1] = rotate(v[1], 17) ^ v[2];
	v[3] = rotate(v[3], 21) ^ v[0];
	v[2] = rotate(v[2], 32);
}

static inline void absorb(uint64_t v[4], uint64_t word)
{
	v[3] ^= word;
	round_of(v);
	round_of(v);
	v[0] ^= word;
}

static inline uint64_t word_at(const void *p)
{
	uint64_t word;

	memcpy(&word, p, sizeof(word));
	return le64toh(word);
}

/* Of at most 7 bytes. */
static inline uint64_t tail_at(const uint8_t *p, size_t n)
{
	uint64_t tail = 0;
	uint32_t low;

	if (n >= sizeof(low)) {
		memcpy(&low, p, sizeof(low));
		tail = le32toh(low);
	}
	for (size_t i = n & 4; i < n; i++)
		tail |= (uint64_t)p[i] << 8 * i;
	return tail;
}

uint64_t siphash(const struct siphash_key *key, const void *p, size_t n)
{
	uint64_t v[4] = {key->k[0] ^ 0x736f6d6570736575u, key->k[1] ^ 0x646f72616e646f6du,
	    key->k[0] ^ 0x6c7967656e657261u, key->k[1] ^ 0x7465646279746573u};
	const uint8_t *at = p;
	size_t left = n;

	for (; left >= 8; at += 8, left -= 8)
		absorb(v, word_at(at));
	absorb(v, (uint64_t)n << 56 | tail_at(at, left));
	v[2] ^= 0xff;
	for (unsigned i = 0; i < 4; i++)
		round_of(v);
	return v[0] ^ v[1] ^ v[2] ^ v[3];
}
