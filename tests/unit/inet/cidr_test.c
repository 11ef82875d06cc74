#include "inet/cidr.h"

#include "lib/test.h"

static void prefixes_are_read_and_written(void)
{
	static const struct {
		const char *in, *out, *last;
	} cases[] = {
	    {"10.0.0.0/8", "10.0.0.0/8", "10.255.255.255"},
	    {"192.168.1.77/24", "192.168.1.0/24", "192.168.1.255"},
	    {"192.168.1.77", "192.168.1.77/32", "192.168.1.77"},
	    {"10.9.8.7/0", "0.0.0.0/0", "255.255.255.255"},
	    {"10.0.0.129/25", "10.0.0.128/25", "10.0.0.255"},
	    {"2001:db8:ffff::/33", "2001:db8:8000::/33", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff"},
	    {"::1", "::1/128", "::1"},
	};
	char text[ADDR_TEXT_MAX + 8];

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct cidr c = {0};
		struct addr last;

		CHECK(!err_is(cidr_parse(span_str(cases[i].in), &c)));
		CHECK_STR(cidr_text(&c, text), cases[i].out);
		last = cidr_last(&c);
		CHECK_STR(addr_text(&last, text), cases[i].last);
	}
}

static void wrong_lengths_are_refused(void)
{
	static const struct {
		const char *in;
		uint32_t at;
	} cases[] = {{"10.0.0.0/33", 9}, {"10.0.0.0/", 9}, {"10.0.0.0/8x", 9}, {"::/129", 3},
	    {"::/1280", 3}, {"/8", 0}, {"10.0/8", 0}};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct cidr c;
		struct err e = cidr_parse(span_str(cases[i].in), &c);

		CHECK_EQ(err_class(e), ERR_INPUT);
		CHECK_EQ(e.at, cases[i].at);
	}
}

static bool in(const char *prefix, const char *address)
{
	struct cidr c;
	struct addr a;

	CHECK(!err_is(cidr_parse(span_str(prefix), &c)));
	CHECK(!err_is(addr_parse(span_str(address), &a)));
	return cidr_contains(&c, &a);
}

static void a_prefix_holds_its_own_and_no_more(void)
{
	CHECK(in("10.0.0.0/9", "10.127.255.255"));
	CHECK(!in("10.0.0.0/9", "10.128.0.0"));
	CHECK(in("0.0.0.0/0", "8.8.8.8"));
	CHECK(!in("0.0.0.0/0", "2001:db8::1"));
	CHECK(in("::/0", "2001:db8::1"));
	CHECK(in("fe80::/10", "fe80::1%7"));
	CHECK(in("fe80::%7/64", "fe80::1%7"));
	CHECK(!in("fe80::%7/64", "fe80::1%8"));
	CHECK(!in("192.0.2.1", "192.0.2.2"));
}

int main(void)
{
	RUN(prefixes_are_read_and_written);
	RUN(wrong_lengths_are_refused);
	RUN(a_prefix_holds_its_own_and_no_more);
	return test_done();
}
