#include "x509/cert.h"
#include "x509/name.h"

#include "lib/certs.h"

static struct cert cert_of(const char *name)
{
	struct cert c;

	cert_parse(test_cert(name), &c);
	return c;
}

static void the_whole_of_a_good_one(void)
{
	struct cert c = cert_of("leaf");

	CHECK_EQ(c.flaws, 0);
	CHECK_EQ(c.version, 3);
	CHECK_EQ(c.not_before_s, 1767225600);
	CHECK_EQ(c.not_after_s, 1798761600);
	CHECK(c.serial.n > 0 && c.signature.n > 60);
	CHECK(c.tbs.n > 0 && c.tbs.p == c.der.p + 4);
	CHECK(name_eq(c.issuer, cert_of("inter").subject));
	CHECK(!cert_is_ca(&c) && !cert_is_self_issued(&c));
}

static void who_is_a_ca(void)
{
	struct cert root = cert_of("root"), not = cert_of("ca-not-a-ca");
	struct cert old = cert_of("odd-version-1"), own = cert_of("self-signed");

	CHECK(cert_is_ca(&root) && cert_is_self_issued(&root));
	CHECK(!cert_is_ca(&not ));
	CHECK_EQ(old.version, 1);
	CHECK(!cert_is_ca(&old)); /* version 1, but of another issuer */
	CHECK(!cert_is_ca(&own) && cert_is_self_issued(&own));
	old.issuer = old.subject;
	old.issuer_name = old.subject_name;
	CHECK(cert_is_ca(&old));
}

static void odd_serials_are_kept_as_encoded(void)
{
	CHECK(span_eq(cert_of("odd-serial-negative").serial, span_of("\xff", 1)));
	CHECK(span_eq(cert_of("odd-serial-zero").serial, span_of("\0", 1)));
	CHECK_EQ(cert_of("odd-serial-long").serial.n, 40);
	CHECK_EQ(cert_of("odd-serial-long").flaws, 0);
	CHECK_EQ(cert_of("odd-serial-empty").flaws, FLAW_SERIAL);
}

static void odd_times(void)
{
	CHECK_EQ(cert_of("odd-time-no-seconds").not_before_s, 1767225600);
	CHECK_EQ(cert_of("odd-time-no-seconds").not_after_s, 1798761600);
	CHECK_EQ(cert_of("odd-time-generalized").not_after_s, 1798761600);
	CHECK_EQ(cert_of("odd-time-generalized").flaws, 0);
	CHECK_EQ(cert_of("odd-time-bad").flaws, FLAW_VALIDITY);
	CHECK_EQ(cert_of("odd-time-bad").not_after_s, 0);
	CHECK(cert_of("odd-time-bad").subject.n && cert_of("odd-time-bad").key.bits == 256);
}

static void one_bad_field_costs_that_field(void)
{
	CHECK_EQ(cert_of("odd-version-9").flaws, FLAW_VERSION);
	CHECK_EQ(cert_of("odd-version-9").version, 0);
	CHECK_EQ(cert_of("odd-name-cut").flaws, FLAW_SUBJECT);
	CHECK_EQ(cert_of("odd-key-cut").flaws, FLAW_KEY);
	CHECK_EQ(cert_of("odd-key-unknown").flaws, 0);
	CHECK_EQ(cert_of("odd-extensions-cut").flaws, FLAW_EXTENSIONS);
	CHECK_EQ(cert_of("odd-algorithms-differ").flaws, FLAW_ALGORITHMS);
	CHECK_EQ(cert_of("odd-signature-forged").flaws, 0);
}

static void longer_lengths_and_a_tail_are_forgiven(void)
{
	CHECK_EQ(cert_of("odd-long-lengths").flaws, 0);
	CHECK_EQ(cert_of("odd-trailing").flaws, 0);
	CHECK(memcmp(cert_of("odd-trailing").id, cert_of("odd-long-lengths").id, 32) != 0);
}

static void a_cut_one_is_read_up_to_the_cut(void)
{
	struct cert c = cert_of("odd-cut-at-40");

	CHECK(c.flaws & FLAW_FRAME && c.tbs.n == 0);
	CHECK(c.serial.n > 0 && c.version == 3);
	c = cert_of("odd-cut-at-300");
	CHECK(c.flaws & FLAW_FRAME);
	CHECK(c.not_after_s == 1798761600 && c.subject.n && c.key.bits == 256);
	c = cert_of("odd-cut-in-signature");
	CHECK_EQ(c.flaws, FLAW_FRAME | FLAW_SIGNATURE);
	CHECK(c.tbs.n && c.ext.has_san);
}

static void no_cut_reads_past_its_end(void)
{
	struct span whole = test_cert("leaf");

	for (size_t n = 0; n < whole.n; n++) {
		uint8_t *copy = malloc(n + 1);
		struct cert c;

		memcpy(copy, whole.p, n);
		cert_parse(span_of(copy, n), &c);
		CHECK(c.flaws & FLAW_FRAME);
		free(copy);
	}
}

static void rubbish_has_a_digest_and_no_fields(void)
{
	struct cert c;

	cert_parse(span_str("hello"), &c);
	CHECK(c.flaws & FLAW_FRAME);
	CHECK(c.id[0] == 0x2c && c.id[31] == 0x24); /* of sha256sum */
	CHECK(c.subject.n == 0 && c.serial.n == 0 && c.key.type == KEY_TYPE_NONE);
}

static const char *text_of(uint32_t flaws)
{
	static struct buf out;

	buf_done(&out);
	buf_init(&out, 256);
	cert_flaws_text(flaws, &out);
	return buf_text(&out);
}

static void flaws_in_words(void)
{
	CHECK_STR(text_of(0), "");
	CHECK_STR(text_of(FLAW_VALIDITY | FLAW_KEY), "validity, key");
	CHECK_STR(text_of(FLAW_FRAME | FLAW_KEY), "cut, or not a certificate");
	CHECK_STR(text_of(FLAW_ALGORITHMS), "signature algorithms differ");
}

int main(void)
{
	RUN(the_whole_of_a_good_one);
	RUN(who_is_a_ca);
	RUN(odd_serials_are_kept_as_encoded);
	RUN(odd_times);
	RUN(one_bad_field_costs_that_field);
	RUN(longer_lengths_and_a_tail_are_forgiven);
	RUN(a_cut_one_is_read_up_to_the_cut);
	RUN(no_cut_reads_past_its_end);
	RUN(rubbish_has_a_digest_and_no_fields);
	RUN(flaws_in_words);
	return test_done();
}
