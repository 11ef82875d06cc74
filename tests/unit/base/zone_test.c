#include "base/zone.h"

#include "base/time.h"
#include "lib/test.h"

#include <dirent.h>
#include <time.h>

static const char zoneinfo[] = "/usr/share/zoneinfo";

/* A file with an empty table and this rule. */
static struct zone *ruled(const char *rule)
{
	uint8_t bytes[256] = "TZif2";
	struct zone *zone = NULL;
	size_t n = 44 + 44;

	bytes[44 - 8 - 1 + 4] = 0;
	memcpy(bytes + 44, "TZif2", 5);
	bytes[44 + 39] = 1; /* one type */
	n += 6;
	n += (size_t)snprintf((char *)bytes + n, sizeof(bytes) - n, "\n%s\n", rule);
	if (err_is(zone_from_file(span_of(bytes, n), &zone)))
		return NULL;
	return zone;
}

static int64_t at(const char *text)
{
	int64_t ms = 0;

	CHECK(!err_is(time_parse(span_str(text), &ms)));
	return ms / 1000;
}

static void fixed_distances(void)
{
	static const struct {
		const char *text;
		int32_t offset;
	} rows[] = {{"UTC", 0}, {"Z", 0}, {"+02:00", 7200}, {"-0330", -12600}, {"+14:00", 50400}};
	static const char *const bad[] = {"", "utc", "+2", "+15:00", "+02:60", "+02:00x", "Europe"};
	struct zone *zone = NULL;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		CHECK(!err_is(zone_fixed(span_str(rows[i].text), &zone)));
		CHECK_EQ(zone_offset(zone, 0), rows[i].offset);
		zone_free(zone);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		CHECK_EQ(err_class(zone_fixed(span_str(bad[i]), &zone)), ERR_INPUT);
	CHECK_EQ(zone_offset(NULL, 0), 0);
}

static void rules(void)
{
	static const struct {
		const char *rule, *time;
		int32_t offset;
	} rows[] = {
	    {"CET-1CEST,M3.5.0,M10.5.0/3", "2026-03-29T00:59:59Z", 3600},
	    {"CET-1CEST,M3.5.0,M10.5.0/3", "2026-03-29T01:00:00Z", 7200},
	    {"CET-1CEST,M3.5.0,M10.5.0/3", "2026-10-25T00:59:59Z", 7200},
	    {"CET-1CEST,M3.5.0,M10.5.0/3", "2026-10-25T01:00:00Z", 3600},
	    {"EST5EDT,M3.2.0,M11.1.0", "2026-03-08T06:59:59Z", -18000},
	    {"EST5EDT,M3.2.0,M11.1.0", "2026-03-08T07:00:00Z", -14400},
	    {"AEST-10AEDT,M10.1.0,M4.1.0/3", "2026-01-01T00:00:00Z", 39600},
	    {"AEST-10AEDT,M10.1.0,M4.1.0/3", "2026-07-01T00:00:00Z", 36000},
	    {"<+03>-3", "2026-07-01T00:00:00Z", 10800},
	    {"<-0330>3:30<-0230>,J60,J300", "2026-02-28T00:00:00Z", -12600},
	    {"<-0330>3:30<-0230>,J60,J300", "2028-03-01T12:00:00Z", -9000},
	    {"<-0330>3:30<-0230>,J60,J300", "2028-02-29T12:00:00Z", -12600},
	    {"A0B,59/0,300/0", "2028-02-29T00:00:00Z", 3600},
	    {"A0B,59/0,300/0", "2028-02-28T23:59:59Z", 0},
	};
	static const char *const bad[] = {"CET", "CET-1CEST", "CET-1CEST,M13.1.0,M10.1.0",
	    "CET-1CEST,M0.1.0,M10.1.0", "CET-1CEST,M3.5.0", "CET-1CEST,M3.5.0,M10.5.0x"};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct zone *zone = ruled(rows[i].rule);

		CHECK(zone != NULL);
		CHECK_EQ(zone_offset(zone, at(rows[i].time)), rows[i].offset);
		zone_free(zone);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct zone *zone = ruled(bad[i]);

		CHECK(zone == NULL);
		zone_free(zone);
	}
}

