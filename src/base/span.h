/*
 * span.h: bytes that somebody else owns, read from the front. The error sticks: a read past the end
 * gives zeros and sets `bad`, so a parser reads a whole message in the shape of its RFC and asks
 * once, with span_end() or `bad`, whether any of it was true. No read ever leaves the span.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct span {
	const uint8_t *p;
	size_t n;
	bool bad;
};

static inline struct span span_of(const void *p, size_t n)
{
	return (struct span){p, n, false};
}

static inline struct span span_str(const char *text)
{
	return span_of(text, strlen(text));
}

/* The next n bytes as a span of their own; an empty bad one where there are fewer. */
static inline struct span span_take(struct span *s, size_t n)
{
	struct span taken = {s->p, n, s->bad};

	if (s->bad || n > s->n) {
		s->bad = true;
		s->n = 0;
		return (struct span){s->p, 0, true};
	}
	if (n > 0) /* NULL + 0 is undefined in C */
		s->p += n;
	s->n -= n;
	return taken;
}

/* Big-endian unsigned of 1 to 8 bytes; 0 once bad. */
static inline uint64_t span_be(struct span *s, size_t bytes)
{
	struct span digits = span_take(s, bytes);
	uint64_t value = 0;

	for (size_t i = 0; i < digits.n; i++)
		value = value << 8 | digits.p[i];
	return value;
}

static inline uint64_t span_le(struct span *s, size_t bytes)
{
	struct span digits = span_take(s, bytes);
	uint64_t value = 0;

	for (size_t i = digits.n; i > 0; i--)
		value = value << 8 | digits.p[i - 1];
	return value;
}

static inline uint8_t span_u8(struct span *s)
{
	return (uint8_t)span_be(s, 1);
}

static inline uint16_t span_u16(struct span *s)
{
	return (uint16_t)span_be(s, 2);
}

static inline uint32_t span_u24(struct span *s)
{
	return (uint32_t)span_be(s, 3);
}

static inline uint32_t span_u32(struct span *s)
{
	return (uint32_t)span_be(s, 4);
}

static inline uint64_t span_u64(struct span *s)
{
	return span_be(s, 8);
}

/* A vector of the TLS presentation language: a length of `bytes` bytes, then so many bytes. */
static inline struct span span_vec(struct span *s, size_t bytes)
{
	return span_take(s, (size_t)span_be(s, bytes));
}

/* Nothing left over and nothing was bad: the whole message was what it said it was. */
static inline bool span_end(const struct span *s)
{
	return !s->bad && s->n == 0;
}

static inline bool span_eq(struct span a, struct span b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

static inline bool span_is(struct span s, const char *text)
{
	return span_eq(s, span_str(text));
}

static inline bool span_starts(struct span s, const char *text)
{
	size_t n = strlen(text);

	return s.n >= n && memcmp(s.p, text, n) == 0;
}

/* One line without its LF or CRLF, taken from the front; false (and nothing taken) if none is
 * whole. */
static inline bool span_line(struct span *s, struct span *ret_line)
{
	const uint8_t *lf = s->n ? memchr(s->p, '\n', s->n) : NULL;

	if (!lf)
		return false;
	*ret_line = span_take(s, (size_t)(lf - s->p));
	span_take(s, 1);
	if (ret_line->n && ret_line->p[ret_line->n - 1] == '\r')
		ret_line->n--;
	return true;
}
