/*
 * bits.h: a set of small numbers, as bits. A million rows are 125 kB, so sets are joined, cut and
 * turned over in microseconds.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct bits {
	uint64_t *w;
	size_t n; /* numbers from 0 to n - 1 */
};

static inline size_t bits_words(const struct bits *b)
{
	return (b->n + 63) / 64;
}

/* All clear; false without memory. */
static inline bool bits_init(struct bits *b, size_t n)
{
	b->n = n;
	b->w = calloc(n / 64 + 1, sizeof(*b->w));
	return b->w != NULL;
}

static inline void bits_done(struct bits *b)
{
	free(b->w);
	b->w = NULL;
}

static inline bool bits_has(const struct bits *b, size_t i)
{
	return b->w[i / 64] >> i % 64 & 1;
}

static inline void bits_add(struct bits *b, size_t i)
{
	b->w[i / 64] |= (uint64_t)1 << i % 64;
}

static inline void bits_and(struct bits *b, const struct bits *with)
{
	for (size_t i = 0; i < bits_words(b); i++)
		b->w[i] &= with->w[i];
}

static inline void bits_or(struct bits *b, const struct bits *with)
{
	for (size_t i = 0; i < bits_words(b); i++)
		b->w[i] |= with->w[i];
}

static inline void bits_take_out(struct bits *b, const struct bits *those)
{
	for (size_t i = 0; i < bits_words(b); i++)
		b->w[i] &= ~those->w[i];
}

static inline void bits_clear(struct bits *b)
{
	memset(b->w, 0, bits_words(b) * sizeof(*b->w));
}

static inline void bits_fill(struct bits *b)
{
	memset(b->w, 0xff, bits_words(b) * sizeof(*b->w));
	if (b->n % 64)
		b->w[b->n / 64] = ((uint64_t)1 << b->n % 64) - 1;
}

/* false without memory. */
static inline bool bits_copy(struct bits *b, const struct bits *from)
{
	if (!bits_init(b, from->n))
		return false;
	memcpy(b->w, from->w, bits_words(b) * sizeof(*b->w));
	return true;
}

static inline size_t bits_count(const struct bits *b)
{
	size_t n = 0;

	for (size_t i = 0; i < bits_words(b); i++)
		n += (size_t)__builtin_popcountll(b->w[i]);
	return n;
}

/* The first number from *at on; false at the end. *at is the one behind it then. */
static inline bool bits_next(const struct bits *b, size_t *at, size_t *ret_i)
{
	for (size_t i = *at; i < b->n; i = (i / 64 + 1) * 64) {
		uint64_t rest = b->w[i / 64] >> i % 64;

		if (rest) {
			*ret_i = i + (size_t)__builtin_ctzll(rest);
			*at = *ret_i + 1;
			return true;
		}
	}
	*at = b->n;
	return false;
}

/* Those of the set that meet; `meets` is asked of each, rising. */
static inline void bits_keep(
    struct bits *b, bool (*meets)(const void *context, size_t i), const void *context)
{
	for (size_t w = 0; w < bits_words(b); w++) {
		uint64_t kept = 0;

		for (uint64_t rest = b->w[w]; rest; rest &= rest - 1) {
			unsigned at = (unsigned)__builtin_ctzll(rest);

			kept |= (uint64_t)meets(context, w * 64 + at) << at;
		}
		b->w[w] = kept;
	}
}
