#include "certs.h"
#include "collect.h"

static void check_list(const char *text, const char *expected)
{
	check_import("masscan-list", text, expected);
}

static void ports_and_chains(void)
{
	check_list("#masscan\n"
		   "open tcp 443 10.0.0.1 1700000000\n"
		   "open tcp 443 2001:db8::1 1700000000\n"
		   "banner tcp 443 10.0.0.1 1700000001 X509CA " ROOT "\n"
		   "banner tcp 443 10.0.0.1 1700000001 X509CA " INTER "\n"
		   "banner tcp 443 10.0.0.1 1700000001 X509 " LEAF "\n"
		   "# end\n",
	    "target 10.0.0.1:443\ntarget [2001:db8::1]:443\n"
	    "cert 10.0.0.1:443 certificate 1700000001 " LEAF_ID "," INTER_ID "," ROOT_ID "\n");
}

static void a_banner_is_the_rest_of_the_line(void)
{
	check_list("banner tcp 443 10.0.0.1 1700000001 ssl  ALERT(0x0246) \r\n",
	    "target 10.0.0.1:443\ncert 10.0.0.1:443 no-cert 1700000001 alert 70\n");
	check_list("banner tcp 80 10.0.0.1 1700000001 http GET / has spaces\n", "");
	check_list("banner tcp 443 10.0.0.1 1700000001 ssl SSLv3 cipher:0x0005, x\n"
		   "banner tcp 443 10.0.0.1 1700000001 X509 " ROOT,
	    "target 10.0.0.1:443\ncert 10.0.0.1:443 certificate 1700000001 " ROOT_ID
	    " version 0300 cipher 0005\n");
}

static void what_is_not_open_is_no_target(void)
{
	check_list("closed tcp 443 10.0.0.1 1700000000\nopen udp 443 10.0.0.1 1700000000\n", "");
}

static void broken_lines_are_named(void)
{
	check_list("#masscan\n"
		   "open tcp 443\n"
		   "\n"
		   "open tcp x 10.0.0.1 1700000000\n"
		   "found tcp 443 10.0.0.1 1700000000\n"
		   "open tcp 443 10.0.0.1\n"
		   "banner tcp 443 10.0.0.1 1700000000\n"
		   "open tcp 444 10.0.0.1 17000",
	    "bad 2 a record without an address\n"
	    "bad 4 a record without a port\n"
	    "bad 5 expected open, closed or banner\n"
	    "target 10.0.0.1:443\n"
	    "target 10.0.0.1:444\n");
}

static void it_is_known_by_its_first_line(void)
{
	check_import(NULL, "#masscan\nopen tcp 1 10.0.0.1 17\n", "target 10.0.0.1:1\n");
	check_import(NULL, "open tcp 1 10.0.0.1 17\n", "target 10.0.0.1:1\n");
	check_import(NULL, "banner tcp 1 10.0.0.1 17 ssl x\n", "target 10.0.0.1:1\n");
}

int main(void)
{
	RUN(ports_and_chains);
	RUN(a_banner_is_the_rest_of_the_line);
	RUN(what_is_not_open_is_no_target);
	RUN(broken_lines_are_named);
	RUN(it_is_known_by_its_first_line);
	return test_done();
}
