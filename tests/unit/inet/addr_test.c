#include "inet/addr.h"

#include "lib/test.h"

#include <netinet/in.h>

static struct addr parsed(const char *text)
{
	struct addr a = {0};
	struct err e = addr_parse(span_str(text), &a);

	CHECK(!err_is(e));
	return a;
}

static void text_comes_back_in_its_shortest_form(void)
{
	static const struct {
		const char *in, *out;
	} cases[] = {
	    {"10.0.0.1", "10.0.0.1"},
	    {"255.255.255.255", "255.255.255.255"},
	    {"2001:0DB8:0:0:1:0:0:1", "2001:db8::1:0:0:1"},
	    {"2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"},
	    {"::", "::"},
	    {"::1", "::1"},
	    {"::ffff:192.0.2.7", "192.0.2.7"},
	    {"fe80::1%3", "fe80::1%3"},
	    {"fe80:0:0:0:1111:2222:3333:4444%2147483647", "fe80::1111:2222:3333:4444%2147483647"},
	};
	char text[ADDR_TEXT_MAX];

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct addr a = parsed(cases[i].in);

		CHECK_STR(addr_text(&a, text), cases[i].out);
	}
}

static void what_is_no_address_is_refused_at_its_offset(void)
{
	static const struct {
		const char *in;
		uint32_t at;
	} cases[] = {
	    {"", 0},
	    {"10.0.0", 0},
	    {"10.0.0.01", 0},
	    {"0x7f.0.0.1", 0},
	    {"10.0.0.256", 0},
	    {"10.0.0.1 ", 0},
	    {"example.com", 0},
	    {":::", 0},
	    {"1:2:3:4:5:6:7:8:9", 0},
	    {"2001:db8::1%3", 11},
	    {"10.0.0.1%3", 8},
	    {"fe80::1%", 8},
	    {"fe80::1%0", 8},
	    {"fe80::1%eth0", 8},
	    {"fe80::1%2147483648", 8},
	    {"1111:2222:3333:4444:5555:6666:7777:8888:9999:0000", 0},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct addr a = {.zone = 77};
		struct err e = addr_parse(span_str(cases[i].in), &a);

		CHECK_EQ(err_class(e), ERR_INPUT);
		CHECK_EQ(e.at, cases[i].at);
		CHECK_EQ(a.zone, 77);
	}
	struct addr a;
	CHECK(err_is(addr_parse(span_of("10.0.0.1\0", 9), &a)));
}

static void ipv4_sorts_and_counts_as_numbers(void)
{
	struct addr a = parsed("10.0.0.255"), b = addr_add(a, 1);
	struct addr wrap = addr_add(parsed("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"), 2);
	struct addr one = parsed("::1");

	CHECK(addr_is_v4(&a));
	CHECK_EQ(addr_v4(&b), 0x0a000100);
	CHECK(addr_cmp(&a, &b) < 0);
	CHECK(addr_cmp(&b, &a) > 0);
	CHECK(addr_eq(&wrap, &one));
	a = addr_from_v4(0x0a000100);
	CHECK(addr_eq(&a, &b));
	a = addr_add(parsed("2001:db8::ffff:ffff:ffff:ffff"), UINT64_MAX);
	b = parsed("2001:db8:0:1:ffff:ffff:ffff:fffe");
	CHECK(addr_eq(&a, &b));
}

static void zones_tell_addresses_apart(void)
{
	struct addr a = parsed("fe80::1%2"), b = parsed("fe80::1%3");

	CHECK(!addr_eq(&a, &b));
	CHECK(addr_cmp(&a, &b) < 0);
}

static void the_kernel_form_round_trips(void)
{
	static const char *const texts[] = {"192.0.2.1", "2001:db8::9", "fe80::7%4"};
	struct sockaddr_storage sa;
	struct addr back;
	uint16_t port;

	for (size_t i = 0; i < 3; i++) {
		struct addr a = parsed(texts[i]);
		socklen_t n = addr_to_sockaddr(&a, 8443, &sa);

		CHECK_EQ(n, i ? sizeof(struct sockaddr_in6) : sizeof(struct sockaddr_in));
		CHECK(addr_from_sockaddr((struct sockaddr *)&sa, &back, &port));
		CHECK(addr_eq(&a, &back));
		CHECK_EQ(port, 8443);
	}
	sa.ss_family = AF_UNIX;
	CHECK(!addr_from_sockaddr((struct sockaddr *)&sa, &back, &port));
}

static void ports_are_bracketed_from_ipv6_only(void)
{
	char text[ADDR_TEXT_MAX + 8];
	struct addr a = parsed("192.0.2.1");

	CHECK_STR(addr_port_text(&a, 443, text), "192.0.2.1:443");
	a = parsed("fe80::1%3");
	CHECK_STR(addr_port_text(&a, 65535, text), "[fe80::1%3]:65535");
}

static void private_networks_end_where_their_rfcs_say(void)
{
	static const char *const ours[] = {"10.255.255.255", "172.16.0.0", "172.31.255.255",
	    "192.168.0.1", "127.1.2.3", "169.254.9.9", "100.64.0.1", "100.127.255.255", "::1",
	    "fe80::1%1", "febf::1%1", "fd00::1", "fc00::1"};
	static const char *const theirs[] = {"9.255.255.255", "11.0.0.0", "172.15.255.255",
	    "172.32.0.0", "192.169.0.0", "100.63.255.255", "100.128.0.0", "::2", "fec0::1",
	    "fe00::1", "2001:db8::1"};

	for (size_t i = 0; i < sizeof(ours) / sizeof(ours[0]); i++) {
		struct addr a = parsed(ours[i]);

		CHECK(addr_is_private(&a));
	}
	for (size_t i = 0; i < sizeof(theirs) / sizeof(theirs[0]); i++) {
		struct addr a = parsed(theirs[i]);

		CHECK(!addr_is_private(&a));
	}
}

static void this_machine_and_everywhere(void)
{
	static const struct {
		const char *text;
		bool loopback, any;
	} rows[] = {
	    {"127.0.0.1", true, false},
	    {"127.255.0.9", true, false},
	    {"::1", true, false},
	    {"128.0.0.1", false, false},
	    {"::2", false, false},
	    {"0.0.0.0", false, true},
	    {"::", false, true},
	    {"0.0.0.1", false, false},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct addr a = parsed(rows[i].text);

		CHECK(addr_is_loopback(&a) == rows[i].loopback);
		CHECK(addr_is_any(&a) == rows[i].any);
	}
}

int main(void)
{
	RUN(text_comes_back_in_its_shortest_form);
	RUN(what_is_no_address_is_refused_at_its_offset);
	RUN(ipv4_sorts_and_counts_as_numbers);
	RUN(zones_tell_addresses_apart);
	RUN(the_kernel_form_round_trips);
	RUN(ports_are_bracketed_from_ipv6_only);
	RUN(this_machine_and_everywhere);
	RUN(private_networks_end_where_their_rfcs_say);
	return test_done();
}
