#include "x509/cert.h"
#include "x509/name.h"

#include "lib/certs.h"

static struct cert cert_of(const char *name)
{
	struct cert c;

	cert_parse(test_cert(name), &c);
	return c;
}

static const char *text_of(struct span name)
{
	static struct buf out;

	buf_done(&out);
	buf_init(&out, 4096);
	name_text(name, &out);
	return buf_text(&out);
}

static const char *cn_of(struct span name)
{
	static struct buf out;

	buf_done(&out);
	buf_init(&out, 4096);
	return name_cn(name, &out) ? buf_text(&out) : NULL;
}

/* A Name of one RDN, {type, value}s given as DER of the attribute pairs. */
static struct span rdn(const char *pairs, size_t n)
{
	static uint8_t der[4][256];
	static unsigned turn;
	uint8_t *at = der[turn++ % 4];

	at[0] = 0x30;
	at[1] = (uint8_t)(n + 2);
	at[2] = 0x31;
	at[3] = (uint8_t)n;
	memcpy(at + 4, pairs, n);
	return span_of(at, n + 4);
}

#define RDN(literal) rdn((literal), sizeof(literal) - 1)

static void the_most_specific_part_comes_first(void)
{
	CHECK_STR(text_of(cert_of("inter").subject), "CN=Test Intermediate,O=certscape tests");
	CHECK_STR(cn_of(cert_of("inter").subject), "Test Intermediate");
}

static void the_empty_name(void)
{
	struct cert c = cert_of("leaf-no-name");

	CHECK(name_is_empty(c.subject));
	CHECK_STR(text_of(c.subject), "");
	CHECK(cn_of(c.subject) == NULL);
	CHECK(!name_is_empty(c.issuer));
}

static void every_string_type(void)
{
	CHECK_STR(cn_of(cert_of("odd-name-bmp").subject), "Zürich ☃ 𝄞");
	CHECK_STR(cn_of(cert_of("odd-name-t61").subject), "Zürich");
	CHECK_STR(cn_of(cert_of("odd-name-universal").subject), "Zürich 𝄞");
	CHECK_STR(cn_of(cert_of("odd-name-bad-utf8").subject), "ab�����z");
}

static void the_last_common_name_counts(void)
{
	CHECK_STR(cn_of(cert_of("odd-name-two-cns").subject), "last");
	CHECK_STR(text_of(cert_of("odd-name-two-cns").subject), "CN=last,CN=first");
}

static void control_characters_are_escaped(void)
{
	CHECK_STR(
	    text_of(cert_of("odd-name-control").subject), "CN=a\\1B[2J\\00b\\,\\\"c\\C2\\9Bd");
}

static void rfc_4514_escapes(void)
{
	CHECK_STR(
	    text_of(RDN("\x30\x0e\x06\x03\x55\x04\x03\x0c\x07 a+b;> ")), "CN=\\ a\\+b\\;\\>\\ ");
	CHECK_STR(text_of(RDN("\x30\x09\x06\x03\x55\x04\x03\x0c\x02#a")), "CN=\\#a");
	CHECK_STR(text_of(RDN("\x30\x08\x06\x03\x55\x04\x03\x0c\x01\\")), "CN=\\5C");
}

static void unknown_types_and_values_are_hexadecimal(void)
{
	CHECK_STR(text_of(RDN("\x30\x08\x06\x03\x2a\x03\x04\x0c\x01x")), "1.2.3.4=#0c0178");
	CHECK_STR(text_of(cert_of("odd-name-integer").subject), "CN=#020105");
	CHECK(cn_of(cert_of("odd-name-integer").subject) == NULL);
}

static void several_values_are_joined(void)
{
	CHECK_STR(text_of(RDN("\x30\x08\x06\x03\x55\x04\x03\x0c\x01x"
			      "\x30\x08\x06\x03\x55\x04\x0a\x0c\x01y")),
	    "CN=x+O=y");
}

static void a_malformed_name_is_marked(void)
{
	struct span whole = cert_of("odd-name-cut").subject;

	CHECK(!name_is_readable(whole));
	CHECK_STR(text_of(whole), "?");
	CHECK(name_is_readable(cert_of("leaf").subject));
	CHECK_STR(text_of(RDN("\x30\x08\x06\x03\x55\x04\x03\x0c\x01x\x30\x02")), "CN=x+?");
}

static void the_same_in_other_spellings(void)
{
	struct span utf8 = RDN("\x30\x0d\x06\x03\x55\x04\x03\x0c\x06"
			       "Acme X");
	struct span printable = RDN("\x30\x10\x06\x03\x55\x04\x03\x13\x09"
				    " ACME  x ");
	struct span bmp = RDN("\x30\x13\x06\x03\x55\x04\x03\x1e\x0c\0a\0c\0m\0e\0 \0x");

	CHECK(name_eq(utf8, printable));
	CHECK(name_eq(utf8, bmp));
	CHECK_EQ(name_key(utf8), name_key(printable));
	CHECK_EQ(name_key(utf8), name_key(bmp));
}

static void not_the_same(void)
{
	struct span one = RDN("\x30\x09\x06\x03\x55\x04\x03\x0c\x02xy");
	struct span other = RDN("\x30\x09\x06\x03\x55\x04\x0a\x0c\x02xy");
	struct span spaced = RDN("\x30\x0a\x06\x03\x55\x04\x03\x0c\x03x y");
	struct span number = RDN("\x30\x09\x06\x03\x55\x04\x03\x02\x02xy");

	CHECK(!name_eq(one, other));
	CHECK(!name_eq(one, spaced));
	CHECK(!name_eq(one, number));
	CHECK(name_key(one) != name_key(other));
	CHECK(name_eq(one, one));
}

/* Else one name that ends in rubbish would be taken for another that begins alike. */
static void malformed_names_equal_only_themselves(void)
{
	struct span good = RDN("\x30\x08\x06\x03\x55\x04\x03\x0c\x01x");
	struct span one = RDN("\x30\x08\x06\x03\x55\x04\x03\x0c\x01x\x30\x01");
	struct span two = RDN("\x30\x08\x06\x03\x55\x04\x03\x0c\x01x\x30\x02");

	CHECK(!name_eq(one, two));
	CHECK(!name_eq(one, good));
	CHECK(name_eq(one, one));
}

int main(void)
{
	RUN(the_most_specific_part_comes_first);
	RUN(the_empty_name);
	RUN(every_string_type);
	RUN(the_last_common_name_counts);
	RUN(control_characters_are_escaped);
	RUN(rfc_4514_escapes);
	RUN(unknown_types_and_values_are_hexadecimal);
	RUN(several_values_are_joined);
	RUN(a_malformed_name_is_marked);
	RUN(the_same_in_other_spellings);
	RUN(not_the_same);
	RUN(malformed_names_equal_only_themselves);
	return test_done();
}
