/*
 * zone.c: TZif (RFC 9636 3): a table of moments from which on another offset holds, and behind it a
 * rule in POSIX words ("CET-1CEST,M3.5.0,M10.5.0/3") for all that comes after. Files have the table
 * twice, with 4-byte times for old readers and with 8-byte ones; the first is skipped where there
 * is a second. Leap seconds are left out, as every system clock does.
 */
#include "base/zone.h"

#include "base/time.h"

#include <stdlib.h>

enum {
	DAY_S = 86400,
	TRANSITIONS_MAX = 4096, /* real ones have 300; two a year for two thousand years */
	TYPES_MAX = 256,
};

/* A day of the year on which the clock is changed. */
struct turn {
	enum { TURN_JULIAN, TURN_DAY, TURN_WEEK } kind; /* J60, 59, M3.5.0 */
	int32_t day; /* of the first two */
	uint32_t month, week, weekday;
	int32_t at_s; /* of the wall, from that day's midnight; may be outside of it */
};

struct zone {
	int32_t first_s; /* before the table */
	size_t n;
	int64_t *at_s;
	int32_t *offset_s; /* from then on */
	bool has_rule; /* after the table */
	bool has_summer;
	int32_t standard_s, summer_s;
	struct turn begin, end; /* of summer time */
};

void zone_free(struct zone *zone)
{
	if (!zone)
		return;
	free(zone->at_s);
	free(zone->offset_s);
	free(zone);
}

/* Texts. */

static bool comes(struct span *s, char c)
{
	bool does = s->n && s->p[0] == (uint8_t)c;

	if (does)
		span_take(s, 1);
	return does;
}

/* At least one digit, at most `max` in value. */
static uint32_t number(struct span *s, uint32_t max)
{
	uint32_t value = 0;
	size_t n = 0;

	for (; s->n && s->p[0] >= '0' && s->p[0] <= '9' && n < 4; n++)
		value = value * 10 + (uint32_t)(span_u8(s) - '0');
	if (n == 0 || value > max)
		s->bad = true;
	return value;
}

static uint32_t two_digits(struct span *s, uint32_t max)
{
	struct span digits = span_take(s, 2);
	uint32_t value = number(&digits, max);

	if (!span_end(&digits))
		s->bad = true;
	return value;
}

struct err zone_fixed(struct span text, struct zone **ret_zone)
{
	struct span s = text;
	bool west = text.n && text.p[0] == '-';
	struct zone *zone;
	int32_t offset = 0;

	if (!span_is(text, "UTC") && !span_is(text, "Z")) {
		if (!comes(&s, '+') && !comes(&s, '-'))
			return err_input(0, "UTC, or a distance from it like +02:00");
		offset = (int32_t)two_digits(&s, 14) * 3600;
		comes(&s, ':');
		offset += (int32_t)two_digits(&s, 59) * 60;
		if (!span_end(&s))
			return err_input(0, "UTC, or a distance from it like +02:00");
	}
	zone = calloc(1, sizeof(*zone));
	if (!zone)
		return err_limit("no memory for a time zone");
	zone->first_s = west ? -offset : offset;
	*ret_zone = zone;
	return OK;
}

/* The rule. */

/* "CEST", "<+03>" */
static void skip_name(struct span *s)
{
	if (comes(s, '<')) {
		while (s->n && s->p[0] != '>')
			span_take(s, 1);
		span_take(s, 1);
		return;
	}
	while (s->n && ((s->p[0] | 0x20) >= 'a' && (s->p[0] | 0x20) <= 'z'))
		span_take(s, 1);
}

/* "-1", "3:30", "167:59:59" */
static int32_t clock_time(struct span *s)
{
	bool minus = s->n && s->p[0] == '-';
	int32_t seconds;

	if (!comes(s, '-'))
		comes(s, '+');
	seconds = (int32_t)number(s, 167) * 3600;
	if (comes(s, ':'))
		seconds += (int32_t)number(s, 59) * 60;
	if (comes(s, ':'))
		seconds += (int32_t)number(s, 59);
	return minus ? -seconds : seconds;
}

static void expect(struct span *s, char c)
{
	if (!comes(s, c))
		s->bad = true;
}

