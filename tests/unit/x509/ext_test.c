#include "x509/cert.h"
#include "x509/der.h"
#include "x509/ext.h"

#include "lib/certs.h"

static struct extensions ext_of(const char *name)
{
	struct cert c;

	cert_parse(test_cert(name), &c);
	return c.ext;
}

static void what_a_ca_says(void)
{
	struct extensions ext = ext_of("ca-path-len-0");

	CHECK(ext.has_basic && ext.is_ca);
	CHECK_EQ(ext.path_len, 0);
	CHECK(ext.has_key_usage && ext.key_usage == (USAGE_CERT_SIGN | USAGE_CRL_SIGN));
	CHECK(!ext.has_purposes && !ext.has_san);
	CHECK_EQ(ext_of("inter").path_len, PATH_LEN_NONE);
	CHECK(!(ext_of("ca-no-cert-sign").key_usage & USAGE_CERT_SIGN));
}

static void what_a_leaf_says(void)
{
	struct extensions ext = ext_of("leaf");

	CHECK(ext.has_basic && !ext.is_ca);
	CHECK(ext.has_purposes && ext.purposes == PURPOSE_SERVER);
	CHECK(ext.has_san && !ext.must_staple && !ext.has_scts && !ext.has_constraints);
	CHECK(!ext_of("leaf-no-basic").has_basic);
}

static void key_identifiers_lead_to_the_issuer(void)
{
	struct extensions leaf = ext_of("leaf"), inter = ext_of("inter"), root = ext_of("root");

	CHECK_EQ(inter.key_id.n, 20);
	CHECK(span_eq(leaf.issuer_key_id, inter.key_id));
	CHECK(span_eq(inter.issuer_key_id, root.key_id));
	CHECK_EQ(root.issuer_key_id.n, 0);
}

static void must_staple(void)
{
	CHECK(ext_of("leaf-staple").must_staple);
}

static void aia_has_the_issuers_place(void)
{
	struct span uri;

	CHECK(aia_uri(ext_of("leaf-aia").aia, AIA_ISSUER, &uri));
	CHECK(span_is(uri, "http://ca.example/inter.cer"));
	CHECK(!aia_uri(ext_of("leaf-aia").aia, AIA_OCSP, &uri));
	CHECK(!aia_uri(ext_of("leaf").aia, AIA_ISSUER, &uri));
}

static void an_unknown_critical_extension_is_kept(void)
{
	struct buf oid;

	buf_init(&oid, 64);
	der_oid_text(ext_of("ca-critical").unknown, &oid);
	CHECK_STR(buf_text(&oid), "1.3.6.1.4.1.99999.1");
	buf_done(&oid);
	CHECK_EQ(ext_of("leaf").unknown.n, 0);
}

static void a_malformed_one_spoils_no_other(void)
{
	struct cert c;

	cert_parse(test_cert("odd-san-cut"), &c);
	CHECK_EQ(c.flaws, FLAW_EXTENSION);
	CHECK(span_eq(c.bad_extension, span_of("\x55\x1d\x11", 3)));
	CHECK(c.ext.has_basic && c.ext.has_purposes);
}

static void an_extension_twice(void)
{
	struct cert c;

	cert_parse(test_cert("odd-extension-twice"), &c);
	CHECK_EQ(c.flaws, FLAW_EXTENSION);
}

static bool parse(const char *der, size_t n, struct extensions *ext, struct span *bad)
{
	return ext_parse(span_of(der, n), ext, bad);
}

#define PARSE(literal, ext, bad) parse((literal), sizeof(literal) - 1, (ext), (bad))

static void malformed_values(void)
{
	struct extensions ext;
	struct span bad;

	/* basicConstraints: something behind pathLen; a negative pathLen; rubbish behind all */
	CHECK(
	    PARSE("\x30\x0e\x06\x03\x55\x1d\x13\x04\x07\x30\x05\x02\x01\x01\x05\x00", &ext, &bad));
	CHECK(bad.n == 3 && !ext.has_basic);
	CHECK(PARSE("\x30\x0c\x06\x03\x55\x1d\x13\x04\x05\x30\x03\x02\x01\xff", &ext, &bad));
	CHECK(bad.n == 3 && !ext.has_basic);
	CHECK(PARSE("\x30\x0b\x06\x03\x55\x1d\x13\x04\x04\x30\x00\x05\x00", &ext, &bad));
	CHECK(bad.n == 3);
	/* keyUsage that is an INTEGER; extKeyUsage of an INTEGER; key identifiers of the wrong
	 * type */
	CHECK(PARSE("\x30\x0a\x06\x03\x55\x1d\x0f\x04\x03\x02\x01\x05", &ext, &bad));
	CHECK(bad.n == 3 && !ext.has_key_usage);
	CHECK(PARSE("\x30\x0c\x06\x03\x55\x1d\x25\x04\x05\x30\x03\x02\x01\x05", &ext, &bad));
	CHECK(bad.n == 3 && !ext.has_purposes);
	CHECK(PARSE("\x30\x0a\x06\x03\x55\x1d\x0e\x04\x03\x02\x01\x05", &ext, &bad));
	CHECK(bad.n == 3 && ext.key_id.n == 0);
	CHECK(PARSE("\x30\x0a\x06\x03\x55\x1d\x23\x04\x03\x02\x01\x05", &ext, &bad));
	CHECK(bad.n == 3 && ext.issuer_key_id.n == 0);
	/* an extension without a value ends the list */
	CHECK(!PARSE("\x30\x05\x06\x03\x55\x1d\x13", &ext, &bad));
	CHECK(PARSE("", &ext, &bad));
	CHECK_EQ(ext.path_len, PATH_LEN_NONE);
}

static void purposes(void)
{
	struct extensions ext;
	struct span bad;

	CHECK(PARSE(
	    "\x30\x23\x06\x03\x55\x1d\x25\x04\x1c\x30\x1a\x06\x04\x55\x1d\x25\x00"
	    "\x06\x08\x2b\x06\x01\x05\x05\x07\x03\x02\x06\x08\x2b\x06\x01\x05\x05\x07\x03\x03",
	    &ext, &bad));
	CHECK_EQ(ext.purposes, PURPOSE_ANY | PURPOSE_CLIENT | PURPOSE_OTHER);
}

int main(void)
{
	RUN(what_a_ca_says);
	RUN(what_a_leaf_says);
	RUN(key_identifiers_lead_to_the_issuer);
	RUN(must_staple);
	RUN(aia_has_the_issuers_place);
	RUN(an_unknown_critical_extension_is_kept);
	RUN(a_malformed_one_spoils_no_other);
	RUN(an_extension_twice);
	RUN(malformed_values);
	RUN(purposes);
	return test_done();
}
