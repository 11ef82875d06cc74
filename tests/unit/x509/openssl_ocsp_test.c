/* The authority, its server and its answers are made here. */
#include "x509/openssl_ocsp.h"

#include "lib/test.h"

#include <openssl/evp.h>
#include <openssl/ocsp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

enum { NOW_S = 1780000000, DAY_S = 86400 };

static EVP_PKEY *ca_key, *other_key;
static X509 *ca, *leaf, *stranger;

static X509 *issue(const char *cn, EVP_PKEY *key, X509 *issuer, EVP_PKEY *with, long serial)
{
	X509 *c = X509_new();

	X509_set_version(c, 2);
	ASN1_INTEGER_set(X509_get_serialNumber(c), serial);
	X509_NAME_add_entry_by_txt(
	    X509_get_subject_name(c), "CN", MBSTRING_ASC, (const unsigned char *)cn, -1, -1, 0);
	X509_set_issuer_name(c, X509_get_subject_name(issuer ? issuer : c));
	ASN1_TIME_set(X509_getm_notBefore(c), NOW_S - 100 * DAY_S);
	ASN1_TIME_set(X509_getm_notAfter(c), NOW_S + 100 * DAY_S);
	X509_set_pubkey(c, key);
	if (!issuer) {
		X509_EXTENSION *ext =
		    X509V3_EXT_conf_nid(NULL, NULL, NID_basic_constraints, "critical,CA:TRUE");

		X509_add_ext(c, ext, -1);
		X509_EXTENSION_free(ext);
	}
	X509_sign(c, with, EVP_sha256());
	return c;
}

static struct span der_of(X509 *c)
{
	static unsigned char der[8][4096];
	static size_t next;
	unsigned char *p = der[next++ % 8];
	const unsigned char *begin = p;

	return span_of(begin, (size_t)i2d_X509(c, &p));
}

/* An answer of the authority on `about`. */
static struct span response(X509 *about, int status, long from_s, long to_s, EVP_PKEY *with)
{
	static unsigned char der[8192];
	unsigned char *p = der;
	OCSP_BASICRESP *basic = OCSP_BASICRESP_new();
	OCSP_CERTID *id = OCSP_cert_to_id(NULL, about, ca);
	ASN1_TIME *from = ASN1_TIME_set(NULL, from_s), *to = ASN1_TIME_set(NULL, to_s);
	OCSP_RESPONSE *r;
	int n;

	OCSP_basic_add1_status(basic, id, status, 0,
	    status == V_OCSP_CERTSTATUS_REVOKED ? from : NULL, from, to_s ? to : NULL);
	/* without a certificate of its own: the authority's is in the chain */
	OCSP_basic_sign(basic, ca, with, EVP_sha256(), NULL, OCSP_NOCERTS);
	r = OCSP_response_create(OCSP_RESPONSE_STATUS_SUCCESSFUL, basic);
	n = i2d_OCSP_RESPONSE(r, &p);
	OCSP_RESPONSE_free(r);
	OCSP_BASICRESP_free(basic);
	OCSP_CERTID_free(id);
	ASN1_TIME_free(from);
	ASN1_TIME_free(to);
	return span_of(der, n > 0 ? (size_t)n : 0);
}

static const char *ask(X509 *root, struct span answer)
{
	struct span certs[] = {der_of(leaf), der_of(ca)};
	struct openssl_verifier *v = NULL;
	const char *text;

	CHECK(!err_is(openssl_verifier_new(der_of(root), false, &v)));
	text = openssl_ocsp(v, certs, 2, answer, NOW_S);
	openssl_verifier_free(v);
	return text;
}

static struct span usual(int status)
{
	return response(leaf, status, NOW_S - DAY_S, NOW_S + DAY_S, ca_key);
}

static void answers(void)
{
	CHECK_STR(ask(ca, usual(V_OCSP_CERTSTATUS_GOOD)), "good");
	CHECK_STR(ask(ca, usual(V_OCSP_CERTSTATUS_REVOKED)), "revoked");
	CHECK_STR(ask(ca, usual(V_OCSP_CERTSTATUS_UNKNOWN)), "unknown");
}

static void dates(void)
{
	CHECK_STR(
	    ask(ca, response(leaf, 0, NOW_S - 9 * DAY_S, NOW_S - 1, ca_key)), "OCSP reply expired");
	CHECK_STR(ask(ca, response(leaf, 0, NOW_S + 1, NOW_S + DAY_S, ca_key)),
	    "OCSP reply specifies time in future");
	CHECK_STR(ask(ca, response(leaf, 0, NOW_S - 1, 0, ca_key)),
	    "OCSP reply missing nextUpdate field");
}

static void who_and_for_whom(void)
{
	struct span forged = usual(V_OCSP_CERTSTATUS_GOOD);

	((unsigned char *)(uintptr_t)forged.p)[forged.n - 1] ^= 1;
	CHECK_STR(ask(ca, forged), "OCSP response signature failure");
	CHECK_STR(ask(ca, response(stranger, 0, NOW_S - 1, NOW_S + 1, ca_key)),
	    "OCSP reply is not for host certificate");
	CHECK_STR(ask(stranger, usual(V_OCSP_CERTSTATUS_GOOD)), "self-signed certificate");
}

static void no_answers(void)
{
	CHECK_STR(ask(ca, span_of("\x30\x03\x0a\x01\x03", 5)), "trylater");
	CHECK_STR(ask(ca, span_of("\x30\x03\x0a\x01\x00", 5)), "Could not parse OCSP response");
	CHECK_STR(ask(ca, span_of("nonsense", 8)), "Could not parse OCSP response");
	CHECK_STR(ask(ca, span_of(NULL, 0)), "Could not parse OCSP response");
}

int main(void)
{
	ca_key = EVP_EC_gen("P-256");
	other_key = EVP_EC_gen("P-256");
	ca = issue("authority", ca_key, NULL, ca_key, 1);
	leaf = issue("server", other_key, ca, ca_key, 2);
	stranger = issue("stranger", other_key, NULL, other_key, 3);
	RUN(answers);
	RUN(dates);
	RUN(who_and_for_whom);
	RUN(no_answers);
	X509_free(ca);
	X509_free(leaf);
	X509_free(stranger);
	EVP_PKEY_free(ca_key);
	EVP_PKEY_free(other_key);
	return test_done();
}
