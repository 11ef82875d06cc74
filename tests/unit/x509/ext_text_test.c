#include "x509/der.h"
#include "x509/ext_text.h"
#include "x509/limits.h"

#include "lib/certs.h"

/* "Key usage!\n  digital signature\n": critical ones have a mark, partial ones another. */
static void put_one(void *context, const struct ext *ext, const struct ext_text *said)
{
	struct span rest = said->values, line;
	struct buf *out = context;

	if (said->name)
		buf_str(out, said->name);
	else
		der_oid_text(ext->oid, out);
	buf_printf(out, "%s%s\n", ext->critical ? "!" : "", said->partial ? "?" : "");
	while (span_line(&rest, &line))
		buf_printf(out, "  %.*s\n", (int)line.n, (const char *)line.p);
}

/* From the key usage on: before it stand ids of keys that are new whenever make.py runs. */
static void check_all(const char *name, const char *expected)
{
	const char *text;
	struct buf out;

	buf_init(&out, 1 << 16);
	CHECK(ext_text_each(test_cert(name), put_one, &out));
	text = strstr(buf_text(&out), "Key usage!");
	CHECK_STR(text, expected);
	buf_done(&out);
}

#define HEX_64 "7575757575757575757575757575757575757575757575757575757575757575"

static void what_a_leaf_says(void)
{
	check_all("words-leaf",
	    "Key usage!\n"
	    "  digital signature\n"
	    "  key encipherment\n"
	    "Addresses of the issuer\n"
	    "  OCSP: http://ocsp.example/\n"
	    "  issuer's certificate: http://ca.example/inter.cer\n"
	    "Revocation lists (CRL)\n"
	    "  http://ca.example/1.crl\n"
	    "  ldap://ca.example/cn=1\n"
	    "  by a name within its issuer\n"
	    "  signed by dir:CN=Signer\n"
	    "Policies\n"
	    "  OV (the organization was checked): http://ca.example/cps: read\\0Athis\n"
	    "  1.3.6.1.4.1.99999.7\n"
	    "TLS features\n"
	    "  must staple: the server promises a stapled OCSP answer\n"
	    "  TLS extension 17\n"
	    "Timestamps of logs (CT)\n"
	    "  2026-01-01T00:00:00Z, log AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=\n"
	    "  2026-01-01T00:00:00Z, log AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI=\n"
	    "  of version 2\n"
	    "Template (Microsoft)\n"
	    "  WebServer\n"
	    "Template (Microsoft)\n"
	    "  1.3.6.1.4.1.311.21.8.1, version 100.3\n"
	    "Purposes (Microsoft)\n"
	    "  server authentication\n"
	    "Account (Microsoft)\n"
	    "  S-1-5-21-7\n"
	    "Netscape type\n"
	    "  client\n"
	    "  server\n"
	    "Comment\n"
	    "  made by hand\n"
	    "Qualified statements\n"
	    "  qualified in the EU\n"
	    "  type of qualified certificate\n"
	    "ACME challenge!\n"
	    "  acacacacacacacacacacacacacacacacacacacacacacacacacacacacacacacac\n"
	    "Status is not asked for\n"
	    "  yes\n"
	    "1.3.6.1.4.1.99999.1\n"
	    "  0500\n"
	    "1.3.6.1.4.1.99999.2\n"
	    "  " HEX_64 HEX_64 HEX_64 HEX_64 HEX_64 HEX_64 HEX_64 HEX_64 "... (300 bytes)\n");
}

