/*
 * moment.c: date math as Elasticsearch has it: a beginning, then steps (+30d, -1M) and roundings
 * (/d) from left to right. Months and years go by the calendar, and end with their month where
 * it is shorter. Weeks begin on Monday.
 */
#include "query/moment.h"

#include "base/time.h"
#include "query/limits.h"

enum { MINUTE_S = 60, HOUR_S = 3600, DAY_S = 86400, WEEK_S = 7 * DAY_S };

/* Three thousand million years: no step leads out of 64 bits from there. */
static const int64_t FAR_S = 100000000000000000;

struct state {
	int64_t at_s;
	char unit; /* of the last rounding, or of the beginning */
};

/* 0: a unit of the calendar, or none. */
static int64_t unit_seconds(char unit)
{
	switch (unit) {
	case 's':
		return 1;
	case 'm':
		return MINUTE_S;
	case 'h':
	case 'H':
		return HOUR_S;
	case 'd':
		return DAY_S;
	case 'w':
		return WEEK_S;
	default:
		return 0;
	}
}

static bool is_unit(char c)
{
	return c && strchr("smhHdwMy", c);
}

static int64_t add_months(int64_t at_s, int64_t months)
{
	struct civil c = time_civil(at_s);
	int64_t whole = c.year * 12 + (int64_t)c.month - 1 + months;
	int64_t year = whole >= 0 ? whole / 12 : -((11 - whole) / 12);

	c.year = year;
	c.month = (unsigned)(whole - year * 12) + 1;
	while (c.day > 28 && !time_is_valid(&c))
		c.day--;
	return time_from_civil(&c);
}

static int64_t add(int64_t at_s, int64_t n, char unit)
{
	if (unit == 'y')
		return add_months(at_s, n * 12);
	return unit == 'M' ? add_months(at_s, n) : at_s + n * unit_seconds(unit);
}

static int64_t floor_to(int64_t value, int64_t step)
{
	int64_t rest = value % step;

	return value - (rest < 0 ? rest + step : rest);
}

static int64_t round_down(int64_t at_s, char unit)
{
	static const int64_t monday_s = 4 * DAY_S; /* 1970-01-05 */
	struct civil c;

	if (unit == 'w')
		return floor_to(at_s - monday_s, WEEK_S) + monday_s;
	if (unit != 'M' && unit != 'y')
		return floor_to(at_s, unit_seconds(unit));
	c = time_civil(at_s);
	c.day = 1;
	c.hour = c.minute = c.second = 0;
	if (unit == 'y')
		c.month = 1;
	return time_from_civil(&c);
}

static bool all_digits(struct span s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
	return s.n > 0;
}

/* Few enough of them. */
static int64_t number_of(struct span digits)
{
	int64_t n = 0;

	for (size_t i = 0; i < digits.n; i++)
		n = n * 10 + digits.p[i] - '0';
	return n;
}

/* Any 64 bits: findings hold from -2^63 on. */
static bool read_epoch(struct span s, struct state *state)
{
	uint64_t n = 0;
	bool minus;

	span_take(&s, 1);
	minus = span_starts(s, "-");
	span_take(&s, minus);
	if (!all_digits(s) || s.n > 19)
		return false;
	for (size_t i = 0; i < s.n; i++)
		n = n * 10 + s.p[i] - '0';
	if (n > (uint64_t)INT64_MAX + minus)
		return false;
	state->at_s = (int64_t)(minus ? -n : n);
	state->unit = 's';
	return true;
}

/* "2026" and "2026-03", which are no times of RFC 3339. */
static bool read_short(struct span s, struct state *state)
{
	struct span year = span_take(&s, s.n < 4 ? s.n : 4), month;
	struct civil c = {.month = 1, .day = 1};

	if (year.n != 4 || !all_digits(year))
		return false;
	c.year = number_of(year);
	state->unit = 'y';
	if (s.n) {
		if (s.n != 3 || s.p[0] != '-')
			return false;
		span_take(&s, 1);
		month = s;
		if (!all_digits(month))
			return false;
		c.month = (unsigned)number_of(month);
		state->unit = 'M';
	}
	if (!time_is_valid(&c))
		return false;
	state->at_s = time_from_civil(&c);
	return true;
}

static bool read_date(struct span s, struct state *state)
{
	enum { DATE_N = 10 }; /* "2026-03-01" */
	int64_t ms;

	if (span_starts(s, "@"))
		return read_epoch(s, state);
	if (read_short(s, state))
		return true;
	if (err_is(time_parse(s, &ms)))
		return false;
	state->at_s = floor_to(ms, 1000) / 1000;
	state->unit = s.n == DATE_N ? 'd' : 's';
	return true;
}

/* Where the date ends and math begins: after "now", or at "||". */
static size_t base_length(struct span text)
{
	size_t n = 0;

	if (span_starts(text, "now"))
		return 3;
	while (n < text.n && !(text.p[n] == '|' && n + 1 < text.n && text.p[n + 1] == '|'))
		n++;
	return n;
}

static struct err step(struct span *rest, size_t at, struct state *state)
{
	struct span sign = span_take(rest, 1), digits = *rest;
	int64_t n = 1;
	char unit;

	if (!memchr("+-/", sign.p[0], 3))
		return err_input(at, "+, - or / is expected here, as in now+30d or now/d");
	digits.n = 0;
	while (digits.n < rest->n && rest->p[digits.n] >= '0' && rest->p[digits.n] <= '9')
		digits.n++;
	if (sign.p[0] == '/' && digits.n)
		return err_input(at + 1, "a unit is expected here: y M w d h m s");
	if (digits.n)
		n = digits.n < 8 ? number_of(digits) : MOMENT_STEP_MAX + 1;
	if (n > MOMENT_STEP_MAX)
		return err_input(at + 1, "a number that is too large");
	span_take(rest, digits.n);
	unit = rest->n ? (char)rest->p[0] : 0;
	if (!is_unit(unit))
		return err_input(at + 1 + digits.n,
		    "a unit is expected here: y M w d h m s (M are months, m minutes)");
	span_take(rest, 1);
	if (sign.p[0] == '/') {
		state->at_s = round_down(state->at_s, unit);
		state->unit = unit;
	} else {
		state->at_s = add(state->at_s, sign.p[0] == '-' ? -n : n, unit);
	}
	return OK;
}

struct err moment_parse(struct span text, int64_t now_s, struct moment *ret_moment)
{
	struct state state = {now_s, 's'};
	struct span rest = text;
	struct span base = span_take(&rest, base_length(text));

	if (!span_is(base, "now") && !read_date(base, &state))
		return err_input(
		    0, "a time is expected here: 2026-03-01, 2026-03-01T12:00:00Z, now+30d");
	if (span_starts(rest, "||"))
		span_take(&rest, 2);
	if (rest.n && (state.at_s > FAR_S || state.at_s < -FAR_S))
		return err_input(0, "a time that is too far away for this");
	for (size_t n = 0; rest.n; n++) {
		struct err e;

		if (n == MOMENT_STEPS_MAX)
			return err_input(text.n - rest.n, "too many steps");
		e = step(&rest, text.n - rest.n, &state);
		if (err_is(e))
			return e;
	}
	ret_moment->from_s = state.at_s;
	ret_moment->to_s = state.at_s == INT64_MAX ? INT64_MAX : add(state.at_s, 1, state.unit);
	return OK;
}
