/*
 * permute.c: an unbalanced Feistel network over a * b >= n, with cycle walking (Black and Rogaway,
 * "Ciphers with Arbitrary Finite Domains", 2002). Each round adds to one half a keyed hash of the
 * other, which can be taken away again: so the whole is one-to-one whatever the hash. The hash need
 * only look random, nobody is kept from a secret here.
 */
#include "inet/permute.h"

enum { ROUNDS = 6 };

/* splitmix64's finaliser: a bijection of 64 bits in which each input bit moves half the output. */
static uint64_t mix(uint64_t x)
{
	x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9u;
	x = (x ^ x >> 27) * 0x94d049bb133111ebu;
	return x ^ x >> 31;
}

static uint64_t root_ceil(uint64_t n)
{
	uint64_t root = 0;

	for (uint64_t bit = (uint64_t)1 << 31; bit; bit >>= 1)
		if ((root | bit) * (root | bit) < n)
			root |= bit;
	return root + 1;
}

void permute_init(struct permute *p, uint64_t n, uint64_t seed)
{
	uint64_t a = root_ceil(n);

	*p = (struct permute){.n = n, .a = a, .b = n / a + (n % a != 0)};
	if (p->b == 0)
		p->b = 1;
	p->key[0] = mix(seed + 0x9e3779b97f4a7c15u);
	p->key[1] = mix(p->key[0] ^ seed);
}

/* A keyed number below `below` from x: the high half of a product, for a division costs ten times
 * as much. */
static uint64_t hash_below(const struct permute *p, unsigned round, uint64_t x, uint64_t below)
{
	uint64_t h = mix((x ^ p->key[round & 1]) + round * 0x9e3779b97f4a7c15u);

	return (uint64_t)((unsigned __int128)h * below >> 64);
}

static uint64_t add_mod(uint64_t x, uint64_t y, uint64_t modulus)
{
	return x >= modulus - y ? x - (modulus - y) : x + y;
}

static uint64_t once(const struct permute *p, uint64_t k)
{
	uint64_t left = k % p->a;
	uint64_t right = k / p->a;

	for (unsigned round = 0; round < ROUNDS; round += 2) {
		right = add_mod(right, hash_below(p, round, left, p->b), p->b);
		left = add_mod(left, hash_below(p, round + 1, right, p->a), p->a);
	}
	return right * p->a + left;
}

static uint64_t sub_mod(uint64_t x, uint64_t y, uint64_t modulus)
{
	return x >= y ? x - y : x + (modulus - y);
}

/* The rounds of once() from the last to the first, each taken away again. */
static uint64_t once_back(const struct permute *p, uint64_t k)
{
	uint64_t left = k % p->a;
	uint64_t right = k / p->a;

	for (unsigned round = ROUNDS; round > 0; round -= 2) {
		left = sub_mod(left, hash_below(p, round - 1, right, p->a), p->a);
		right = sub_mod(right, hash_below(p, round - 2, left, p->b), p->b);
	}
	return right * p->a + left;
}

uint64_t permute_at(const struct permute *p, uint64_t k)
{
	do
		k = once(p, k);
	while (k >= p->n);
	return k;
}

uint64_t permute_find(const struct permute *p, uint64_t value)
{
	do
		value = once_back(p, value);
	while (value >= p->n);
	return value;
}
