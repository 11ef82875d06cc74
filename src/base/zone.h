/*
 * zone.h: what the clock on a wall shows: a fixed distance from UTC, or a place's rules as they
 * stand in the system's time zone files (TZif, RFC 9636, with the rule for the years after its
 * table). Reading the file is the business of net/zonefile.
 */
#pragma once

#include "base/err.h"
#include "base/span.h"

struct zone;

/* "UTC", "Z", "+02:00", "-0330". ERR_INPUT where it is none of those: the name of a place. NULL is
 * UTC, too, for all that takes a zone. */
must_use struct err zone_fixed(struct span text, struct zone **ret_zone);
/* The contents of a TZif file. */
must_use struct err zone_from_file(struct span bytes, struct zone **ret_zone);
void zone_free(struct zone *zone);

/* Seconds that the wall clock is ahead of UTC at that moment. */
int32_t zone_offset(const struct zone *zone, int64_t utc_s);

/* Moments at which the wall shows this time, given as if it were UTC: one, two where the clock was
 * set back in between; where it was set forward over it, none in truth, and the moment at which it
 * would have come is given. */
struct zone_moments {
	int64_t first_s, second_s;
	bool twice;
};

struct zone_moments zone_moments(const struct zone *zone, int64_t wall_s);
