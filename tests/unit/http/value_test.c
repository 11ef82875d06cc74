#include "http/value.h"

#include "lib/test.h"

static void finds_cookies(void)
{
	struct span value;

	CHECK(value_cookie(span_str("a=1; session=x=y;b=2"), "session", &value) &&
	      span_is(value, "x=y"));
	CHECK(value_cookie(span_str("a=1; b=2"), "b", &value) && span_is(value, "2"));
	CHECK(value_cookie(span_str("a=;b"), "a", &value) && span_is(value, ""));
	CHECK(!value_cookie(span_str("a=1; b=2"), "B", &value));
	CHECK(!value_cookie(span_str("xsession=1; sessionx=2"), "session", &value));
	CHECK(!value_cookie(span_str(""), "session", &value));
}

static void compares_entity_tags_weakly(void)
{
	CHECK(value_matches_etag(span_str("\"a\", W/\"b\""), "\"b\""));
	CHECK(value_matches_etag(span_str("\"b\""), "W/\"b\""));
	CHECK(value_matches_etag(span_str("*"), "W/\"b\""));
	CHECK(!value_matches_etag(span_str("\"a\""), "\"b\""));
	CHECK(!value_matches_etag(span_str(""), "\"b\""));
}

static void reads_what_codings_are_taken(void)
{
	CHECK(value_takes_coding(span_str("gzip"), "gzip"));
	CHECK(value_takes_coding(span_str("br, GZip;q=0.5"), "gzip"));
	CHECK(!value_takes_coding(span_str("br, gzip;q=0"), "gzip"));
	CHECK(!value_takes_coding(span_str("gzip; q=0.000"), "gzip"));
	CHECK(value_takes_coding(span_str("gzip;q=0.001"), "gzip"));
	CHECK(!value_takes_coding(span_str("xgzip, br"), "gzip"));
}

static const char *forwarded(const char *header, bool *ret_done)
{
	static char text[ADDR_TEXT_MAX];
	struct addr a = {0};
	struct cidr proxies[2];

	CHECK(!err_is(cidr_parse(span_str("10.0.0.0/8"), &proxies[0])));
	CHECK(!err_is(cidr_parse(span_str("2001:db8:1::/48"), &proxies[1])));
	*ret_done = value_forwarded_for(span_str(header), proxies, 2, &a);
	return addr_text(&a, text);
}

static void believes_the_last_address_that_is_no_proxy(void)
{
	bool done;

	CHECK_STR(forwarded("192.0.2.1", &done), "192.0.2.1");
	CHECK(done);
	CHECK_STR(forwarded("1.2.3.4, 192.0.2.1, 10.0.0.1", &done), "192.0.2.1");
	CHECK(done);
	CHECK_STR(forwarded("192.0.2.1:55555, 10.0.0.1:1", &done), "192.0.2.1");
	CHECK_STR(forwarded("[2001:db8::7]:443, [2001:db8:1::1]", &done), "2001:db8::7");
	CHECK_STR(forwarded("2001:db8::7", &done), "2001:db8::7");
	CHECK_STR(forwarded("10.0.0.2, 10.0.0.1", &done), "10.0.0.2");
	CHECK(!done);
	CHECK_STR(forwarded("192.0.2.1, nonsense, 10.0.0.1", &done), "10.0.0.1");
	CHECK(done);
}

static void reads_the_last_protocol(void)
{
	CHECK(value_forwarded_https(span_str("https")));
	CHECK(value_forwarded_https(span_str("http, HTTPS")));
	CHECK(!value_forwarded_https(span_str("https, http")));
	CHECK(!value_forwarded_https(span_str("")));
}

int main(void)
{
	RUN(finds_cookies);
	RUN(compares_entity_tags_weakly);
	RUN(reads_what_codings_are_taken);
	RUN(believes_the_last_address_that_is_no_proxy);
	RUN(reads_the_last_protocol);
	return test_done();
}
