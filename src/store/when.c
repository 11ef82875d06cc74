/*
 * when.c: a window is a part of the day on the wall: at the night in which the clock is changed it
 * is an hour longer or shorter. What is due outside of it waits until it opens (app/schedule.c).
 */
#include "store/when.h"

#include "base/cron.h"

enum { DAY_MIN = 24 * 60, EVERY_MIN_S = 60, EVERY_MAX_S = 366 * 86400 };

struct err when_check(const struct schedule *schedule)
{
	struct cron cron;
	int64_t next;
	struct err e = OK;

	if (schedule->when == WHEN_CRON) {
		e = cron_parse(span_str(schedule->cron), &cron);
		if (!err_is(e) && !cron_next(&cron, NULL, 0, &next))
			e = err_input(0, "there is no such day");
	}
	if (schedule->when == WHEN_EVERY &&
	    (schedule->every_s < EVERY_MIN_S || schedule->every_s > EVERY_MAX_S))
		e = err_input(0, "an interval is from a minute to a year");
	if (schedule->has_window &&
	    (schedule->window_from_min >= DAY_MIN || schedule->window_to_min >= DAY_MIN ||
		schedule->window_from_min == schedule->window_to_min))
		e = err_input(0, "a window is from one time of the day to another");
	return e;
}

int64_t when_next(
    const struct schedule *schedule, const struct zone *zone, int64_t last_ms, int64_t after_ms)
{
	int64_t every_ms = schedule->every_s * 1000, next_s;
	struct cron cron;

	if (!schedule->enabled)
		return 0;
	if (schedule->when == WHEN_EVERY)
		return last_ms && last_ms + every_ms > after_ms ? last_ms + every_ms : after_ms + 1;
	if (schedule->when != WHEN_CRON || err_is(cron_parse(span_str(schedule->cron), &cron)) ||
	    !cron_next(&cron, zone, after_ms / 1000, &next_s))
		return 0;
	return next_s * 1000;
}

bool when_open(const struct schedule *schedule, const struct zone *zone, int64_t now_ms)
{
	int64_t wall_s = now_ms / 1000 + zone_offset(zone, now_ms / 1000);
	int64_t minute = ((wall_s / 60) % DAY_MIN + DAY_MIN) % DAY_MIN;
	int64_t from = schedule->window_from_min, to = schedule->window_to_min;

	if (!schedule->has_window)
		return true;
	return from < to ? minute >= from && minute < to : minute >= from || minute < to;
}
