/*
 * buf.c: the one growable buffer. Growth doubles, so n bytes cost O(n); the maximum is the caller's
 * promise of how much of a hostile peer's data it will ever hold.
 */
#include "base/buf.h"

#include <stdio.h>
#include <stdlib.h>

enum { BUF_FIRST = 256 };

void buf_init(struct buf *b, size_t max)
{
	*b = (struct buf){.max = max};
}

void buf_done(struct buf *b)
{
	if (!b)
		return;
	free(b->p);
	*b = (struct buf){.max = b->max};
}

void buf_reset(struct buf *b)
{
	b->n = 0;
	b->full = false;
}

uint8_t *buf_grow(struct buf *b, size_t n)
{
	size_t cap = b->cap ? b->cap : BUF_FIRST;
	uint8_t *p;

	if (b->full || n > b->max || b->n > b->max - n) {
		b->full = true;
		return NULL;
	}
	while (cap < b->n + n)
		cap *= 2;
	if (cap > b->max)
		cap = b->max;
	p = realloc(b->p, cap);
	if (!p) {
		b->full = true;
		return NULL;
	}
	b->p = p;
	b->cap = cap;
	return p + b->n;
}

void buf_fill(struct buf *b, uint8_t byte, size_t n)
{
	uint8_t *at = n ? buf_room(b, n) : NULL;

	if (!at)
		return;
	memset(at, byte, n);
	b->n += n;
}

void buf_hex(struct buf *b, struct span s)
{
	static const char hex[] = "0123456789abcdef";
	uint8_t *at = s.n ? buf_room(b, 2 * s.n) : NULL;

	if (!at)
		return;
	for (size_t i = 0; i < s.n; i++) {
		at[2 * i] = (uint8_t)hex[s.p[i] >> 4];
		at[2 * i + 1] = (uint8_t)hex[s.p[i] & 15];
	}
	b->n += 2 * s.n;
}

void buf_printf(struct buf *b, const char *format, ...)
{
	va_list args;
	uint8_t *at;
	int n;

	va_start(args, format);
	n = vsnprintf(NULL, 0, format, args);
	va_end(args);
	at = n < 0 ? NULL : buf_room(b, (size_t)n + 1);
	if (!at)
		return;
	va_start(args, format);
	vsnprintf((char *)at, (size_t)n + 1, format, args);
	va_end(args);
	b->n += (size_t)n;
}

size_t buf_open(struct buf *b, size_t bytes)
{
	size_t mark = b->n;

	buf_be(b, 0, bytes);
	return mark;
}

void buf_close(struct buf *b, size_t mark, size_t bytes)
{
	if (!b->full)
		buf_store_be(b->p + mark, b->n - mark - bytes, bytes);
}

void buf_drop(struct buf *b, size_t n)
{
	if (n > b->n)
		n = b->n;
	if (n)
		memmove(b->p, b->p + n, b->n - n);
	b->n -= n;
}

const char *buf_text(struct buf *b)
{
	uint8_t *at = buf_room(b, 1);

	if (!at)
		return "";
	*at = 0;
	return (const char *)b->p;
}
