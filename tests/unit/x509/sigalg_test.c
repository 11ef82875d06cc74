#include "x509/cert.h"
#include "x509/sigalg.h"

#include "lib/certs.h"

static struct sigalg alg_of(const char *name)
{
	struct sigalg alg = {.name = "not read"};
	struct cert c;

	cert_parse(test_cert(name), &c);
	CHECK(sigalg_parse(c.signed_with, &alg));
	return alg;
}

static void check_alg(const char *cert, const char *name, enum key_type key, enum sig_digest digest)
{
	struct sigalg alg = alg_of(cert);

	CHECK_STR(alg.name, name);
	CHECK_EQ(alg.key_type, key);
	CHECK_EQ(alg.digest, digest);
}

static void the_usual_ones(void)
{
	check_alg("leaf", "ecdsa-with-SHA256", KEY_TYPE_EC, SIG_DIGEST_SHA256);
	check_alg("leaf-ecdsa-sha1", "ecdsa-with-SHA1", KEY_TYPE_EC, SIG_DIGEST_SHA1);
	check_alg("leaf-sha512", "sha512WithRSAEncryption", KEY_TYPE_RSA, SIG_DIGEST_SHA512);
	check_alg("leaf-sha224", "sha224WithRSAEncryption", KEY_TYPE_RSA, SIG_DIGEST_SHA224);
	check_alg("leaf-sha1", "sha1WithRSAEncryption", KEY_TYPE_RSA, SIG_DIGEST_SHA1);
	check_alg("leaf-md5", "md5WithRSAEncryption", KEY_TYPE_RSA, SIG_DIGEST_MD5);
	check_alg("leaf-of-ed25519-root", "ED25519", KEY_TYPE_ED25519, SIG_DIGEST_NONE);
}

static void pss_keeps_its_digest_in_the_parameters(void)
{
	struct sigalg alg = alg_of("leaf-pss");

	CHECK_STR(alg.name, "rsassaPss");
	CHECK(alg.pss);
	CHECK_EQ(alg.digest, SIG_DIGEST_SHA256);
	CHECK_EQ(alg.mgf_digest, SIG_DIGEST_SHA256);
	CHECK_EQ(alg.salt_n, 32);
}

static bool parse(const char *der, size_t n, struct sigalg *alg)
{
	return sigalg_parse(span_of(der, n), alg);
}

#define PARSE(literal, alg) parse((literal), sizeof(literal) - 1, (alg))

static void pss_that_says_nothing_is_sha1(void)
{
	struct sigalg alg;

	CHECK(PARSE("\x30\x0d\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0a\x30\x00", &alg));
	CHECK(alg.pss && alg.digest == SIG_DIGEST_SHA1 && alg.mgf_digest == SIG_DIGEST_SHA1);
	CHECK_EQ(alg.salt_n, 20);
}

static void a_salt_of_absurd_length(void)
{
	struct sigalg alg;

	CHECK(PARSE("\x30\x14\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0a\x30\x07\xa2\x05\x02\x03"
		    "\x01\x00\x00",
	    &alg));
	CHECK_EQ(alg.digest, SIG_DIGEST_NONE);
}

static void an_unknown_one_is_its_oid(void)
{
	struct sigalg alg;

	CHECK(PARSE("\x30\x05\x06\x03\x2a\x03\x04", &alg));
	CHECK_STR(alg.name, "1.2.3.4");
	CHECK_EQ(alg.key_type, KEY_TYPE_NONE);
	CHECK(!PARSE("\x30\x02\x05\x00", &alg));
	CHECK(!PARSE("", &alg));
}

static void digests_have_names(void)
{
	CHECK_STR(sig_digest_text(SIG_DIGEST_SHA1), "SHA-1");
	CHECK_STR(sig_digest_text(SIG_DIGEST_NONE), "");
	for (int i = 0; i < SIG_DIGEST_MAX; i++)
		CHECK(sig_digest_text((enum sig_digest)i) != NULL);
}

int main(void)
{
	RUN(the_usual_ones);
	RUN(pss_keeps_its_digest_in_the_parameters);
	RUN(pss_that_says_nothing_is_sha1);
	RUN(a_salt_of_absurd_length);
	RUN(an_unknown_one_is_its_oid);
	RUN(digests_have_names);
	return test_done();
}
