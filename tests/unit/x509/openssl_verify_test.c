#include "lib/certs.h"
#include "x509/openssl_verify.h"

enum { NOW_S = 1780000000, LATER_S = 1900000000, BEFORE_S = 1700000000 };

static struct openssl_verifier *verifier(const char *root, bool known)
{
	struct openssl_verifier *v = NULL;

	CHECK(!err_is(openssl_verifier_new(test_cert(root), known, &v)));
	return v;
}

static const char *ask(
    struct openssl_verifier *v, const char *leaf, const char *inter, int64_t now_s)
{
	struct span certs[2] = {test_cert(leaf)};
	size_t n = 1;
	const char *text;

	if (inter)
		certs[n++] = test_cert(inter);
	text = openssl_verify(v, certs, n, now_s).text;
	return text ? text : "(none)";
}

static void chains(void)
{
	struct openssl_verifier *v = verifier("root", false);

	CHECK_STR(ask(v, "leaf", "inter", NOW_S), "ok");
	CHECK_STR(ask(v, "leaf", NULL, NOW_S), "unable to get local issuer certificate");
	CHECK_STR(ask(v, "self-signed", NULL, NOW_S), "self signed certificate");
	CHECK_STR(ask(v, "odd-cut-at-150", NULL, NOW_S), "(none)");
	CHECK_STR(ask(v, "odd-signature-forged", "inter", NOW_S), "certificate signature failure");
	openssl_verifier_free(v);
}

static void time_is_an_argument(void)
{
	struct openssl_verifier *v = verifier("root", false);

	CHECK_STR(ask(v, "leaf", "inter", LATER_S), "certificate has expired");
	CHECK_STR(ask(v, "leaf", "inter", BEFORE_S), "certificate is not yet valid");
	CHECK_STR(ask(v, "leaf", "inter", NOW_S), "ok");
	openssl_verifier_free(v);
}

/* Chrome refuses it, OpenSSL at security level 0 does not. */
static void sha1_is_signed(void)
{
	struct openssl_verifier *v = verifier("root", false);

	CHECK_STR(ask(v, "leaf-of-sha1-inter", "sha1-inter", NOW_S), "ok");
	openssl_verifier_free(v);
}

static void intermediates_are_remembered(void)
{
	struct openssl_verifier *v = verifier("root", true);

	CHECK_STR(ask(v, "leaf", NULL, NOW_S), "unable to get local issuer certificate");
	CHECK_STR(ask(v, "leaf-no-cn", "inter", NOW_S), "ok");
	CHECK_STR(ask(v, "leaf-no-san", NULL, NOW_S), "ok");
	CHECK_STR(ask(v, "leaf", NULL, NOW_S), "ok"); /* the failure is not kept */
	openssl_verifier_free(v);
}

int main(void)
{
	RUN(chains);
	RUN(time_is_an_argument);
	RUN(sha1_is_signed);
	RUN(intermediates_are_remembered);
	return test_done();
}
