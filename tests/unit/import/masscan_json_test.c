/* Every form that masscan's JSON has had, and every way to break it that was seen or thought of. */
#include "certs.h"
#include "collect.h"

#define OPEN(ip, port)                                                                             \
	"{   \"ip\": \"" ip "\",   \"timestamp\": \"1700000000\", \"ports\": [ {\"port\": " port   \
	", \"proto\": \"tcp\", \"status\": \"open\", \"reason\": \"syn-ack\", \"ttl\": 64} ] }"

#define BANNER(ip, port, service, banner)                                                          \
	"{   \"ip\": \"" ip "\",   \"timestamp\": \"1700000009\", \"ports\": [ {\"port\": " port   \
	", \"proto\": \"tcp\", \"service\": {\"name\": \"" service "\", \"banner\": \"" banner     \
	"\"} } ] }"

static void check_json(const char *text, const char *expected)
{
	check_import("masscan-json", text, expected);
}

static void of_2014_without_quotes(void)
{
	check_json("{   ip: \"10.0.0.1\",   ports: [ {port: 443, proto: \"tcp\", status: \"open\","
		   " reason: \"syn-ack\", ttl: 48} ] },\n"
		   "{   ip: \"10.0.0.2\",   ports: [ {port: 80, proto: \"tcp\", status: \"open\","
		   " reason: \"syn-ack\", ttl: 48} ] },\n"
		   "{finished: 1}\n",
	    "target 10.0.0.1:443\ntarget 10.0.0.2:80\n");
}

static void of_2014_to_2016_with_a_last_record(void)
{
	check_json(OPEN("10.0.0.1", "443") ",\n" OPEN("10.0.0.2", "443") ",\n{finished: 1}\n",
	    "target 10.0.0.1:443\ntarget 10.0.0.2:443\n");
}

static void of_2017_with_a_comma_too_many(void)
{
	check_json("[\n" OPEN("10.0.0.1", "443") ",\n" OPEN("10.0.0.2", "443") ",\n]\n",
	    "target 10.0.0.1:443\ntarget 10.0.0.2:443\n");
}

static void of_today(void)
{
	check_json("[\n" OPEN("10.0.0.1", "443") "\n,\n" OPEN("2001:db8::1", "443") "\n]\n",
	    "target 10.0.0.1:443\ntarget [2001:db8::1]:443\n");
}

static void killed_before_the_end(void)
{
	check_json("[\n" OPEN("10.0.0.1", "443") "\n,\n" OPEN("10.0.0.2", "443") "\n",
	    "target 10.0.0.1:443\ntarget 10.0.0.2:443\n");
	check_json("[\n" OPEN("10.0.0.1", "443") "\n,\n{   \"ip\": \"10.0.0.2\",   \"timest",
	    "target 10.0.0.1:443\nbad 4 an unfinished record\n");
}

static void told_to_append(void)
{
	check_json("[\n" OPEN("10.0.0.1", "1") "\n]\n[\n" OPEN("10.0.0.2", "2") "\n]\n",
	    "target 10.0.0.1:1\ntarget 10.0.0.2:2\n");
	check_json("[\n" OPEN("10.0.0.1", "1") "\n[\n" OPEN("10.0.0.2", "2") "\n]\n",
	    "target 10.0.0.1:1\ntarget 10.0.0.2:2\n");
	check_json(
	    "[\n{   \"ip\": \"10.0.0.1\",   \"timestamp\": \"17\n[\n" OPEN("10.0.0.2", "2") "\n]\n",
	    "bad 2 a text that does not end\ntarget 10.0.0.2:2\n");
	check_json("[\n{   \"ip\": \"10.0.0.1\",\n[\n" OPEN("10.0.0.2", "2") "\n]\n",
	    "bad 2 an unfinished record\ntarget 10.0.0.2:2\n");
	check_json("[\n{   \"ip\": \"10.0.0.1\", \"ports\": [\n[\n" OPEN(
		       "10.0.0.2", "2") "\n,\n" OPEN("10.0.0.3", "3") "\n]\n",
	    "bad 2 an unfinished record\ntarget 10.0.0.2:2\ntarget 10.0.0.3:3\n");
}

static void rotated(void)
{
	check_json("[\n,\n" OPEN("10.0.0.1", "1") "\n,\n" OPEN("10.0.0.2", "2") "\n",
	    "target 10.0.0.1:1\ntarget 10.0.0.2:2\n");
}

static void one_object_a_line(void)
{
	check_json(
	    "{\"ip\":\"10.0.0.1\",\"timestamp\":\"1700000000\",\"port\":993,\"proto\":\"tcp\","
	    "\"rec_type\":\"status\",\"data\":{\"status\":\"open\",\"reason\":\"syn-ack\","
	    "\"ttl\":64}}\n"
	    "{\"ip\":\"10.0.0.1\",\"timestamp\":\"1700000001\",\"port\":993,\"proto\":\"tcp\","
	    "\"rec_type\":\"banner\",\"data\":{\"service_name\":\"X509\",\"banner\":\"" LEAF
	    "\"}}\n",
	    "target 10.0.0.1:993\ncert 10.0.0.1:993 certificate 1700000001 " LEAF_ID "\n");
}

