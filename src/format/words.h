/*
 * words.h: small things said the same way everywhere: grouped numbers, how long until a date, the
 * colour of a severity.
 */
#pragma once

#include "base/buf.h"
#include "base/time.h"
#include "format/style.h"

enum { NUMBER_TEXT_MAX = 32 };

/* "1,234,567". Returns text. */
const char *number_text(uint64_t n, char text[NUMBER_TEXT_MAX]);
/* "in 12 d", "3 h ago". Returns text. */
const char *until_text(int64_t at_s, int64_t now_s, char text[TIME_TEXT_MAX]);
/* How long something took: "12 s", "1:12 min", "2:05:00 h". Returns text. */
const char *took_text(uint64_t seconds, char text[TIME_TEXT_MAX]);
/* "1 endpoint", "1,234 endpoints". */
void put_count(struct buf *out, uint64_t n, const char *one, const char *many);

/* An escape sequence, or "" where the style has no colours. */
const char *colour_of(const struct style *style, uint8_t severity);
const char *colour_bold(const struct style *style);
const char *colour_off(const struct style *style);
