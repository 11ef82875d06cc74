#include "query/moment.h"

#include "base/time.h"

#include "lib/test.h"

/* 2026-11-22T03:30:15Z, a Sunday */
static const int64_t now_s = 1795318215;

static const struct {
	const char *text, *from, *to;
} cases[] = {
    {"now", "2026-11-22T03:30:15Z", "2026-11-22T03:30:16Z"},
    {"now+30d", "2026-12-22T03:30:15Z", "2026-12-22T03:30:16Z"},
    {"now-1h/d", "2026-11-22T00:00:00Z", "2026-11-23T00:00:00Z"},
    {"now/w", "2026-11-16T00:00:00Z", "2026-11-23T00:00:00Z"},
    {"now/M-1d", "2026-10-31T00:00:00Z", "2026-11-30T00:00:00Z"},
    {"now/y", "2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z"},
    {"now/h", "2026-11-22T03:00:00Z", "2026-11-22T04:00:00Z"},
    {"now+1y-2M+3w-4H+5m-6s", "2027-10-12T23:35:09Z", "2027-10-12T23:35:10Z"},
    {"now+d", "2026-11-23T03:30:15Z", "2026-11-23T03:30:16Z"},
    {"2026", "2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z"},
    {"2026-12", "2026-12-01T00:00:00Z", "2027-01-01T00:00:00Z"},
    {"2026-02-28", "2026-02-28T00:00:00Z", "2026-03-01T00:00:00Z"},
    {"2026-02-28T12:00:00+02:00", "2026-02-28T10:00:00Z", "2026-02-28T10:00:01Z"},
    {"2026-01-31||+1M", "2026-02-28T00:00:00Z", "2026-03-01T00:00:00Z"},
    {"2024-02-29||-1y/M", "2023-02-01T00:00:00Z", "2023-03-01T00:00:00Z"},
    {"2026-01-31||-2M", "2025-11-30T00:00:00Z", "2025-12-01T00:00:00Z"},
    {"@0", "1970-01-01T00:00:00Z", "1970-01-01T00:00:01Z"},
    {"@-1||/w", "1969-12-29T00:00:00Z", "1970-01-05T00:00:00Z"},
};

static void from_its_first_second_to_its_last(void)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char text[TIME_TEXT_MAX];
		struct moment m = {0};

		CHECK(!err_is(moment_parse(span_str(cases[i].text), now_s, &m)));
		if (strcmp(time_text(m.from_s, text), cases[i].from) != 0)
			printf("# %s\n", cases[i].text);
		CHECK_STR(time_text(m.from_s, text), cases[i].from);
		CHECK_STR(time_text(m.to_s, text), cases[i].to);
	}
}

static void what_is_none_is_told_where(void)
{
	static const struct {
		const char *text;
		size_t at;
	} bad[] = {
	    {"", 0},
	    {"tomorrow", 0},
	    {"2026-13", 0},
	    {"2026-02-30", 0},
	    {"26", 0},
	    {"@", 0},
	    {"@9223372036854775808", 0},
	    {"@9223372036854775807||+1s", 0},
	    {"@99999999999999999999", 0},
	    {"now30d", 3},
	    {"now+30", 6},
	    {"now+30x", 6},
	    {"now+9999999d", 4},
	    {"now+99999999999999999999d", 4},
	    {"now/3d", 4},
	    {"now+1d*", 6},
	    {"now+d+d+d+d+d+d+d+d+d", 19},
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct moment m;
		struct err e = moment_parse(span_str(bad[i].text), now_s, &m);

		CHECK_EQ(err_class(e), ERR_INPUT);
		CHECK_EQ(e.at, bad[i].at);
	}
}

int main(void)
{
	RUN(from_its_first_second_to_its_last);
	RUN(what_is_none_is_told_where);
	return test_done();
}