static void pretty_printed_by_another_tool(void)
{
	check_json(
	    "[\n  {\n    \"ip\": \"10.0.0.1\",\n    \"ports\": [\n      {\n        \"port\": 443,\n"
	    "        \"status\": \"open\"\n      },\n      {\n        \"port\": 444,\n"
	    "        \"status\": \"open\"\n      }\n    ]\n  }\n]\n",
	    "target 10.0.0.1:443\ntarget 10.0.0.1:444\n");
}

/* clang-format off: a record a line. */

#define NEXT "\n,\n"

static void a_chain_told_backwards_comes_leaf_first(void)
{
	check_json("[\n" BANNER("10.0.0.1", "443", "ssl", "TLS/1.2 cipher:0xc02c, L, l.test")
		       NEXT BANNER("10.0.0.1", "443", "X509CA", ROOT) NEXT BANNER("10.0.0.1", "443",
			   "X509CA", INTER) NEXT BANNER("10.0.0.1", "443", "X509", LEAF) "\n]\n",
	    "target 10.0.0.1:443\n"
	    "cert 10.0.0.1:443 certificate 1700000009 " LEAF_ID "," INTER_ID "," ROOT_ID
	    " version 0303 cipher c02c\n");
	check_json("[\n" BANNER("10.0.0.1", "443", "X509", ROOT) NEXT BANNER("10.0.0.1", "443",
		       "X509", INTER) NEXT BANNER("10.0.0.1", "443", "X509", LEAF) "\n]\n",
	    "cert 10.0.0.1:443 certificate 1700000009 " LEAF_ID "," INTER_ID "," ROOT_ID "\n");
}

static void endpoints_may_be_told_of_in_turns(void)
{
	check_json("[\n" BANNER("10.0.0.1", "443", "X509CA", ROOT) NEXT BANNER("10.0.0.2", "443",
		       "X509", LEAF) NEXT BANNER("10.0.0.1", "443", "X509", OTHER)
		       NEXT BANNER("10.0.0.2", "443", "X509", LEAF) "\n]\n",
	    "cert 10.0.0.1:443 certificate 1700000009 " OTHER_ID "," ROOT_ID "\n"
	    "cert 10.0.0.2:443 certificate 1700000009 " LEAF_ID "\n");
}

static void an_alert_is_tls_without_a_certificate(void)
{
	check_json("[\n" BANNER("10.0.0.1", "443", "ssl", " ALERT(0x0228) ") "\n]\n",
	    "target 10.0.0.1:443\n"
	    "cert 10.0.0.1:443 no-cert 1700000009 alert 40\n");
	check_json("[\n" BANNER("10.0.0.1", "443", "ssl", " ALERT(0x0228) ")
		       NEXT BANNER("10.0.0.1", "443", "X509", LEAF) "\n]\n",
	    "target 10.0.0.1:443\n"
	    "cert 10.0.0.1:443 certificate 1700000009 " LEAF_ID "\n");
}

static void other_services_are_none_of_ours(void)
{
	check_json("[\n" BANNER("10.0.0.1", "80", "http",
		       "HTTP/1.0 200 OK\\u000d\\u000a\\u003ca\\u003e\\u00c3")
		       NEXT BANNER("10.0.0.1", "443", "vuln", "SSL[v3] ") "\n]\n",
	    "");
}

static void escapes_are_bytes(void)
{
	check_json("[\n" BANNER("10.0.0.1", "443", "\\u0058\\u0035\\u0030\\u0039", LEAF)
		       NEXT BANNER("10.0.0.2", "443", "ssl",
			   "\\/\\b\\u20ac\\u07ff TLS\\/1.3 cipher:0x1301") "\n]\n",
	    "target 10.0.0.2:443\n"
	    "cert 10.0.0.1:443 certificate 1700000009 " LEAF_ID "\n");
}

/* clang-format on */

static void a_certificate_that_was_cut_is_told_by_line(void)
{
	check_json("[\n" BANNER("10.0.0.1", "443", "X509", "MIIBXDCCAQKgAwIBAgIBAzAKBgg") "\n]\n",
	    "bad 2 a certificate that was cut short\n"
	    "cert 10.0.0.1:443 partial 1700000009\n");
	check_json("[\n" BANNER("10.0.0.1", "443", "X509", "no base64!") "\n]\n",
	    "bad 2 no certificate where one should be\n");
	check_json("[\n" BANNER("10.0.0.1", "443", "X509", "cert:" LEAF) "\n]\n",
	    "cert 10.0.0.1:443 certificate 1700000009 " LEAF_ID "\n");
}

