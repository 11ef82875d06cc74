#include "base/cron.h"

#include "base/time.h"
#include "lib/test.h"

static int64_t at(const char *text)
{
	int64_t ms = 0;

	if (err_is(time_parse(span_str(text), &ms)))
		printf("# no time: %s\n", text);
	return ms / 1000;
}

static struct cron parsed(const char *text)
{
	struct cron c = {0};

	CHECK(!err_is(cron_parse(span_str(text), &c)));
	return c;
}

static struct zone *system_zone(const char *name)
{
	static uint8_t bytes[65536];
	char path[128];
	struct zone *zone = NULL;
	size_t n;
	FILE *f;

	snprintf(path, sizeof(path), "/usr/share/zoneinfo/%s", name);
	f = fopen(path, "rb");
	if (!f)
		return NULL;
	n = fread(bytes, 1, sizeof(bytes), f);
	fclose(f);
	CHECK(!err_is(zone_from_file(span_of(bytes, n), &zone)));
	return zone;
}

static const char *next(const char *cron, const struct zone *zone, const char *after)
{
	static char text[TIME_TEXT_MAX];
	struct cron c = parsed(cron);
	int64_t s;

	return cron_next(&c, zone, at(after), &s) ? time_text(s, text) : "never";
}

static void the_next_time(void)
{
	static const struct {
		const char *cron, *after, *next;
	} rows[] = {
	    {"* * * * *", "2026-03-01T12:00:00Z", "2026-03-01T12:01:00Z"},
	    {"* * * * *", "2026-03-01T12:00:59Z", "2026-03-01T12:01:00Z"},
	    {"0 3 * * *", "2026-03-01T02:59:59Z", "2026-03-01T03:00:00Z"},
	    {"0 3 * * *", "2026-03-01T03:00:00Z", "2026-03-02T03:00:00Z"},
	    {"*/15 * * * *", "2026-03-01T12:46:00Z", "2026-03-01T13:00:00Z"},
	    {"5/20 * * * *", "2026-03-01T12:26:00Z", "2026-03-01T12:45:00Z"},
	    {"10-20/5,50 8,20 * * *", "2026-03-01T08:20:00Z", "2026-03-01T08:50:00Z"},
	    {"10-20/5,50 8,20 * * *", "2026-03-01T08:50:00Z", "2026-03-01T20:10:00Z"},
	    {"0 0 1 jan *", "2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z"},
	    {"0 0 * * MON-fri", "2026-11-20T12:00:00Z", "2026-11-23T00:00:00Z"},
	    {"0 0 * * 7", "2026-11-20T12:00:00Z", "2026-11-22T00:00:00Z"},
	    {"0 0 * * 0", "2026-11-20T12:00:00Z", "2026-11-22T00:00:00Z"},
	    {"0 0 13 * 5", "2026-11-10T00:00:00Z", "2026-11-13T00:00:00Z"},
	    {"0 0 13 * 5", "2026-11-13T00:00:00Z", "2026-11-20T00:00:00Z"},
	    {"0 0 */2 * 1", "2026-11-20T12:00:00Z", "2026-11-23T00:00:00Z"},
	    {"0 0 29 2 *", "2026-03-01T00:00:00Z", "2028-02-29T00:00:00Z"},
	    {"0 0 29 2 *", "2096-03-01T00:00:00Z", "2104-02-29T00:00:00Z"},
	    {"0 0 30 2 *", "2026-03-01T00:00:00Z", "never"},
	    {"0 0 31 4,6,9,11 *", "2026-03-01T00:00:00Z", "never"},
	    {"@daily", "2026-12-31T23:59:00Z", "2027-01-01T00:00:00Z"},
	    {" @Weekly ", "2026-11-20T12:00:00Z", "2026-11-22T00:00:00Z"},
	    {"@monthly", "2026-11-20T12:00:00Z", "2026-12-01T00:00:00Z"},
	    {"0 0 1 1 *", "1969-06-01T00:00:00Z", "1970-01-01T00:00:00Z"},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		CHECK_STR(next(rows[i].cron, NULL, rows[i].after), rows[i].next);
}

/* Berlin, 29 March 2026: 02:00 is 03:00. 25 October: 03:00 is 02:00. */
static void clocks_are_changed(void)
{
	static const struct {
		const char *cron, *after, *next;
	} rows[] = {
	    {"0 3 * * *", "2026-03-27T12:00:00Z", "2026-03-28T02:00:00Z"},
	    {"0 3 * * *", "2026-03-28T12:00:00Z", "2026-03-29T01:00:00Z"},
	    /* 02:30 is not: it comes at 03:30, once */
	    {"30 2 * * *", "2026-03-28T12:00:00Z", "2026-03-29T01:30:00Z"},
	    {"30 2 * * *", "2026-03-29T01:30:00Z", "2026-03-30T00:30:00Z"},
	    {"*/30 * * * *", "2026-03-29T00:30:00Z", "2026-03-29T01:00:00Z"},
	    {"*/30 * * * *", "2026-03-29T01:00:00Z", "2026-03-29T01:30:00Z"},
	    /* 02:30 is twice: a daily job is done at the first */
	    {"30 2 * * *", "2026-10-24T12:00:00Z", "2026-10-25T00:30:00Z"},
	    {"30 2 * * *", "2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z"},
	    /* and each half hour is half an hour */
	    {"*/30 * * * *", "2026-10-25T00:30:00Z", "2026-10-25T01:00:00Z"},
	    {"*/30 * * * *", "2026-10-25T01:00:00Z", "2026-10-25T01:30:00Z"},
	    {"*/30 * * * *", "2026-10-25T01:30:00Z", "2026-10-25T02:00:00Z"},
	    /* years that no table has */
	    {"0 3 * * *", "2090-07-01T12:00:00Z", "2090-07-02T01:00:00Z"},
	};
	struct zone *berlin = system_zone("Europe/Berlin");

	if (!berlin)
		SKIP("no tzdata on this machine");
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		CHECK_STR(next(rows[i].cron, berlin, rows[i].after), rows[i].next);
	zone_free(berlin);
}

/* Whatever happens to the clocks: the next time is later, and the wall shows what was asked. */
static void every_hour_of_a_year(void)
{
	static const char *const crons[] = {
	    "*/20 * * * *", "15 * * * *", "30 2 * * *", "0 0 * * *"};
	static const int at_least[] = {3 * 8760, 8760, 365, 365};
	struct zone *zone = system_zone("Australia/Lord_Howe"); /* half an hour of summer */

	if (!zone)
		SKIP("no tzdata on this machine");
	for (size_t i = 0; i < sizeof(crons) / sizeof(crons[0]); i++) {
		struct cron c = parsed(crons[i]);
		int64_t s = at("2026-01-01T00:00:00Z"), end = at("2027-01-01T00:00:00Z"), then = s;
		int n = 0;

		for (; cron_next(&c, zone, s, &then) && then < end; s = then, n++)
			if (then <= s)
				break;
		CHECK(then >= end);
		if (n < at_least[i] - 3 || n > at_least[i] + 3)
			printf("# %s: %d times\n", crons[i], n);
		CHECK(n >= at_least[i] - 3 && n <= at_least[i] + 3);
	}
	zone_free(zone);
}

static void what_is_wrong_is_pointed_at(void)
{
	static const struct {
		const char *text;
		size_t at;
	} rows[] = {
	    {"", 0},
	    {"* * * *", 7},
	    {"* * * * * *", 10},
	    {"60 * * * *", 2},
	    {"* 24 * * *", 4},
	    {"* * 0 * *", 5},
	    {"* * * foo *", 6},
	    {"* * * * 8", 9},
	    {"5- * * * *", 2},
	    {"20-10 * * * *", 5},
	    {"*/0 * * * *", 3},
	    {"1,,2 * * * *", 2},
	    {"*x * * * *", 1},
	    {"@sometimes", 0},
	    {"99999999999999999999 * * * *", 2},
	};
	struct cron c;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct err e = cron_parse(span_str(rows[i].text), &c);

		CHECK_EQ(err_class(e), ERR_INPUT);
		if (e.at != rows[i].at)
			printf("# %s\n", rows[i].text);
		CHECK_EQ(e.at, rows[i].at);
	}
}

int main(void)
{
	RUN(the_next_time);
	RUN(clocks_are_changed);
	RUN(every_hour_of_a_year);
	RUN(what_is_wrong_is_pointed_at);
	return test_done();
}
