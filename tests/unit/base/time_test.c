#include "base/time.h"

#include "lib/test.h"

#include <time.h>

static void known_moments(void)
{
	static const struct {
		int64_t seconds;
		const char *text;
	} cases[] = {
	    {0, "1970-01-01T00:00:00Z"},
	    {-1, "1969-12-31T23:59:59Z"},
	    {951782400, "2000-02-29T00:00:00Z"},
	    {1000000000, "2001-09-09T01:46:40Z"},
	    {2147483648, "2038-01-19T03:14:08Z"},
	    {4107542400, "2100-03-01T00:00:00Z"},
	    {253402300799, "9999-12-31T23:59:59Z"}, /* RFC 5280 4.1.2.5: no expiry */
	    {-62135596800, "0001-01-01T00:00:00Z"},
	    {-62167219200, "0000-01-01T00:00:00Z"},
	};
	char text[TIME_TEXT_MAX];

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int64_t ms = -1;

		CHECK_STR(time_text(cases[i].seconds, text), cases[i].text);
		CHECK(!err_is(time_parse(span_str(cases[i].text), &ms)));
		CHECK_EQ(ms, cases[i].seconds * 1000);
	}
}

/* 1,000 years around the epoch in steps that meet each hour of the day, against libc. */
static void agrees_with_libc(void)
{
	unsigned wrong = 0;

	for (int64_t seconds = -15778800000; seconds < 15778800000; seconds += 86400 * 3 + 3661) {
		struct civil c = time_civil(seconds);
		time_t t = (time_t)seconds;
		struct tm tm;

		gmtime_r(&t, &tm);
		wrong += c.year != tm.tm_year + 1900 || c.month != (unsigned)tm.tm_mon + 1 ||
			 c.day != (unsigned)tm.tm_mday || c.hour != (unsigned)tm.tm_hour ||
			 c.minute != (unsigned)tm.tm_min || c.second != (unsigned)tm.tm_sec;
		wrong += time_from_civil(&c) != seconds || !time_is_valid(&c);
	}
	CHECK_EQ(wrong, 0);
}

static void milliseconds_round_down_before_1970_too(void)
{
	char text[TIME_TEXT_MAX];

	CHECK_STR(time_text_ms(1500, text), "1970-01-01T00:00:01.500Z");
	CHECK_STR(time_text_ms(7, text), "1970-01-01T00:00:00.007Z");
	CHECK_STR(time_text_ms(-1, text), "1969-12-31T23:59:59.999Z");
	CHECK_STR(time_date_text(1000000000, text), "2001-09-09");
}

static void the_forms_of_iso_8601(void)
{
	static const struct {
		const char *text;
		int64_t ms;
	} cases[] = {
	    {"1970-01-02", 86400000},
	    {"1970-01-01T01:00", 3600000},
	    {"1970-01-01 01:00:01", 3601000},
	    {"1970-01-01t00:00:00.5z", 500},
	    {"1970-01-01T00:00:00,123456789Z", 123},
	    {"1970-01-01T02:00:00+02:00", 0},
	    {"1970-01-01T02:00:00.25+0200", 250},
	    {"1969-12-31T19:30:00-04:30", 0},
	    {"1970-01-01T00:00:60Z", 60000},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int64_t ms = -1;

		CHECK(!err_is(time_parse(span_str(cases[i].text), &ms)));
		CHECK_EQ(ms, cases[i].ms);
	}
}

static void what_is_no_time_is_refused(void)
{
	static const char *const texts[] = {"", "1970", "1970-1-1", "1970-01-01T",
	    "1970-01-01T24:00:00Z", "1970-02-30", "1971-02-29", "1900-02-29", "1970-00-01",
	    "1970-13-01", "1970-01-00", "1970-04-31", "1970-01-01T00:60:00Z",
	    "1970-01-01T00:00:61Z", "1970-01-01T00:00:00.Z", "1970-01-01T00:00:00Zx",
	    "1970-01-01T00:00:00+24:00", "1970-01-01T00:00:00+1", "1970-01-01x00:00", "19a0-01-01",
	    "1970-01-01T00:00:00 Z"};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		int64_t ms = 77;

		CHECK_EQ(err_class(time_parse(span_str(texts[i]), &ms)), ERR_INPUT);
		CHECK_EQ(ms, 77);
	}
}

static void durations_use_their_largest_unit(void)
{
	char text[TIME_TEXT_MAX];

	CHECK_STR(time_duration_text(0, text), "0 s");
	CHECK_STR(time_duration_text(59, text), "59 s");
	CHECK_STR(time_duration_text(60, text), "1 min");
	CHECK_STR(time_duration_text(3 * 3600 + 1800, text), "3 h");
	CHECK_STR(time_duration_text(12 * 86400 + 7200, text), "12 d");
	CHECK_STR(time_duration_text(-45, text), "-45 s");
	CHECK_STR(time_duration_text(-2 * 86400 - 5, text), "-2 d");
}

int main(void)
{
	RUN(known_moments);
	RUN(agrees_with_libc);
	RUN(milliseconds_round_down_before_1970_too);
	RUN(the_forms_of_iso_8601);
	RUN(what_is_no_time_is_refused);
	RUN(durations_use_their_largest_unit);
	return test_done();
}
