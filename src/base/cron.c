/*
 * cron.c: five fields become five sets of bits; the next time is looked for day by day on the wall
 * (a day that does not fit costs one look), then turned into a moment. Around a change of the clock
 * the order of wall times is not that of moments: so a few hours more than needed are looked at,
 * and the earliest moment wins.
 */
#include "base/cron.h"

#include "base/text.h"
#include "base/time.h"

enum {
	DAY_S = 86400,
	AROUND_S = 4 * 3600, /* further than any clock is set back */
	DAYS_MAX = 366 * 41, /* 29 February on a given weekday: 40 years over 2100 */
};

static const char *const months[] = {
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec", NULL};
static const char *const weekdays[] = {"sun", "mon", "tue", "wed", "thu", "fri", "sat", NULL};

static const struct range {
	unsigned min, max;
	const char *const *names; /* of min and what follows */
	const char *what;
} ranges[5] = {
    {0, 59, NULL, "a minute is a number from 0 to 59"},
    {0, 23, NULL, "an hour is a number from 0 to 23"},
    {1, 31, NULL, "a day of the month is a number from 1 to 31"},
    {1, 12, months, "a month is a number from 1 to 12, or jan to dec"},
    {0, 7, weekdays, "a day of the week is a number from 0 to 7, or sun to sat"},
};

static const struct {
	const char *name, *fields;
} shorts[] = {
    {"@hourly", "0 * * * *"},
    {"@daily", "0 0 * * *"},
    {"@midnight", "0 0 * * *"},
    {"@weekly", "0 0 * * 0"},
    {"@monthly", "0 0 1 * *"},
    {"@yearly", "0 0 1 1 *"},
    {"@annually", "0 0 1 1 *"},
};

static bool comes(struct span *s, char c)
{
	bool does = s->n && s->p[0] == (uint8_t)c;

	if (does)
		span_take(s, 1);
	return does;
}

static bool name_take(struct span *s, const struct range *range, unsigned *ret_value)
{
	for (unsigned i = 0; range->names && range->names[i]; i++) {
		if (s->n < 3 || !text_same(span_of(s->p, 3), span_str(range->names[i])))
			continue;
		span_take(s, 3);
		*ret_value = range->min + i;
		return true;
	}
	return false;
}

static bool digits_take(struct span *s, unsigned max, unsigned *ret_value)
{
	unsigned value = 0;
	size_t n = 0;

	for (; s->n && s->p[0] >= '0' && s->p[0] <= '9' && value <= max; n++)
		value = value * 10 + (unsigned)(span_u8(s) - '0');
	*ret_value = value;
	return n > 0 && value <= max;
}

static bool value_take(struct span *s, const struct range *range, unsigned *ret_value)
{
	return name_take(s, range, ret_value) ||
	       (digits_take(s, range->max, ret_value) && *ret_value >= range->min);
}

/* A star, a value, a range, each with a step if need be; false: s stands where it is wrong. */
static bool part_take(struct span *s, const struct range *range, uint64_t *bits)
{
	unsigned first = range->min, last = range->max, step = 1;
	bool open = comes(s, '*');

	if (!open) {
		if (!value_take(s, range, &first))
			return false;
		last = first;
		if (comes(s, '-') && (!value_take(s, range, &last) || last < first))
			return false;
	}
	if (comes(s, '/')) {
		if (!digits_take(s, range->max, &step) || step == 0)
			return false;
		if (last == first) /* 5/15: from 5 on */
			last = range->max;
	}
	for (unsigned i = first; i <= last; i += step)
		*bits |= UINT64_C(1) << i;
	return true;
}

static bool field_take(struct span *s, const struct range *range, uint64_t *ret_bits, bool *ret_any)
{
	uint64_t bits = 0;

	*ret_any = s->n && s->p[0] == '*';
	do {
		if (!part_take(s, range, &bits))
			return false;
	} while (comes(s, ','));
	*ret_bits = bits;
	return s->n == 0 || s->p[0] == ' ' || s->p[0] == '\t';
}

static void blanks_skip(struct span *s)
{
	while (s->n && (s->p[0] == ' ' || s->p[0] == '\t'))
		span_take(s, 1);
}

static struct err fields_parse(struct span text, struct cron *ret_cron)
{
	struct span s = text;
	uint64_t bits[5] = {0};
	bool any[5] = {0};

	for (size_t i = 0; i < 5; i++) {
		blanks_skip(&s);
		if (!s.n)
			return err_input(
			    text.n, "five fields are expected: minute, hour, day, month, weekday");
		if (!field_take(&s, &ranges[i], &bits[i], &any[i]))
			return err_input((size_t)(s.p - text.p), ranges[i].what);
	}
	blanks_skip(&s);
	if (s.n)
		return err_input((size_t)(s.p - text.p), "there are more than five fields");
	*ret_cron = (struct cron){
	    .minutes = bits[0],
	    .hours = (uint32_t)bits[1],
	    .days = (uint32_t)bits[2],
	    .months = (uint32_t)bits[3],
	    .weekdays = (uint8_t)((bits[4] | bits[4] >> 7) & 0x7f),
	    .any_hour = any[1],
	    .any_day = any[2],
	    .any_weekday = any[4],
	};
	return OK;
}

struct err cron_parse(struct span text, struct cron *ret_cron)
{
	struct span s = text;

	blanks_skip(&s);
	if (!s.n || s.p[0] != '@')
		return fields_parse(text, ret_cron);
	while (s.n && s.p[s.n - 1] == ' ')
		s.n--;
	for (size_t i = 0; i < sizeof(shorts) / sizeof(shorts[0]); i++)
		if (text_same(s, span_str(shorts[i].name)))
			return fields_parse(span_str(shorts[i].fields), ret_cron);
	return err_input(
	    (size_t)(s.p - text.p), "@hourly, @daily, @weekly, @monthly or @yearly is expected");
}

static bool has(uint64_t bits, unsigned i)
{
	return bits >> i & 1;
}

static bool day_fits(const struct cron *c, int64_t midnight_s)
{
	struct civil day = time_civil(midnight_s);
	unsigned weekday = (unsigned)(((midnight_s / DAY_S + 4) % 7 + 7) % 7);
	bool by_day = has(c->days, day.day), by_weekday = has(c->weekdays, weekday);

	if (!has(c->months, day.month))
		return false;
	if (c->any_day || c->any_weekday)
		return by_day && by_weekday;
	return by_day || by_weekday;
}

static int64_t midnight(int64_t wall_s)
{
	return wall_s - ((wall_s % DAY_S) + DAY_S) % DAY_S;
}

/* The first minute of this day, from second `from_s` of it on, that fits; -1: none. */
static int64_t minute_of_day(const struct cron *c, int64_t from_s)
{
	for (int64_t minute = (from_s + 59) / 60; minute < 24 * 60; minute++)
		if (has(c->hours, (unsigned)minute / 60) && has(c->minutes, (unsigned)minute % 60))
			return minute * 60;
	return -1;
}

/* The first time of the wall that fits, not before wall_s; false: none. */
static bool next_on_wall(const struct cron *c, int64_t wall_s, int64_t *ret_wall_s)
{
	int64_t day = midnight(wall_s), from = wall_s - day;

	for (int i = 0; i < DAYS_MAX; i++, day += DAY_S, from = 0) {
		int64_t at = day_fits(c, day) ? minute_of_day(c, from) : -1;

		if (at < 0)
			continue;
		*ret_wall_s = day + at;
		return true;
	}
	return false;
}

/* Which of the moments of a wall time counts; INT64_MAX: none after after_s. */
static int64_t moment_after(const struct cron *c, struct zone_moments m, int64_t after_s)
{
	if (m.first_s > after_s)
		return m.first_s;
	if (m.twice && c->any_hour && m.second_s > after_s)
		return m.second_s;
	return INT64_MAX;
}

bool cron_next(const struct cron *c, const struct zone *zone, int64_t after_s, int64_t *ret_next_s)
{
	int64_t wall_s = after_s + zone_offset(zone, after_s) - AROUND_S, best_s = INT64_MAX;

	while (next_on_wall(c, wall_s, &wall_s)) {
		int64_t at_s = moment_after(c, zone_moments(zone, wall_s), after_s);

		if (at_s < best_s)
			best_s = at_s;
		if (best_s != INT64_MAX && wall_s > best_s + zone_offset(zone, best_s) + AROUND_S)
			break;
		wall_s += 60;
	}
	if (best_s == INT64_MAX)
		return false;
	*ret_next_s = best_s;
	return true;
}
