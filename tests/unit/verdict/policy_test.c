#include "verdict/policy.h"

#include "lib/certs.h"
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

static struct policy policy;
static char said[512];

/* The line of the error; 0: it is a policy. */
static size_t parsed(const char *text)
{
	struct buf message;
	struct err e;

	buf_init(&message, sizeof(said));
	e = policy_parse(span_str(text), &policy, &message);
	snprintf(said, sizeof(said), "%s", message.n ? buf_text(&message) : "");
	buf_done(&message);
	return err_is(e) ? e.at : 0;
}

static void what_is_not_said_is_the_default(void)
{
	memset(&policy, 0xff, sizeof(policy));
	CHECK_EQ(parsed(""), 0);
	CHECK_MEM(&policy, &policy_default, sizeof(policy));
	CHECK_EQ(parsed("# nothing\n\n   # at all"), 0);
	CHECK_EQ(parsed("rsa-bits = 3072 # so\n"), 0);
	CHECK_EQ(policy.rsa_bits, 3072);
	CHECK_EQ(policy.dsa_bits, policy_default.dsa_bits);
	CHECK_STR(policy.lists[POLICY_CIPHERS], policy_default.lists[POLICY_CIPHERS]);
}

static void every_key(void)
{
	CHECK_EQ(parsed("versions = tls 1.3, DTLS*\n"
			"ciphers = *, !*_CBC_*\r\n"
			"groups=x25519\n"
			"hashes = SHA-256\n"
			"key-types = EC, Ed25519\n"
			"curves = P-*, !P-192\n"
			"rsa-bits = 4096\ndsa-bits = 65536\nec-bits = 256"),
	    0);
	CHECK_STR(policy.lists[POLICY_VERSIONS], "tls 1.3, DTLS*");
	CHECK_STR(policy.lists[POLICY_CIPHERS], "*, !*_CBC_*");
	CHECK_STR(policy.lists[POLICY_GROUPS], "x25519");
	CHECK_STR(policy.lists[POLICY_HASHES], "SHA-256");
	CHECK_STR(policy.lists[POLICY_KEY_TYPES], "EC, Ed25519");
	CHECK_STR(policy.lists[POLICY_CURVES], "P-*, !P-192");
	CHECK_EQ(policy.rsa_bits, 4096);
	CHECK_EQ(policy.dsa_bits, 65536);
	CHECK_EQ(policy.ec_bits, 256);
}

static void lists_go_on(void)
{
	CHECK_EQ(parsed("ciphers = TLS_AES_128_GCM_SHA256,\n"
			"\tTLS_AES_256_GCM_SHA384, # the other\n"
			"\n"
			"  TLS_CHACHA20_POLY1305_SHA256\n"
			"ec-bits = 256\n"),
	    0);
	CHECK_STR(policy.lists[POLICY_CIPHERS],
	    "TLS_AES_128_GCM_SHA256, TLS_AES_256_GCM_SHA384, TLS_CHACHA20_POLY1305_SHA256");
}

static void slips_are_told_by_line(void)
{
	CHECK_EQ(parsed("\nhash = SHA-256\n"), 2);
	CHECK_STR(said,
	    "no such key: hash (there are versions, ciphers, groups, hashes, key-types, curves, "
	    "rsa-bits, dsa-bits, ec-bits)");
	CHECK_EQ(parsed("hashes = SHA256"), 1);
	CHECK_STR(said, "no such name: SHA256 (one is SHA-256)");
	CHECK_EQ(parsed("versions = TLS 1.2\n\n\tTLS 1.4\n"), 3);
	CHECK_STR(said, "no such name: TLS 1.4 (one is TLS 1.2)");
	CHECK_EQ(parsed("ciphers = *, !*_RC5_*"), 1);
	CHECK_EQ(parsed("curves = P-255"), 1);
	CHECK_EQ(parsed("key-types = RSA 2048"), 1);
	CHECK_EQ(parsed("rsa-bits = 2048\nrsa-bits = 2048"), 2);
	CHECK_STR(said, "said twice: rsa-bits");
	CHECK_EQ(parsed("rsa-bits = many"), 1);
	CHECK_STR(said, "not a number of bits: many");
	CHECK_EQ(parsed("rsa-bits = 65537"), 1);
	CHECK_EQ(parsed("rsa-bits = 99999999999999999999"), 1);
	CHECK_EQ(parsed("groups ="), 1);
	CHECK_STR(said, "no value: groups");
	CHECK_EQ(parsed("groups"), 1);
	CHECK_STR(said, "expected key = value: groups");
	CHECK_EQ(parsed(" x25519"), 1);
	CHECK_EQ(parsed("rsa-bits = 1\n 2"), 2);
}

static void a_slip_changes_nothing(void)
{
	CHECK_EQ(parsed("rsa-bits = 3072"), 0);
	CHECK_EQ(parsed("rsa-bits = 4096\nbits"), 2);
	CHECK_EQ(policy.rsa_bits, 3072);
}

static void too_much(void)
{
	static char text[POLICY_LIST_MAX * 2] = "versions = ";

	for (size_t n = strlen(text); n + 10 < sizeof(text); n = strlen(text))
		snprintf(text + n, sizeof(text) - n, "TLS 1.3, ");
	CHECK_EQ(parsed(text), 1);
	CHECK_STR(said, "the list is too long");
}

static void bytes_are_no_text(void)
{
	struct buf message;
	struct err e;

	buf_init(&message, 100);
	e = policy_parse(span_of("a\nb\0c", 5), &policy, &message);
	CHECK(err_is(e));
	e = policy_parse(span_of("\0", 1), &policy, &message);
	CHECK_EQ(e.at, 1);
	buf_done(&message);
}

/* The file that is shipped says what the code does. */
static void the_shipped_file_is_the_default(void)
{
	struct buf message;

	buf_init(&message, 1000);
	memset(&policy, 0xff, sizeof(policy));
	CHECK(!err_is(policy_parse(test_file("../packaging/policy.conf"), &policy, &message)));
	CHECK_EQ(policy.rsa_bits, policy_default.rsa_bits);
	CHECK_EQ(policy.dsa_bits, policy_default.dsa_bits);
	CHECK_EQ(policy.ec_bits, policy_default.ec_bits);
	for (size_t i = 0; i < POLICY_LISTS; i++)
		CHECK_STR(policy.lists[i], policy_default.lists[i]);
	buf_done(&message);
}

int main(void)
{
	RUN(what_is_not_said_is_the_default);
	RUN(every_key);
	RUN(lists_go_on);
	RUN(slips_are_told_by_line);
	RUN(a_slip_changes_nothing);
	RUN(too_much);
	RUN(bytes_are_no_text);
	RUN(the_shipped_file_is_the_default);
	RUN(last_match_decides);
	RUN(letters_and_blanks);
	RUN(stars);
	RUN(no_policy_is_the_default);
	return test_done();
}