static void a_broken_record_costs_only_itself(void)
{
	static const char *const broken[][2] = {
	    {"{ \"ip\": \"10.0.0.9\" \"ports\": [ {\"port\": 1} ] }", "expected a comma"},
	    {"{ \"ip\" \"10.0.0.9\", \"ports\": [ {\"port\": 1} ] }", "expected a colon"},
	    {"{ \"ip\": \"10.0.0.9\", \"ports\": [ {\"port\": 1} }",
		"a bracket that closes nothing"},
	    {"{ \"ip\": \"10.0.0.9\", \"ports\": [ {\"port\": } ] }",
		"a bracket that closes nothing"},
	    {"{ \"ip\": , \"ports\": [ {\"port\": 1} ] }", "a comma too early"},
	    {"{ \"ip\": \"10.0.0.9\":, \"ports\": [] }", "a colon in the wrong place"},
	    {"{ \"ip\": \"10.0.0.9, \"ports\": [ {\"port\": 1} ] }", "expected a comma"},
	    {"{ \"ip\": \"10.0.0.9\", \"ports\": [ {\"port\": 1, \"service\": {\"banner\": \"abc",
		"a text that does not end"},
	    {"{ \"ip\": \"10.0.0.9\\", "a text that does not end"},
	    {"{ \"ip\": \"10.0.0.9\" }", "a record that says nothing of a port"},
	    {"{ \"port\": 443 }", "a record without an address"},
	    {"{ \"ip\": \"10.0.0.999\", \"port\": 443 }", "a record without an address"},
	    {"{ \"ip\": \"10.0.0.9\", \"port\": 65536 }", "a record without a port"},
	    {"{ \"ip\": \"10.0.0.9\", \"port\": \"\" }", "a record without a port"},
	    {"45.6\", \"ports\": [ {\"port\": 1} ] }", "text outside of a record"},
	    {"[[[{\"a\":[[[[[[[[[[[[[[[[[[[[", "brackets within brackets within brackets"},
	};

	for (size_t i = 0; i < sizeof(broken) / sizeof(broken[0]); i++) {
		char text[1024], expected[256];

		snprintf(text, sizeof(text), "[\n%s\n,\n%s\n,\n%s\n]\n", OPEN("10.0.0.1", "1"),
		    broken[i][0], OPEN("10.0.0.2", "2"));
		snprintf(expected, sizeof(expected),
		    "target 10.0.0.1:1\nbad 4 %s\ntarget 10.0.0.2:2\n", broken[i][1]);
		check_json(text, expected);
	}
}

static void only_open_tcp_ports_are_targets(void)
{
	check_json("[\n{\"ip\":\"10.0.0.1\",\"ports\":[{\"port\":53,\"proto\":\"udp\",\"status\":"
		   "\"open\"},"
		   "{\"port\":0,\"proto\":\"tcp\",\"status\":\"open\"},"
		   "{\"port\":22,\"proto\":\"tcp\",\"status\":\"closed\"},"
		   "{\"port\":\"25\",\"proto\":\"tcp\",\"status\":\"open\"}]}\n]\n",
	    "target 10.0.0.1:25\n");
}

static void a_text_longer_than_we_hold_is_one_broken_record(void)
{
	size_t n = (1 << 20) + 100;
	char *text = malloc(n + 1000);
	int head;

	CHECK(text != NULL);
	head = sprintf(text, "[\n{\"ip\":\"10.0.0.1\",\"port\":1,\"banner\":\"");
	memset(text + head, 'A', n);
	sprintf(text + (size_t)head + n, "\"}\n,\n%s\n]\n", OPEN("10.0.0.2", "2"));
	for (size_t chunk = 1000; chunk < 3000; chunk += 1999) {
		struct collected c;

		collect(&c, "masscan-json", span_str(text), chunk);
		CHECK_STR(buf_text(&c.log), "bad 2 a text that is too long\ntarget 10.0.0.2:2\n");
		collected_done(&c);
	}
	free(text);
}

static void what_looks_like_it_is_recognised(void)
{
	check_import(NULL, "  [\n", "");
	check_import(NULL, "[\n]\n", "");
	check_import(NULL, "[\n,\n" OPEN("10.0.0.1", "1"), "target 10.0.0.1:1\n");
	check_import(
	    NULL, "{   ip: \"10.0.0.1\", port: 7, status: \"open\"}", "target 10.0.0.1:7\n");
	check_import(NULL, "[2001:db8::1]:443\n", "target [2001:db8::1]:443\n");
}

int main(void)
{
	RUN(of_2014_without_quotes);
	RUN(of_2014_to_2016_with_a_last_record);
	RUN(of_2017_with_a_comma_too_many);
	RUN(of_today);
	RUN(killed_before_the_end);
	RUN(told_to_append);
	RUN(rotated);
	RUN(one_object_a_line);
	RUN(pretty_printed_by_another_tool);
	RUN(a_chain_told_backwards_comes_leaf_first);
	RUN(endpoints_may_be_told_of_in_turns);
	RUN(an_alert_is_tls_without_a_certificate);
	RUN(other_services_are_none_of_ours);
	RUN(escapes_are_bytes);
	RUN(a_certificate_that_was_cut_is_told_by_line);
	RUN(a_broken_record_costs_only_itself);
	RUN(only_open_tcp_ports_are_targets);
	RUN(a_text_longer_than_we_hold_is_one_broken_record);
	RUN(what_looks_like_it_is_recognised);
	return test_done();
}
