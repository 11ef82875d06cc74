/*
 * cron.h: "0 3 * * mon-fri": when something is due, in the words of crontab(5): minute, hour, day
 * of the month, month, day of the week; lists, ranges, steps, names, 7 for Sunday, @daily and its
 * like. As there, with both days restricted either is enough.
 *
 * The times are those of a wall clock (base/zone.h). When it is set forward, what falls into the
 * hour that is not comes an hour later; when it is set back, what has a fixed hour comes at the
 * first of the two, and what runs every hour or minute goes on as time does.
 */
#pragma once

#include "base/err.h"
#include "base/span.h"
#include "base/zone.h"

struct cron {
	uint64_t minutes; /* a bit each */
	uint32_t hours, days, months; /* days and months from bit 1 */
	uint8_t weekdays; /* bit 0: Sunday */
	bool any_hour, any_day, any_weekday; /* written as a star */
};

/* ERR_INPUT with the offset. */
must_use struct err cron_parse(struct span text, struct cron *ret_cron);
/* The first moment after `after_s` (seconds since the epoch). false: never, as on 30 February. */
bool cron_next(const struct cron *c, const struct zone *zone, int64_t after_s, int64_t *ret_next_s);
