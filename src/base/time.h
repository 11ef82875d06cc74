/*
 * time.h: moments as numbers and as text, UTC only; it asks no clock (net/clock.h does). Seconds
 * and milliseconds count from 1970 and may be negative: certificates reach back further.
 */
#pragma once

#include "base/err.h"
#include "base/span.h"

enum { TIME_TEXT_MAX = 48 };

struct civil {
	int64_t year;
	unsigned month, day; /* from 1 */
	unsigned hour, minute, second;
};

struct civil time_civil(int64_t seconds);
/* The Gregorian calendar reaches back for ever; fields are taken as they are, 31 February is 3
 * March. */
int64_t time_from_civil(const struct civil *c);
/* A day that its month has, an hour below 24; second 60 is allowed, as in a leap second. */
bool time_is_valid(const struct civil *c);

/* RFC 3339: "2026-03-01T12:00:00Z", with milliseconds "2026-03-01T12:00:00.123Z". Return text. */
const char *time_text(int64_t seconds, char text[TIME_TEXT_MAX]);
const char *time_text_ms(int64_t ms, char text[TIME_TEXT_MAX]);
/* "2026-03-01". */
const char *time_date_text(int64_t seconds, char text[TIME_TEXT_MAX]);

/* ISO 8601 as people and tools write it: "2026-03-01", "2026-03-01T12:00[:00[.123456]]" with T or a
 * blank, then Z, +02:00, +0200 or nothing (UTC). ERR_INPUT with the offset. */
must_use struct err time_parse(struct span text, int64_t *ret_ms);

/* A length of time in its largest unit that is not below one, rounded down: "12 d", "3 h", "-45
 * s". */
const char *time_duration_text(int64_t seconds, char text[TIME_TEXT_MAX]);
