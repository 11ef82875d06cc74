#include "wire/certmsg.h"

#include "lib/hex.h"

static struct span message;

static bool parse(const char *text, bool tls13, struct cert_list *ret)
{
	unhex_free(message);
	message = unhex(text);
	return !err_is(cert_list_parse(message, tls13, ret));
}

static void two_certificates(void)
{
	struct cert_list c;

	CHECK(parse("00000b"
		    "000003aabbcc"
		    "000002ddee",
	    false, &c));
	CHECK_EQ(c.n, 2);
	CHECK_STR(hex(c.certs[0].p, c.certs[0].n), "aabbcc");
	CHECK_STR(hex(c.certs[1].p, c.certs[1].n), "ddee");
	CHECK(!c.cut && !c.broken && c.ocsp.n == 0);
}

static void two_certificates_of_tls13_with_a_stapled_response(void)
{
	struct cert_list c;

	CHECK(parse("00"
		    "000019"
		    "000003aabbcc"
		    "000a"
		    "00050006010000021234"
		    "000002ddee"
		    "0000",
	    true, &c));
	CHECK_EQ(c.n, 2);
	CHECK_STR(hex(c.certs[1].p, c.certs[1].n), "ddee");
	CHECK_STR(hex(c.ocsp.p, c.ocsp.n), "1234");
	CHECK(!c.broken);
}

static void none_is_no_error(void)
{
	struct cert_list c = {.n = 9};

	CHECK(parse("000000", false, &c));
	CHECK_EQ(c.n, 0);
	CHECK(parse("00000000", true, &c));
	CHECK_EQ(c.n, 0);
}

static void what_was_whole_is_kept(void)
{
	static const struct {
		const char *text;
		bool tls13;
		size_t n;
	} rows[] = {
	    {"00000b"
	     "000003aabbcc"
	     "000002dd",
		false, 1}, /* cut off */
	    {"000009"
	     "000003aabbcc"
	     "000002",
		false, 1}, /* a length without its bytes */
	    {"000008"
	     "000003aabbcc"
	     "000000",
		false, 1}, /* an empty one */
	    {"000006"
	     "000003aabbcc"
	     "ffff",
		false, 1}, /* something behind the list */
	    {"00"
	     "00000a"
	     "000003aabbcc"
	     "0005"
	     "0000",
		true, 1}, /* extensions cut off */
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct cert_list c = {0};

		CHECK(parse(rows[i].text, rows[i].tls13, &c));
		CHECK_EQ(c.n, rows[i].n);
		CHECK(c.broken);
	}
}

static void nothing_whole_is_an_error(void)
{
	struct cert_list c = {.n = 9};

	CHECK(!parse("", false, &c));
	CHECK(!parse("000006"
		     "000004aabbcc",
	    false, &c));
	CHECK(!parse("000003"
		     "000000",
	    false, &c));
	CHECK(!parse("05", true, &c));
	CHECK_EQ(c.n, 9);
}

static void more_than_the_maximum_are_cut(void)
{
	struct cert_list c;
	struct buf b;

	for (size_t n = FLIGHT_CERTS_MAX; n <= FLIGHT_CERTS_MAX + 1; n++) {
		buf_init(&b, 10000);
		buf_be(&b, n * 4, 3);
		for (size_t i = 0; i < n; i++)
			buf_be(&b, 0x00000155, 4);
		CHECK(!err_is(cert_list_parse(buf_view(&b), false, &c)));
		CHECK_EQ(c.n, FLIGHT_CERTS_MAX);
		CHECK_EQ(c.cut, n > FLIGHT_CERTS_MAX);
		CHECK(!c.broken);
		buf_done(&b);
	}
}

static void a_status(void)
{
	struct span ocsp = span_str("before"),
		    m = unhex("01"
			      "000002"
			      "abcd"),
		    other = unhex("02"
				  "000002"
				  "abcd");

	CHECK(!err_is(cert_status_parse(m, &ocsp)));
	CHECK_STR(hex(ocsp.p, ocsp.n), "abcd");
	CHECK(err_is(cert_status_parse(span_of(m.p, m.n - 1), &ocsp)));
	CHECK_EQ(ocsp.n, 2);
	CHECK(!err_is(cert_status_parse(other, &ocsp)));
	CHECK_EQ(ocsp.n, 0);
	unhex_free(m);
	unhex_free(other);
}

int main(void)
{
	RUN(two_certificates);
	RUN(two_certificates_of_tls13_with_a_stapled_response);
	RUN(none_is_no_error);
	RUN(what_was_whole_is_kept);
	RUN(nothing_whole_is_an_error);
	RUN(more_than_the_maximum_are_cut);
	RUN(a_status);
	unhex_free(message);
	return test_done();
}
