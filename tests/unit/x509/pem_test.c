#include "x509/pem.h"

#include "lib/certs.h"

static struct buf der;

static enum pem_found next(struct span *bundle)
{
	return pem_next(bundle, &der);
}

static void one_after_the_other_with_text_between(void)
{
	struct buf text;
	struct span bundle;

	buf_init(&text, 1 << 16);
	buf_str(&text, "# a bundle, 0x30 first bytes and all\n");
	buf_span(&text, test_file("certs/root.pem"));
	buf_str(&text, "\nsubject=CN = -----END nothing\n");
	buf_span(&text, test_file("certs/inter.pem"));
	bundle = buf_view(&text);
	CHECK_EQ(next(&bundle), PEM_CERT);
	CHECK(span_eq(buf_view(&der), test_cert("root")));
	CHECK_EQ(next(&bundle), PEM_CERT);
	CHECK(span_eq(buf_view(&der), test_cert("inter")));
	CHECK_EQ(next(&bundle), PEM_END);
	buf_done(&text);
}

static void der_one_after_the_other(void)
{
	struct buf bytes;
	struct span bundle;

	buf_init(&bytes, 1 << 16);
	buf_span(&bytes, test_cert("root"));
	buf_span(&bytes, test_cert("inter"));
	bundle = buf_view(&bytes);
	CHECK_EQ(next(&bundle), PEM_CERT);
	CHECK(span_eq(buf_view(&der), test_cert("root")));
	CHECK_EQ(next(&bundle), PEM_CERT);
	CHECK(span_eq(buf_view(&der), test_cert("inter")));
	CHECK_EQ(next(&bundle), PEM_END);
	buf_done(&bytes);
}

static void other_labels(void)
{
	struct span bundle =
	    span_str("-----BEGIN PRIVATE KEY-----\nMAA=\n-----END PRIVATE KEY-----\n"
		     "-----BEGIN TRUSTED CERTIFICATE-----\r\nMAAw\r\nAA==\r\n"
		     "-----END TRUSTED CERTIFICATE-----\r\n");

	CHECK_EQ(next(&bundle), PEM_CERT);
	CHECK_EQ(der.n, 2); /* what follows the certificate is the trust settings */
	CHECK_EQ(next(&bundle), PEM_END);
}

static void bad_ones_are_told_and_passed(void)
{
	struct span bundle =
	    span_str("-----BEGIN CERTIFICATE-----\n!!!\n-----END CERTIFICATE-----\n"
		     "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"
		     "-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n"
		     "-----BEGIN CERTIFICATE-----\nMAA=\n");

	CHECK_EQ(next(&bundle), PEM_BAD); /* no base64 */
	CHECK_EQ(next(&bundle), PEM_BAD); /* no SEQUENCE */
	CHECK_EQ(next(&bundle), PEM_CERT);
	CHECK_EQ(next(&bundle), PEM_BAD); /* no END */
	CHECK_EQ(next(&bundle), PEM_END);
}

static void der_that_is_cut(void)
{
	struct span bundle = test_cert("root");

	bundle.n -= 1;
	CHECK_EQ(next(&bundle), PEM_BAD);
	CHECK_EQ(next(&bundle), PEM_END);
}

static void nothing_at_all(void)
{
	struct span bundle = span_str("");

	CHECK_EQ(next(&bundle), PEM_END);
	bundle = span_str("no certificates here");
	CHECK_EQ(next(&bundle), PEM_END);
	bundle = span_str("-----BEGIN ");
	CHECK_EQ(next(&bundle), PEM_END);
}

static void decode_takes_what_is_no_certificate(void)
{
	struct span text =
	    span_str("-----BEGIN CERTIFICATE-----\naGVsbG8=\n-----END CERTIFICATE-----\n");

	CHECK(pem_decode(&text, &der));
	CHECK(span_is(buf_view(&der), "hello"));
	CHECK(!pem_decode(&text, &der));
}

int main(void)
{
	buf_init(&der, 1 << 16);
	RUN(one_after_the_other_with_text_between);
	RUN(der_one_after_the_other);
	RUN(other_labels);
	RUN(bad_ones_are_told_and_passed);
	RUN(der_that_is_cut);
	RUN(nothing_at_all);
	RUN(decode_takes_what_is_no_certificate);
	buf_done(&der);
	return test_done();
}