static struct turn turn_read(struct span *s)
{
	struct turn turn = {.kind = TURN_DAY, .at_s = 2 * 3600};

	expect(s, ',');
	if (comes(s, 'M')) {
		turn.kind = TURN_WEEK;
		turn.month = number(s, 12);
		expect(s, '.');
		turn.week = number(s, 5);
		expect(s, '.');
		turn.weekday = number(s, 6);
		if (turn.month == 0 || turn.week == 0)
			s->bad = true;
	} else {
		if (comes(s, 'J'))
			turn.kind = TURN_JULIAN;
		turn.day = (int32_t)number(s, 365);
	}
	if (comes(s, '/'))
		turn.at_s = clock_time(s);
	return turn;
}

/* POSIX counts hours to the west. */
static void rule_read(struct span *s, struct zone *zone)
{
	skip_name(s);
	zone->standard_s = -clock_time(s);
	zone->has_rule = true;
	if (s->n == 0)
		return;
	skip_name(s);
	zone->summer_s = zone->standard_s + 3600;
	if (s->n && s->p[0] != ',')
		zone->summer_s = -clock_time(s);
	zone->begin = turn_read(s);
	zone->end = turn_read(s);
	zone->has_summer = true;
}

/* Midnight of that day, as if the wall were UTC. */
static int64_t turn_day(const struct turn *turn, int64_t year)
{
	struct civil first = {
	    .year = year, .month = turn->kind == TURN_WEEK ? turn->month : 1, .day = 1};
	struct civil march = {.year = year, .month = 3, .day = 1};
	int64_t start = time_from_civil(&first), day, weekday;

	if (turn->kind != TURN_WEEK) {
		bool leap = time_from_civil(&march) - start == 60 * DAY_S;
		bool skips = turn->kind == TURN_JULIAN && (!leap || turn->day < 60);

		return start + (turn->day - (turn->kind == TURN_JULIAN && skips)) * DAY_S;
	}
	weekday = ((start / DAY_S + 4) % 7 + 7) % 7;
	day = start + (turn->weekday + 7 - weekday) % 7 * DAY_S + (turn->week - 1) * 7 * DAY_S;
	if (time_civil(day).month != turn->month) /* the fifth is the last */
		day -= 7 * DAY_S;
	return day;
}

static int32_t rule_offset(const struct zone *zone, int64_t utc_s)
{
	int64_t year, begin, end;

	if (!zone->has_summer)
		return zone->standard_s;
	year = time_civil(utc_s + zone->standard_s).year;
	begin = turn_day(&zone->begin, year) + zone->begin.at_s - zone->standard_s;
	end = turn_day(&zone->end, year) + zone->end.at_s - zone->summer_s;
	if (begin < end)
		return utc_s >= begin && utc_s < end ? zone->summer_s : zone->standard_s;
	return utc_s >= end && utc_s < begin ? zone->standard_s : zone->summer_s;
}

/* The file. */

struct tzif {
	uint8_t version;
	uint32_t n_ut, n_standard, n_leap, n_times, n_types, n_chars;
};

static struct tzif header_read(struct span *s)
{
	struct tzif h = {0};
	struct span magic = span_take(s, 4);

	h.version = span_u8(s);
	span_take(s, 15);
	h.n_ut = span_u32(s);
	h.n_standard = span_u32(s);
	h.n_leap = span_u32(s);
	h.n_times = span_u32(s);
	h.n_types = span_u32(s);
	h.n_chars = span_u32(s);
	if (!span_is(magic, "TZif") || h.n_times > TRANSITIONS_MAX || h.n_types > TYPES_MAX)
		s->bad = true;
	return h;
}

static void table_skip(struct span *s, const struct tzif *h)
{
	span_take(s, (size_t)h->n_times * 5 + (size_t)h->n_types * 6 + h->n_chars +
			 (size_t)h->n_leap * 8 + h->n_standard + h->n_ut);
}

static int64_t time_read(struct span *s, size_t bytes)
{
	return bytes == 8 ? (int64_t)span_u64(s) : (int32_t)span_u32(s);
}

