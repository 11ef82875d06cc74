/*
 * text.h: UTF-8 from strangers: read it without trusting it, and show it on a terminal without
 * obeying it. A certificate's subject may hold escape sequences; a column may hold wide and
 * combining letters.
 */
#pragma once

#include "base/buf.h"

enum { TEXT_REPLACEMENT = 0xfffd };

/* The next character of s, which is not empty; TEXT_REPLACEMENT for one malformed sequence (its
 * longest part that could have begun a character: the practice of Unicode 3.9 and of every
 * browser). */
uint32_t text_next(struct span *s);
bool text_is_utf8(struct span s);
void text_put(struct buf *b, uint32_t rune);

/* ASCII letters in lower case, whatever the locale; the rest as it is. */
static inline uint8_t text_lower(uint8_t c)
{
	return c >= 'A' && c <= 'Z' ? c | 0x20 : c;
}

/* The same but for the case of ASCII letters. */
bool text_same(struct span a, struct span b);

/* A character that a terminal would obey instead of show: C0, C1, DEL, the bidirectional
 * overrides. */
bool text_is_control(uint32_t rune);
/* Appends s with each of those and each malformed sequence replaced by U+FFFD. */
void text_safe(struct buf *b, struct span s);

/* Columns on a terminal: 0 for a combining mark, 2 for a wide character. */
unsigned text_columns(uint32_t rune);
size_t text_width(struct span s);
/* As text_safe, at most `columns` wide; what is cut ends in an ellipsis. Returns the columns
 * used. */
size_t text_clip(struct buf *b, struct span s, size_t columns);
/* As text_clip, then blanks up to `columns`. */
void text_cell(struct buf *b, struct span s, size_t columns);

/* For qsort and bsearch over texts (const char *). */
int text_cmp(const void *a, const void *b);
