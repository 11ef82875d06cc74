#include "inet/ports.h"

#include "lib/test.h"

static void lists_and_ranges_are_one_set(void)
{
	struct ports p;

	ports_clear(&p);
	CHECK(!err_is(ports_parse(&p, span_str("443,8443,1000-2000,1500-2001,443"))));
	CHECK_EQ(p.n, 1004);
	CHECK(ports_has(&p, 443) && ports_has(&p, 1000) && ports_has(&p, 2001));
	CHECK(!ports_has(&p, 999) && !ports_has(&p, 2002) && !ports_has(&p, 0));
}

static void open_ends_reach_to_the_ends(void)
{
	struct ports p;

	ports_clear(&p);
	CHECK(!err_is(ports_parse(&p, span_str("-"))));
	CHECK_EQ(p.n, 65535);
	ports_clear(&p);
	CHECK(!err_is(ports_parse(&p, span_str("65534-,-2"))));
	CHECK_EQ(p.n, 4);
	CHECK(ports_has(&p, 65535) && ports_has(&p, 1) && !ports_has(&p, 0));
}

static void only_a_port_by_itself_stands_alone(void)
{
	struct ports p;

	ports_clear(&p);
	CHECK(!err_is(ports_parse(&p, span_str("9000-9200,443"))));
	CHECK(!ports_alone(&p, 9100));
	CHECK(ports_alone(&p, 443));
	CHECK(!err_is(ports_parse(&p, span_str("9100"))));
	CHECK(ports_alone(&p, 9100));
	CHECK(!err_is(ports_parse(&p, span_str("9100-9101,515-515"))));
	CHECK(ports_alone(&p, 9100));
	CHECK(!ports_alone(&p, 9101));
	CHECK(!ports_alone(&p, 515));
}

static void what_is_wrong_is_pointed_at(void)
{
	static const struct {
		const char *in;
		uint32_t at;
	} cases[] = {{"", 0}, {"443,", 4}, {",443", 0}, {"0", 0}, {"443,65536", 4},
	    {"99999999999", 0}, {"2000-1000", 0}, {"80,2000-1000", 3}, {"443 ", 3}, {"443,http", 4},
	    {"1-2-3", 3}, {"1-x", 2}, {"-0", 1}};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct ports p;
		struct err e;

		ports_clear(&p);
		e = ports_parse(&p, span_str(cases[i].in));
		CHECK_EQ(err_class(e), ERR_INPUT);
		CHECK_EQ(e.at, cases[i].at);
		CHECK_EQ(p.n, 0);
	}
}

int main(void)
{
	RUN(lists_and_ranges_are_one_set);
	RUN(open_ends_reach_to_the_ends);
	RUN(only_a_port_by_itself_stands_alone);
	RUN(what_is_wrong_is_pointed_at);
	return test_done();
}
