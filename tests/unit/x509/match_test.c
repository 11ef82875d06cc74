#include "x509/match.h"

#include "lib/test.h"

static bool matches(const char *pattern, const char *host)
{
	return match_dns(span_str(pattern), span_str(host));
}

static void the_same_name(void)
{
	CHECK(matches("www.example", "www.example"));
	CHECK(matches("WWW.Example", "www.eXAMPLE"));
	CHECK(matches("localhost", "localhost"));
	CHECK(matches("xn--bcher-kva.example", "XN--BCHER-KVA.example"));
	CHECK(matches("under_score.example", "under_score.example"));
	CHECK(!matches("www.example", "www.example.org"));
	CHECK(!matches("www.example", "ww.example"));
	CHECK(!matches("example", "www.example"));
}

static void a_trailing_dot_is_the_askers(void)
{
	CHECK(matches("www.example", "www.example."));
	CHECK(!matches("www.example", "www.example.."));
	CHECK(!matches("www.example.", "www.example"));
	CHECK(!matches("", "."));
	CHECK(!matches("", ""));
}

static void a_wildcard_is_one_whole_label(void)
{
	CHECK(matches("*.example.org", "a.example.org"));
	CHECK(matches("*.EXAMPLE.org", "a.example.ORG"));
	CHECK(matches("*.example.org", "xn--bcher-kva.example.org"));
	CHECK(!matches("*.example.org", "example.org"));
	CHECK(!matches("*.example.org", "a.b.example.org"));
	CHECK(!matches("*.example.org", ".example.org"));
	CHECK(!matches("*.example.org", "a.example.com"));
}

static void no_other_star_means_anything(void)
{
	CHECK(!matches("w*.example.org", "www.example.org"));
	CHECK(!matches("*w.example.org", "www.example.org"));
	CHECK(!matches("www.*.org", "www.example.org"));
	CHECK(!matches("*.*.org", "www.example.org"));
	CHECK(!matches("xn--*.example.org", "xn--a.example.org"));
	CHECK(!matches("*", "example"));
	CHECK(!matches("*.", "a."));
	CHECK(!matches("*.org", "example.org")); /* too wide: no browser takes it */
}

static void a_host_has_no_star(void)
{
	CHECK(!matches("*.example.org", "*.example.org"));
	CHECK(!matches("*", "*"));
}

static void nothing_hides_behind_a_nul(void)
{
	CHECK(!match_dns(span_of("www.example\0.evil.test", 22), span_str("www.example")));
	CHECK(!matches("www.exam ple", "www.exam ple"));
}

int main(void)
{
	RUN(the_same_name);
	RUN(a_trailing_dot_is_the_askers);
	RUN(a_wildcard_is_one_whole_label);
	RUN(no_other_star_means_anything);
	RUN(a_host_has_no_star);
	RUN(nothing_hides_behind_a_nul);
	return test_done();
}