static void what_an_authority_says(void)
{
	check_all("words-ca", "Key usage!\n"
			      "  certificate signing\n"
			      "  CRL signing\n"
			      "Name constraints!\n"
			      "  only example\n"
			      "  only every name\n"
			      "  only 10.0.0.0/8\n"
			      "  only 2001:db8::/32\n"
			      "  never secret.example\n"
			      "Authority key id\n"
			      "  1d1d1d1d1d1d1d1d1d1d1d1d1d1d1d1d1d1d1d1d\n"
			      "  dir:CN=Above\n"
			      "  serial 0102\n"
			      "Issuer's other names\n"
			      "  http://ca.example/\n"
			      "Policy mappings\n"
			      "  DV (control of the names was checked) counts as 1.2.3\n"
			      "Policy constraints\n"
			      "  an acceptable policy is required after 0 certificates\n"
			      "  mapping of policies ends after 2 certificates\n"
			      "Policy constraints\n"
			      "  \"any policy\" ends after 1 certificates\n"
			      "Addresses of the subject\n"
			      "  certificates of this authority: rsync://ca.example/\n"
			      "CA version (Microsoft)\n"
			      "  certificate 3, key 2\n"
			      "CA before (Microsoft)\n"
			      "  bebebebebebebebebebebebebebebebebebebebe\n");
}

static bool is_partial(const char *oid, size_t oid_n, const char *value, size_t n, const char *said)
{
	struct ext ext = {.oid = span_of(oid, oid_n), .value = span_of(value, n)};
	struct ext_text text;
	struct buf values;

	buf_init(&values, EXT_TEXT_MAX);
	ext_text(&ext, &values, &text);
	CHECK_STR(buf_text(&values), said);
	buf_done(&values);
	return text.partial;
}

#define PARTIAL(oid, value, said)                                                                  \
	is_partial((oid), sizeof(oid) - 1, (value), sizeof(value) - 1, (said))

static void what_was_read_before_an_error_is_said(void)
{
	/* keyUsage with rubbish behind it; extKeyUsage whose second purpose is an INTEGER */
	CHECK(PARTIAL(
	    "\x55\x1d\x0f", "\x03\x02\x05\xa0\x05\x00", "digital signature\nkey encipherment\n"));
	CHECK(PARTIAL(
	    "\x55\x1d\x25", "\x30\x09\x06\x04\x55\x1d\x25\x00\x02\x01\x05", "any purpose\n"));
	/* an address whose mask has a hole is shown as it stands */
	CHECK(!PARTIAL("\x55\x1d\x1e",
	    "\x30\x0e\xa0\x0c\x30\x0a\x87\x08\x0a\x00\x00\x00\xff\x00\xff\x00",
	    "only ip:0a000000ff00ff00\n"));
	CHECK(PARTIAL("\x55\x1d\x13", "", ""));
	CHECK(PARTIAL("\x55\x1d\x13", "\x30\x04\x01\x01\xff\x05",
	    "an authority: it may sign certificates\n"));
}

static void a_bit_without_a_meaning(void)
{
	CHECK(!PARTIAL(
	    "\x55\x1d\x0f", "\x03\x03\x06\x80\x40", "digital signature\nbits without a meaning\n"));
}

static void more_than_fits(void)
{
	static const uint8_t tags[] = {0x30, 0x30, 0xa0, 0xa0, 0x86};
	static uint8_t value[2 * EXT_TEXT_MAX];
	struct ext ext = {
	    .oid = span_of("\x55\x1d\x1f", 3), .value = span_of(value, sizeof(value))};
	struct ext_text text;
	struct buf values;

	/* A CRL's point of one URI that takes all of it. */
	memset(value, 'u', sizeof(value));
	for (size_t i = 0; i < sizeof(tags); i++) {
		value[5 * i] = tags[i];
		value[5 * i + 1] = 0x83;
		buf_store_be(value + 5 * i + 2, sizeof(value) - 5 * (i + 1), 3);
	}
	buf_init(&values, EXT_TEXT_MAX);
	ext_text(&ext, &values, &text);
	CHECK(text.partial);
	CHECK_EQ(text.values.n, 0);
	buf_done(&values);
}

static void a_list_that_ends_early(void)
{
	struct buf out;

	buf_init(&out, 1 << 16);
	CHECK(!ext_text_each(test_cert("odd-extensions-cut"), put_one, &out));
	CHECK_EQ(out.n, 0);
	buf_done(&out);
}

int main(void)
{
	RUN(what_a_leaf_says);
	RUN(what_an_authority_says);
	RUN(what_was_read_before_an_error_is_said);
	RUN(a_bit_without_a_meaning);
	RUN(more_than_fits);
	RUN(a_list_that_ends_early);
	return test_done();
}
