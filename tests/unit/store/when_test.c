#include "store/when.h"

#include "base/time.h"
#include "lib/test.h"

static int64_t at(const char *text)
{
	int64_t ms = 0;

	CHECK(!err_is(time_parse(span_str(text), &ms)));
	return ms;
}

static void due_by_cron_and_by_interval(void)
{
	struct schedule s = {.enabled = true, .when = WHEN_CRON, .cron = "0 3 * * *"};
	struct zone *zone = NULL;
	int64_t now = at("2026-11-22T12:00:00Z");

	CHECK(!err_is(zone_fixed(span_str("+02:00"), &zone)));
	CHECK_EQ(when_next(&s, NULL, 0, now), at("2026-11-23T03:00:00Z"));
	CHECK_EQ(when_next(&s, zone, 0, now), at("2026-11-23T01:00:00Z"));
	s.when = WHEN_EVERY;
	s.every_s = 3600;
	CHECK_EQ(when_next(&s, NULL, 0, now), now + 1); /* it has never been due */
	CHECK_EQ(when_next(&s, NULL, now - 1000, now), now + 3599000);
	CHECK_EQ(when_next(&s, NULL, now - 7200000, now), now + 1); /* missed: once */
	s.when = WHEN_MANUAL;
	CHECK_EQ(when_next(&s, NULL, now, now), 0);
	s.when = WHEN_CRON;
	s.enabled = false;
	CHECK_EQ(when_next(&s, NULL, now, now), 0);
	zone_free(zone);
}

static void windows(void)
{
	static const struct {
		uint16_t from, to;
		const char *time;
		bool open;
	} rows[] = {
	    {22 * 60, 6 * 60, "2026-11-22T21:59:59Z", false},
	    {22 * 60, 6 * 60, "2026-11-22T22:00:00Z", true},
	    {22 * 60, 6 * 60, "2026-11-23T05:59:59Z", true},
	    {22 * 60, 6 * 60, "2026-11-23T06:00:00Z", false},
	    {8 * 60, 17 * 60 + 30, "2026-11-23T08:00:00Z", true},
	    {8 * 60, 17 * 60 + 30, "2026-11-23T17:30:00Z", false},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct schedule s = {.has_window = true,
		    .window_from_min = rows[i].from,
		    .window_to_min = rows[i].to};

		CHECK_EQ(when_open(&s, NULL, at(rows[i].time)), rows[i].open);
		s.has_window = false;
		CHECK(when_open(&s, NULL, at(rows[i].time)));
	}
}

static void what_makes_no_sense_is_refused(void)
{
	const struct schedule bad[] = {
	    {.when = WHEN_CRON, .cron = "0 3 * *"},
	    {.when = WHEN_CRON, .cron = "0 0 30 2 *"},
	    {.when = WHEN_EVERY, .every_s = 59},
	    {.when = WHEN_EVERY, .every_s = 367 * 86400},
	    {.when = WHEN_MANUAL, .has_window = true, .window_from_min = 1440},
	    {.when = WHEN_MANUAL, .has_window = true, .window_from_min = 60, .window_to_min = 60},
	};
	const struct schedule good[] = {
	    {.when = WHEN_CRON, .cron = "@daily"},
	    {.when = WHEN_EVERY, .every_s = 60},
	    {.when = WHEN_MANUAL, .has_window = true, .window_from_min = 60},
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		CHECK_EQ(err_class(when_check(&bad[i])), ERR_INPUT);
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		CHECK(!err_is(when_check(&good[i])));
}

int main(void)
{
	RUN(due_by_cron_and_by_interval);
	RUN(windows);
	RUN(what_makes_no_sense_is_refused);
	return test_done();
}
