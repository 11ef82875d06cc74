/*
 * when.h: when a schedule is due, and whether its window is open: functions of the schedule, its
 * time zone and a moment. Times are milliseconds since the epoch.
 */
#pragma once

#include "base/zone.h"
#include "store/schedules.h"

/* ERR_INPUT with the character, where its cron line or interval is none. */
must_use struct err when_check(const struct schedule *schedule);
/* The first time after after_ms at which it is due; 0: never by itself. An interval counts from
 * `last_ms`, when it was due last (0: it is due at once). */
int64_t when_next(
    const struct schedule *schedule, const struct zone *zone, int64_t last_ms, int64_t after_ms);
/* Whether its scans may run at that moment. */
bool when_open(const struct schedule *schedule, const struct zone *zone, int64_t now_ms);
