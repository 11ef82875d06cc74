#include "format/words.h"

#include "observe/finding.h"

#include "lib/test.h"

static void thousands_are_parted(void)
{
	char text[NUMBER_TEXT_MAX];

	CHECK_STR(number_text(0, text), "0");
	CHECK_STR(number_text(999, text), "999");
	CHECK_STR(number_text(1000, text), "1,000");
	CHECK_STR(number_text(1234567, text), "1,234,567");
	CHECK_STR(number_text(UINT64_MAX, text), "18,446,744,073,709,551,615");
}

static void before_and_after_now(void)
{
	char text[TIME_TEXT_MAX];

	CHECK_STR(until_text(1000 + 86400, 1000, text), "in 1 d");
	CHECK_STR(until_text(1000, 1000, text), "0 s ago");
	CHECK_STR(until_text(1000 - 7200, 1000, text), "2 h ago");
	CHECK_STR(until_text(INT64_MAX, -5, text), "in 106751991167300 d");
	CHECK_STR(until_text(INT64_MIN, 5, text), "106751991167300 d ago");
}

static void how_long_it_took(void)
{
	char text[TIME_TEXT_MAX];

	CHECK_STR(took_text(59, text), "59 s");
	CHECK_STR(took_text(72, text), "1:12 min");
	CHECK_STR(took_text(7500, text), "2:05:00 h");
}

static void one_is_not_many(void)
{
	struct buf out;

	buf_init(&out, 100);
	put_count(&out, 1, "host", "hosts");
	put_count(&out, 1500, "host", "hosts");
	CHECK_STR(buf_text(&out), "1 host1,500 hosts");
	buf_done(&out);
}

static void no_colours_unless_asked(void)
{
	const struct style plain = {0}, coloured = {.colour = true};

	for (uint8_t severity = 0; severity < SEVERITY_MAX; severity++)
		CHECK_STR(colour_of(&plain, severity), "");
	CHECK_STR(colour_off(&plain), "");
	CHECK_STR(colour_bold(&plain), "");
	CHECK_STR(colour_of(&coloured, SEVERITY_HIGH), "\033[31m");
	CHECK_STR(colour_of(&coloured, SEVERITY_MAX), "");
	CHECK_STR(colour_off(&coloured), "\033[0m");
}

int main(void)
{
	RUN(thousands_are_parted);
	RUN(before_and_after_now);
	RUN(how_long_it_took);
	RUN(one_is_not_many);
	RUN(no_colours_unless_asked);
	return test_done();
}
