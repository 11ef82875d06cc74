/*
 * buf.h: bytes of our own that grow at the end, up to a maximum fixed at birth. Running into it, or
 * out of memory, sets `full` and writes no more: asked once, like span's `bad`.
 */
#pragma once

#include "base/span.h"

#include <stdarg.h>

struct buf {
	uint8_t *p;
	size_t n;
	size_t cap;
	size_t max;
	bool full;
};

/* Allocates nothing until the first byte. max is in bytes. */
void buf_init(struct buf *b, size_t max);
void buf_done(struct buf *b);
/* Empty again, memory kept, `full` cleared. */
void buf_reset(struct buf *b);

/* The rest of buf_room: more memory, or NULL. */
uint8_t *buf_grow(struct buf *b, size_t n);

/* Room for n more bytes to be written by the caller (a read()); NULL when full. buf_wrote says how
 * many came. */
static inline uint8_t *buf_room(struct buf *b, size_t n)
{
	return !b->full && n <= b->cap - b->n ? b->p + b->n : buf_grow(b, n);
}

static inline void buf_wrote(struct buf *b, size_t n)
{
	b->n += n;
}

/* Inline, because nearly all that is put is short and of a length that the compiler knows. */
static inline void buf_put(struct buf *b, const void *p, size_t n)
{
	uint8_t *at = n ? buf_room(b, n) : NULL;

	if (!at)
		return;
	memcpy(at, p, n);
	b->n += n;
}

static inline void buf_str(struct buf *b, const char *text)
{
	buf_put(b, text, strlen(text));
}

static inline void buf_span(struct buf *b, struct span s)
{
	buf_put(b, s.p, s.n);
}

static inline void buf_store_be(uint8_t *at, uint64_t value, size_t bytes)
{
	for (size_t i = 0; i < bytes; i++)
		at[i] = (uint8_t)(value >> (8 * (bytes - 1 - i)));
}

static inline void buf_be(struct buf *b, uint64_t value, size_t bytes)
{
	uint8_t *at = buf_room(b, bytes);

	if (!at)
		return;
	buf_store_be(at, value, bytes);
	b->n += bytes;
}

static inline void buf_le(struct buf *b, uint64_t value, size_t bytes)
{
	uint8_t *at = buf_room(b, bytes);

	if (!at)
		return;
	for (size_t i = 0; i < bytes; i++)
		at[i] = (uint8_t)(value >> (8 * i));
	b->n += bytes;
}

void buf_fill(struct buf *b, uint8_t byte, size_t n);
/* Lower-case hex digits. */
void buf_hex(struct buf *b, struct span s);
void buf_printf(struct buf *b, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* A length field of `bytes` bytes written later: open, write the body, close with what open
 * gave. */
size_t buf_open(struct buf *b, size_t bytes);
void buf_close(struct buf *b, size_t mark, size_t bytes);

/* Drops n bytes from the front. */
void buf_drop(struct buf *b, size_t n);

static inline struct span buf_view(const struct buf *b)
{
	return span_of(b->p, b->n);
}

/* The text so far, terminated; valid until the next write. "" when full or empty. */
const char *buf_text(struct buf *b);
