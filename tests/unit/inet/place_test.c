#include "inet/place.h"

#include "lib/test.h"

static void places(void)
{
	static const struct {
		const char *text, *addr;
		uint16_t port;
	} rows[] = {
	    {"10.0.0.1", "10.0.0.1", 0},
	    {"10.0.0.1:443", "10.0.0.1", 443},
	    {"10.0.0.1:65535", "10.0.0.1", 65535},
	    {"2001:db8::1", "2001:db8::1", 0},
	    {"[2001:db8::1]", "2001:db8::1", 0},
	    {"[2001:db8::1]:8443", "2001:db8::1", 8443},
	    {"[fe80::1%2]:1", "fe80::1%2", 1},
	    {"::1", "::1", 0},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char text[ADDR_TEXT_MAX];
		uint16_t port = 9;
		struct addr addr = {0};

		CHECK(!err_is(place_parse(span_str(rows[i].text), &addr, &port)));
		CHECK_STR(addr_text(&addr, text), rows[i].addr);
		CHECK_EQ(port, rows[i].port);
	}
}

static void what_is_none_is_pointed_at(void)
{
	static const struct {
		const char *text;
		size_t at;
	} rows[] = {
	    {"10.0.0.1:", 9},
	    {"10.0.0.1:0", 9},
	    {"10.0.0.1:65536", 9},
	    {"10.0.0.1:443a", 12},
	    {"10.0.0.1:000443", 14},
	    {"[::1", 4},
	    {"[::1]443", 5},
	    {"[::1]:", 6},
	    {"www.example:443", 0},
	};
	struct addr addr = {.zone = 7};
	uint16_t port = 9;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct err e = place_parse(span_str(rows[i].text), &addr, &port);

		CHECK_EQ(err_class(e), ERR_INPUT);
		CHECK_EQ(e.at, rows[i].at);
	}
	CHECK(err_is(place_parse(span_of(NULL, 0), &addr, &port)));
	CHECK(addr.zone == 7 && port == 9);
}

int main(void)
{
	RUN(places);
	RUN(what_is_none_is_pointed_at);
	return test_done();
}