static void a_wall_shows_a_time_once_twice_or_not(void)
{
	struct zone *zone = ruled("CET-1CEST,M3.5.0,M10.5.0/3");
	struct zone_moments m = zone_moments(zone, at("2026-07-01T12:00:00Z"));

	CHECK(!m.twice && m.first_s == at("2026-07-01T10:00:00Z"));
	m = zone_moments(zone, at("2026-10-25T02:30:00Z"));
	CHECK(m.twice);
	CHECK_EQ(m.first_s, at("2026-10-25T00:30:00Z"));
	CHECK_EQ(m.second_s, at("2026-10-25T01:30:00Z"));
	m = zone_moments(zone, at("2026-03-29T02:30:00Z"));
	CHECK(!m.twice && m.first_s == at("2026-03-29T01:30:00Z"));
	zone_free(zone);
}

static struct zone *read_file(const char *path)
{
	static uint8_t bytes[65536];
	FILE *f = fopen(path, "rb");
	struct zone *zone = NULL;
	size_t n;

	if (!f)
		return NULL;
	n = fread(bytes, 1, sizeof(bytes), f);
	fclose(f);
	return err_is(zone_from_file(span_of(bytes, n), &zone)) ? NULL : zone;
}

/* The C library reads the same files: it must say the same, from 1900 to 2200. */
static void as_the_c_library_has_it(void)
{
	static const char *const names[] = {"Europe/Berlin", "America/New_York", "Asia/Kolkata",
	    "Australia/Lord_Howe", "Pacific/Apia", "Africa/Casablanca", "America/St_Johns",
	    "Asia/Tehran", "Antarctica/Troll", "Europe/Dublin"};
	size_t tried = 0;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		char path[128];
		struct zone *zone;
		size_t wrong = 0;

		snprintf(path, sizeof(path), "%s/%s", zoneinfo, names[i]);
		zone = read_file(path);
		if (!zone)
			continue;
		setenv("TZ", names[i], 1);
		tzset();
		for (int64_t s = at("1900-01-01T00:00:00Z"); s < at("2200-01-01T00:00:00Z");
		     s += 7 * 3600 + 1800) {
			time_t t = (time_t)s;
			struct tm tm;

			localtime_r(&t, &tm);
			if (tm.tm_gmtoff != zone_offset(zone, s) && !wrong++)
				printf("# %s at %lld: %ld, %d\n", names[i], (long long)s,
				    tm.tm_gmtoff, zone_offset(zone, s));
		}
		CHECK_EQ(wrong, 0);
		tried++;
		zone_free(zone);
	}
	if (!tried)
		SKIP("no tzdata on this machine");
}

static void no_part_of_a_file_is_a_file(void)
{
	static const uint8_t rule[] = "\nCET-1CEST,M3.5.0,M10.5.0/3\n";
	uint8_t bytes[44 + 44 + 6 + sizeof(rule)] = "TZif2";
	struct zone *zone;

	memcpy(bytes + 44, "TZif2", 5);
	bytes[44 + 39] = 1;
	memcpy(bytes + 94, rule, sizeof(rule));
	for (size_t n = 0; n < 94 + sizeof(rule) - 1; n++) {
		zone = NULL;
		CHECK(err_is(zone_from_file(span_of(bytes, n), &zone)));
	}
	CHECK(!err_is(zone_from_file(span_of(bytes, 94 + sizeof(rule) - 1), &zone)));
	zone_free(zone);
}

int main(void)
{
	RUN(fixed_distances);
	RUN(rules);
	RUN(a_wall_shows_a_time_once_twice_or_not);
	RUN(as_the_c_library_has_it);
	RUN(no_part_of_a_file_is_a_file);
	return test_done();
}