/* The offset of each type; of one that is summer time nothing else is wanted. */
static void types_read(struct span *s, uint32_t n, int32_t offsets[TYPES_MAX])
{
	for (uint32_t i = 0; i < n; i++) {
		offsets[i] = (int32_t)span_u32(s);
		span_take(s, 2);
		if (offsets[i] < -DAY_S - 3600 || offsets[i] > DAY_S + 3600)
			s->bad = true;
	}
}

static struct err table_read(struct span *s, const struct tzif *h, size_t bytes, struct zone *zone)
{
	struct span times = span_take(s, h->n_times * bytes), indexes = span_take(s, h->n_times);
	int32_t offsets[TYPES_MAX] = {0};

	types_read(s, h->n_types, offsets);
	span_take(s, h->n_chars + (size_t)h->n_leap * (bytes + 4) + h->n_standard + h->n_ut);
	if (s->bad || h->n_types == 0)
		return err_input(0, "no time zone file");
	zone->first_s = offsets[0];
	zone->at_s = calloc((size_t)h->n_times + 1, sizeof(*zone->at_s));
	zone->offset_s = calloc((size_t)h->n_times + 1, sizeof(*zone->offset_s));
	if (!zone->at_s || !zone->offset_s)
		return err_limit("no memory for a time zone");
	for (uint32_t i = 0; i < h->n_times; i++) {
		uint8_t type = span_u8(&indexes);

		zone->at_s[i] = time_read(&times, bytes);
		zone->offset_s[i] = offsets[type];
		if (type >= h->n_types || (i && zone->at_s[i] <= zone->at_s[i - 1]))
			return err_input(0, "a time zone file out of order");
	}
	zone->n = h->n_times;
	return OK;
}

static struct err file_read(struct span *s, struct zone *zone)
{
	struct tzif h = header_read(s);
	struct span line;
	struct err e;

	if (s->bad)
		return err_input(0, "no time zone file");
	if (h.version == 0)
		return table_read(s, &h, 4, zone);
	table_skip(s, &h);
	h = header_read(s);
	e = s->bad ? err_input(0, "no time zone file") : table_read(s, &h, 8, zone);
	if (err_is(e))
		return e;
	if (!comes(s, '\n') || !span_line(s, &line))
		return err_input(0, "a time zone file without its last line");
	if (line.n)
		rule_read(&line, zone);
	return span_end(&line) ? OK : err_input(0, "a time zone file with a rule that is none");
}

struct err zone_from_file(struct span bytes, struct zone **ret_zone)
{
	struct zone *zone = calloc(1, sizeof(*zone));
	struct err e;

	if (!zone)
		return err_limit("no memory for a time zone");
	e = file_read(&bytes, zone);
	if (err_is(e)) {
		zone_free(zone);
		return e;
	}
	*ret_zone = zone;
	return OK;
}

/* Asking. */

int32_t zone_offset(const struct zone *zone, int64_t utc_s)
{
	size_t low = 0, high;

	if (!zone)
		return 0;
	high = zone->n;
	if (zone->has_rule && (zone->n == 0 || utc_s >= zone->at_s[zone->n - 1]))
		return rule_offset(zone, utc_s);
	while (low < high) { /* the first that is later */
		size_t middle = low + (high - low) / 2;

		if (zone->at_s[middle] <= utc_s)
			low = middle + 1;
		else
			high = middle;
	}
	return low ? zone->offset_s[low - 1] : zone->first_s;
}

/* No clock is changed twice within a day, and none by more than that. */
struct zone_moments zone_moments(const struct zone *zone, int64_t wall_s)
{
	int32_t before = zone_offset(zone, wall_s - DAY_S - DAY_S / 2);
	int32_t after = zone_offset(zone, wall_s + DAY_S + DAY_S / 2);
	int64_t old_s = wall_s - before, new_s = wall_s - after;
	bool is_old = zone_offset(zone, old_s) == before;
	bool is_new = zone_offset(zone, new_s) == after;

	if (is_old && is_new && before != after)
		return (struct zone_moments){
		    old_s < new_s ? old_s : new_s, old_s < new_s ? new_s : old_s, true};
	if (is_new && !is_old)
		return (struct zone_moments){.first_s = new_s};
	return (struct zone_moments){.first_s = old_s};
}
