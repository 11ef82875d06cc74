#include "inet/range.h"

#include "lib/test.h"

static struct range parsed(const char *text)
{
	struct range range = {1, 0};

	CHECK(!err_is(range_parse(span_str(text), &range)));
	return range;
}

static const char *end_text(unsigned __int128 number)
{
	static char text[ADDR_TEXT_MAX];
	struct addr a = addr_of_number(number);

	return addr_text(&a, text);
}

static void each_form_names_its_ends(void)
{
	static const struct {
		const char *in, *first, *last;
	} cases[] = {
	    {"10.0.0.1", "10.0.0.1", "10.0.0.1"},
	    {"10.0.0.0/30", "10.0.0.0", "10.0.0.3"},
	    {"10.0.0.1-10.0.3.255", "10.0.0.1", "10.0.3.255"},
	    {"10.0.0.1-50", "10.0.0.1", "10.0.0.50"},
	    {"10.0.0.1-1", "10.0.0.1", "10.0.0.1"},
	    {"2001:db8::/120", "2001:db8::", "2001:db8::ff"},
	    {"2001:db8::1-2001:db8::2", "2001:db8::1", "2001:db8::2"},
	    {"[::1]", "::1", "::1"},
	    {"fe80::1%3", "fe80::1%3", "fe80::1%3"},
	    {"fe80::%3/126", "fe80::%3", "fe80::3%3"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct range range = parsed(cases[i].in);

		CHECK_STR(end_text(range.first), cases[i].first);
		CHECK_STR(end_text(range.last), cases[i].last);
	}
}

static void what_is_no_range_is_refused_at_its_offset(void)
{
	static const struct {
		const char *in;
		uint32_t at;
	} cases[] = {{"example.com", 0}, {"my-host", 0}, {"10.0.0.9-10.0.0.1", 9},
	    {"10.0.0.9-8", 9}, {"10.0.0.1-256", 9}, {"10.0.0.1-2001:db8::1", 9}, {"10.0.0.1-", 9},
	    {"10.0.0.1-1000", 9}, {"10.0.0.1-1x", 9}, {"2001:db8::1-50", 12},
	    {"fe80::1%2-fe80::2%3", 10}, {"[10.0.0.0/33]", 10}, {"[::1", 0}, {"fe80::%3/10", 0},
	    {"-", 0}, {"", 0}};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct range range;
		struct err e = range_parse(span_str(cases[i].in), &range);

		CHECK_EQ(err_class(e), ERR_INPUT);
		CHECK_EQ(e.at, cases[i].at);
	}
}

static struct ranges set_of(const char *const *texts)
{
	struct ranges set = {0};

	for (; *texts; texts++)
		CHECK(!err_is(ranges_add(&set, parsed(*texts))));
	ranges_merge(&set);
	return set;
}

static void overlaps_and_neighbours_become_one(void)
{
	struct ranges set = set_of((const char *const[]){"10.0.1.0/24", "10.0.0.0/24", "10.0.0.7",
	    "10.0.3.0-10", "10.0.2.255", "10.0.0.0/25", NULL});

	CHECK_EQ(set.n, 2);
	CHECK_STR(end_text(set.v[0].last), "10.0.1.255");
	CHECK_STR(end_text(set.v[1].first), "10.0.2.255");
	CHECK_STR(end_text(set.v[1].last), "10.0.3.10");
	ranges_done(&set);
}

/* Every address of a /24, with and without, against a plain array. */
static void subtraction_agrees_with_counting(void)
{
	static const char *const minus_texts[][4] = {
	    {"10.0.0.0", NULL},
	    {"10.0.0.255", NULL},
	    {"10.0.0.64-127", NULL},
	    {"10.0.0.1", "10.0.0.3", "10.0.0.250-10.0.1.5", NULL},
	    {"9.0.0.0/8", NULL},
	    {"0.0.0.0/0", NULL},
	    {"9.255.255.255-10.0.0.4", "10.0.0.200-10.0.0.201", NULL},
	};

	for (size_t i = 0; i < sizeof(minus_texts) / sizeof(minus_texts[0]); i++) {
		struct ranges set =
		    set_of((const char *const[]){"10.0.0.0-99", "10.0.0.101-255", NULL});
		struct ranges minus = set_of(minus_texts[i]);

		CHECK(!err_is(ranges_subtract(&set, &minus)));
		for (unsigned host = 0; host < 256; host++) {
			struct addr a = addr_from_v4(0x0a000000 + host);
			unsigned __int128 number = addr_number(&a);
			bool expected = host != 100;

			for (const char *const *text = minus_texts[i]; *text; text++) {
				struct range cut = parsed(*text);

				expected = expected && (number < cut.first || number > cut.last);
			}
			CHECK_EQ(ranges_find(&set, number) != NULL, expected);
		}
		ranges_done(&set);
		ranges_done(&minus);
	}
}

static void ipv6_ranges_leave_ipv4_alone(void)
{
	struct ranges set = set_of((const char *const[]){"::/0", NULL});
	struct addr v4 = addr_from_v4(0x0a000001), v6 = {.b = {0x20, 1}};

	CHECK_EQ(set.n, 2);
	CHECK(!ranges_find(&set, addr_number(&v4)));
	CHECK(ranges_find(&set, addr_number(&v6)));
	ranges_done(&set);
}

int main(void)
{
	RUN(each_form_names_its_ends);
	RUN(what_is_no_range_is_refused_at_its_offset);
	RUN(overlaps_and_neighbours_become_one);
	RUN(subtraction_agrees_with_counting);
	RUN(ipv6_ranges_leave_ipv4_alone);
	return test_done();
}
