#include "collect.h"

static void every_form(void)
{
	check_import("list",
	    "10.0.0.1\n10.0.0.2:8443\n2001:db8::1\n[2001:db8::2]\n[2001:db8::3]:443\r\n"
	    "WWW.Example.com\nmail.example.com:993\nhost_1\n"
	    "10.0.0.0/8\n2001:db8::/"
	    "120\n10.0.0.1-10.0.3.255\n10.0.0.1-50\n2001:db8::1-2001:db8::ff\n",
	    "target 10.0.0.1:0\ntarget 10.0.0.2:8443\ntarget [2001:db8::1]:0\n"
	    "target [2001:db8::2]:0\ntarget [2001:db8::3]:443\n"
	    "name www.example.com:0\nname mail.example.com:993\nname host_1:0\n"
	    "range 10.0.0.0/8\nrange 2001:db8::/120\nrange 10.0.0.1-10.0.3.255\nrange 10.0.0.1-50\n"
	    "range 2001:db8::1-2001:db8::ff\n");
}

static void an_interface_may_be_named(void)
{
	check_import("list", "fe80::1%2\nfe80::1%eth0\n[fe80::1%wlan-0.5]\n[fe80::1%eth0]:443\n",
	    "target [fe80::1%2]:0\nzoned fe80::1%eth0\nzoned fe80::1%wlan-0.5\n"
	    "zoned fe80::1%eth0:443\n");
}

static void comments_blank_lines_and_several_on_a_line(void)
{
	check_import(NULL, "# targets\n\n  10.0.0.1 10.0.0.2:443\t# two\n\t\n#\n10.0.0.3",
	    "target 10.0.0.1:0\ntarget 10.0.0.2:443\ntarget 10.0.0.3:0\n");
}

static void what_is_none_is_named_by_line(void)
{
	static const char *const port = "expected a port from 1 to 65535 after the colon";
	static const char *const none = "no address, network, range or host name";
	static const char *const bracket = "expected [address] or [address]:port";
	const char *const bad[][2] = {
	    {"10.0.0.1:0", port},
	    {"10.0.0.1:65536", port},
	    {"www.example.com:https", port},
	    {"10.0.0", none},
	    {"443", none},
	    {":443", none},
	    {"a,b", none},
	    {"-x", none},
	    {"2001:db8::1:99999", port},
	    {"[2001:db8::1", bracket},
	    {"[2001:db8::1]443", bracket},
	    {"[2001:db8::1]:x", bracket},
	    {"[x]:443", bracket},
	    {"[]", bracket},
	    {"[fe80::1%]:443", bracket},
	    {"fe80::1%", "not an interface number"},
	    {"2001:db8::1%eth0", "only a link-local address has a zone"},
	    {"10.0.0.1%eth0", "only a link-local address has a zone"},
	    {"www%eth0", "not an IP address"},
	    {"\xc3\xa4.example", none},
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		char text[128], expected[128];

		snprintf(text, sizeof(text), "10.0.0.1\n%s\n10.0.0.2\n", bad[i][0]);
		snprintf(expected, sizeof(expected),
		    "target 10.0.0.1:0\nbad 2 %s\ntarget 10.0.0.2:0\n", bad[i][1]);
		check_import("list", text, expected);
	}
}

static void a_name_is_no_longer_than_dns_has_it(void)
{
	char text[300];

	memset(text, 'a', sizeof(text));
	text[254] = 0;
	check_import("list", text, "bad 1 no address, network, range or host name\n");
}

int main(void)
{
	RUN(every_form);
	RUN(an_interface_may_be_named);
	RUN(comments_blank_lines_and_several_on_a_line);
	RUN(what_is_none_is_named_by_line);
	RUN(a_name_is_no_longer_than_dns_has_it);
	return test_done();
}
