#include "x509/oid.h"

#include "lib/test.h"

static void known_ones_have_a_word(void)
{
	CHECK_STR(oid_word("1.3.6.1.5.5.7.3.1"), "server authentication");
	CHECK_STR(oid_word("2.23.140.1.1"), "EV (the organization was examined closely)");
	CHECK(oid_word("1.3.6.1.5.5.7.3") == NULL);
	CHECK(oid_word("") == NULL);
}

static void check_put(const void *content, size_t n, const char *expected)
{
	struct buf out;

	buf_init(&out, 1024);
	oid_put(span_of(content, n), &out);
	CHECK_STR(buf_text(&out), expected);
	buf_done(&out);
}

static void others_are_numbers(void)
{
	check_put("\x2b\x06\x01\x05\x05\x07\x03\x02", 8, "client authentication");
	check_put("\x2a\x03\x04", 3, "1.2.3.4");
	check_put("\x2a\x83", 2, "1.2?");
	check_put("", 0, "?");
}

static void a_long_one_is_cut_and_says_so(void)
{
	uint8_t content[400];
	struct buf out;

	memset(content, 1, sizeof(content));
	buf_init(&out, 1024);
	oid_put(span_of(content, sizeof(content)), &out);
	CHECK(out.n < sizeof(content));
	CHECK_STR(buf_text(&out) + out.n - 3, "...");
	CHECK(strncmp(buf_text(&out), "0.1.1.1.", 8) == 0);
	buf_done(&out);
}

int main(void)
{
	RUN(known_ones_have_a_word);
	RUN(others_are_numbers);
	RUN(a_long_one_is_cut_and_says_so);
	return test_done();
}
