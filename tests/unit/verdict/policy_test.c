#include "verdict/policy.h"

#include "lib/test.h"

static void last_match_decides(void)
{
	CHECK(policy_match("*", "anything"));
	CHECK(!policy_match("*, !*_RC4_*", "TLS_RSA_WITH_RC4_128_SHA"));
	CHECK(policy_match("*, !*_RC4_*", "TLS_RSA_WITH_AES_128_CBC_SHA"));
	CHECK(policy_match("!a, *", "a"));
	CHECK(policy_match("*, !a*, ab", "ab"));
	CHECK(!policy_match("*, !a*, ab", "ac"));
	CHECK(!policy_match("", "a"));
	CHECK(!policy_match(" , ,", "a"));
}

static void letters_and_blanks(void)
{
	CHECK(policy_match("tls 1.2,\tTLS 1.3 ", "TLS 1.3"));
	CHECK(policy_match("tls 1.2", "TLS 1.2"));
	CHECK(!policy_match("TLS 1.2", "TLS 1.20"));
	CHECK(!policy_match("TLS 1.20", "TLS 1.2"));
}

static void stars(void)
{
	CHECK(policy_match("a*b*c", "a-b-b-c"));
	CHECK(!policy_match("a*b*c", "a-b-b-c-"));
	CHECK(policy_match("*abc", "ababc"));
	CHECK(policy_match("a**", "a"));
	CHECK(!policy_match("a*b", "a"));
}

static void no_policy_is_the_default(void)
{
	CHECK(policy_allows(NULL, POLICY_VERSIONS, "TLS 1.3"));
	CHECK(!policy_allows(NULL, POLICY_VERSIONS, "TLS 1.1"));
	CHECK(!policy_allows(&policy_default, POLICY_HASHES, "SHA-1"));
	CHECK(policy_allows(&policy_default, POLICY_HASHES, "SHA-224"));
	CHECK(policy_allows(&policy_default, POLICY_CURVES, "P-192")); /* ec_bits says no */
}

int main(void)
{
	RUN(last_match_decides);
	RUN(letters_and_blanks);
	RUN(stars);
	RUN(no_policy_is_the_default);
	return test_done();
}
