/*
 * time.c: the calendar, computed. A year begins in March here: so the leap day is its last, and
 * months have the lengths of one straight line, (153 m + 2) / 5 days before month m. 400 years are
 * 146097 days.
 */
#include "base/time.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	DAY_S = 86400,
	ERA_DAYS = 146097,
	ERA_YEARS = 400,
	EPOCH_DAYS = 719468 /* 0000-03-01 to 1970 */
};

/* Towards minus infinity: C's goes towards zero. */
static int64_t floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

struct civil time_civil(int64_t seconds)
{
	int64_t days = floor_div(seconds, DAY_S);
	unsigned rest = (unsigned)(seconds - days * DAY_S);
	int64_t era = floor_div(days + EPOCH_DAYS, ERA_DAYS);
	unsigned of_era = (unsigned)(days + EPOCH_DAYS - era * ERA_DAYS);
	unsigned year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
	unsigned of_year = of_era - (365 * year + year / 4 - year / 100);
	unsigned from_march = (5 * of_year + 2) / 153;
	unsigned month = from_march < 10 ? from_march + 3 : from_march - 9;

	return (struct civil){
	    .year = era * ERA_YEARS + year + (month <= 2),
	    .month = month,
	    .day = of_year - (153 * from_march + 2) / 5 + 1,
	    .hour = rest / 3600,
	    .minute = rest / 60 % 60,
	    .second = rest % 60,
	};
}

int64_t time_from_civil(const struct civil *c)
{
	int64_t year = c->year - (c->month <= 2);
	int64_t era = floor_div(year, ERA_YEARS);
	int64_t of_era = year - era * ERA_YEARS;
	int64_t from_march = (c->month + 9) % 12;
	int64_t of_year = (153 * from_march + 2) / 5 + c->day - 1;
	int64_t days =
	    era * ERA_DAYS + of_era * 365 + of_era / 4 - of_era / 100 + of_year - EPOCH_DAYS;

	return days * DAY_S + c->hour * 3600 + c->minute * 60 + c->second;
}

static unsigned days_of_month(int64_t year, unsigned month)
{
	bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

	if (month == 2)
		return leap ? 29 : 28;
	return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

bool time_is_valid(const struct civil *c)
{
	return c->month >= 1 && c->month <= 12 && c->day >= 1 &&
	       c->day <= days_of_month(c->year, c->month) && c->hour <= 23 && c->minute <= 59 &&
	       c->second <= 60;
}

static void put_digits(char *at, unsigned value, size_t n)
{
	for (; n > 0; value /= 10)
		at[--n] = (char)('0' + value % 10);
}

/* By hand, for a record has half a dozen times and printf is most of what it costs to print one. */
const char *time_text(int64_t seconds, char text[TIME_TEXT_MAX])
{
	static const char shape[] = "0000-00-00T00:00:00Z";
	struct civil c = time_civil(seconds);

	if (c.year < 0 || c.year > 9999) {
		snprintf(text, TIME_TEXT_MAX, "%04" PRId64 "-%02u-%02uT%02u:%02u:%02uZ", c.year,
		    c.month, c.day, c.hour, c.minute, c.second);
		return text;
	}
	memcpy(text, shape, sizeof(shape));
	put_digits(text, (unsigned)c.year, 4);
	put_digits(text + 5, c.month, 2);
	put_digits(text + 8, c.day, 2);
	put_digits(text + 11, c.hour, 2);
	put_digits(text + 14, c.minute, 2);
	put_digits(text + 17, c.second, 2);
	return text;
}

const char *time_text_ms(int64_t ms, char text[TIME_TEXT_MAX])
{
	int64_t seconds = floor_div(ms, 1000);
	size_t n = strlen(time_text(seconds, text));

	memcpy(text + n - 1, ".000Z", sizeof(".000Z"));
	put_digits(text + n, (unsigned)(ms - seconds * 1000), 3);
	return text;
}

const char *time_date_text(int64_t seconds, char text[TIME_TEXT_MAX])
{
	struct civil c = time_civil(seconds);

	snprintf(text, TIME_TEXT_MAX, "%04" PRId64 "-%02u-%02u", c.year, c.month, c.day);
	return text;
}

/* Exactly n digits; bad if they are not. */
static unsigned digits(struct span *s, size_t n)
{
	struct span taken = span_take(s, n);
	unsigned value = 0;

	for (size_t i = 0; i < taken.n; i++) {
		if (taken.p[i] < '0' || taken.p[i] > '9')
			s->bad = true;
		value = value * 10 + (unsigned)(taken.p[i] - '0');
	}
	return value;
}

/* Takes the character if it comes next. */
static bool comes(struct span *s, char c)
{
	bool does = s->n && s->p[0] == (uint8_t)c;

	if (does)
		span_take(s, 1);
	return does;
}

static void expect(struct span *s, char c)
{
	if (!comes(s, c))
		s->bad = true;
}

/* ".123456": milliseconds, further digits are dropped. */
static unsigned fraction_ms(struct span *s)
{
	unsigned ms = 0, unit = 100;
	size_t n = s->n;

	if (!comes(s, '.') && !comes(s, ','))
		return 0;
	for (; s->n && s->p[0] >= '0' && s->p[0] <= '9'; span_take(s, 1), unit /= 10)
		ms += unit * (unsigned)(s->p[0] - '0');
	if (n - s->n < 2)
		s->bad = true;
	return ms;
}

/* Seconds to take away; what is neither is left standing for the caller to see. */
static int64_t zone_seconds(struct span *s)
{
	bool west = s->n && s->p[0] == '-';
	unsigned hours, minutes;

	if (comes(s, 'Z') || comes(s, 'z') || (!comes(s, '+') && !comes(s, '-')))
		return 0;
	hours = digits(s, 2);
	comes(s, ':');
	minutes = digits(s, 2);
	if (hours > 23 || minutes > 59)
		s->bad = true;
	return (west ? -1 : 1) * (int64_t)(hours * 3600 + minutes * 60);
}

static unsigned time_of_day(struct span *s, struct civil *c)
{
	c->hour = digits(s, 2);
	expect(s, ':');
	c->minute = digits(s, 2);
	if (!comes(s, ':'))
		return 0;
	c->second = digits(s, 2);
	return fraction_ms(s);
}

struct err time_parse(struct span text, int64_t *ret_ms)
{
	struct span s = text;
	struct civil c = {0};
	int64_t zone = 0;
	unsigned ms = 0;

	c.year = digits(&s, 4);
	expect(&s, '-');
	c.month = digits(&s, 2);
	expect(&s, '-');
	c.day = digits(&s, 2);
	if (comes(&s, 'T') || comes(&s, 't') || comes(&s, ' ')) {
		ms = time_of_day(&s, &c);
		zone = zone_seconds(&s);
	}
	if (!span_end(&s))
		return err_input(
		    (size_t)(s.p - text.p), "not a date and time like 2026-03-01T12:00:00Z");
	if (!time_is_valid(&c))
		return err_input(0, "no such date and time");
	*ret_ms = (time_from_civil(&c) - zone) * 1000 + ms;
	return OK;
}

const char *time_duration_text(int64_t seconds, char text[TIME_TEXT_MAX])
{
	static const struct {
		int64_t seconds;
		const char *name;
	} units[] = {{DAY_S, "d"}, {3600, "h"}, {60, "min"}, {1, "s"}};
	size_t i = 0;

	while (i < 3 && llabs(seconds) < units[i].seconds)
		i++;
	snprintf(text, TIME_TEXT_MAX, "%" PRId64 " %s", seconds / units[i].seconds, units[i].name);
	return text;
}
