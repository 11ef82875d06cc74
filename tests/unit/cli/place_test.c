#include "cli/place.h"

#include "lib/test.h"

static const struct {
	const char *text;
	bool ok;
	const char *addr;
	uint16_t port;
} cases[] = {
    {"10.0.0.1:443", true, "10.0.0.1", 443},
    {"10.0.0.1", true, "10.0.0.1", 0},
    {"[2001:db8::1]:8443", true, "2001:db8::1", 8443},
    {"[2001:db8::1]", true, "2001:db8::1", 0},
    {"2001:db8::1", true, "2001:db8::1", 0},
    {"10.0.0.1:0", false, NULL, 0},
    {"10.0.0.1:65536", false, NULL, 0},
    {"10.0.0.1:443x", false, NULL, 0},
    {"[::1]x", false, NULL, 0},
    {"[::1", false, NULL, 0},
    {"deadbeef", false, NULL, 0},
    {"", false, NULL, 0},
};

static void places_as_people_write_them(void)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char text[ADDR_TEXT_MAX];
		struct addr addr;
		uint16_t port;
		bool ok = place_parse(cases[i].text, &addr, &port);

		if (ok != cases[i].ok)
			printf("# %s\n", cases[i].text);
		CHECK(ok == cases[i].ok);
		if (!ok || !cases[i].ok)
			continue;
		CHECK_STR(addr_text(&addr, text), cases[i].addr);
		CHECK_EQ(port, cases[i].port);
	}
}

static void digests_begin_with_four_digits(void)
{
	CHECK(digest_is_prefix("dEad"));
	CHECK(!digest_is_prefix("dea"));
	CHECK(!digest_is_prefix("deadbeeg"));
}

int main(void)
{
	RUN(places_as_people_write_them);
	RUN(digests_begin_with_four_digits);
	return test_done();
}
