#include "base/span.h"

#include "lib/test.h"

static void reads_numbers_in_network_order(void)
{
	static const uint8_t bytes[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
	struct span s = span_of(bytes, sizeof(bytes));

	CHECK_EQ(span_u8(&s), 0x01);
	CHECK_EQ(span_u16(&s), 0x0203);
	CHECK_EQ(span_u24(&s), 0x040506);
	CHECK_EQ(span_u32(&s), 0x0708090a);
	CHECK(span_end(&s));
}

static void reads_little_endian(void)
{
	struct span s = span_of("\x34\x12", 2);

	CHECK_EQ(span_le(&s, 2), 0x1234);
}

static void a_read_past_the_end_sticks(void)
{
	struct span s = span_of("\xff\xff\xff", 3);

	CHECK_EQ(span_u32(&s), 0);
	CHECK(s.bad);
	CHECK_EQ(span_u8(&s), 0);
	CHECK(!span_end(&s));
}

static void a_vector_longer_than_the_rest_is_bad(void)
{
	struct span s = span_of("\x05" "abc", 4);
	struct span v = span_vec(&s, 1);

	CHECK(v.bad && s.bad && v.n == 0);
}

static void a_vector_of_a_bad_span_is_bad(void)
{
	struct span s = span_of("", 0);
	struct span v = span_vec(&s, 2);

	CHECK(v.bad && s.bad);
}

static void lines_end_with_lf_or_crlf(void)
{
	struct span s = span_str("one\r\ntwo\n\nrest"), line;

	CHECK(span_line(&s, &line) && span_is(line, "one"));
	CHECK(span_line(&s, &line) && span_is(line, "two"));
	CHECK(span_line(&s, &line) && line.n == 0);
	CHECK(!span_line(&s, &line));
	CHECK(span_is(s, "rest"));
}

int main(void)
{
	RUN(reads_numbers_in_network_order);
	RUN(reads_little_endian);
	RUN(a_read_past_the_end_sticks);
	RUN(a_vector_longer_than_the_rest_is_bad);
	RUN(a_vector_of_a_bad_span_is_bad);
	RUN(lines_end_with_lf_or_crlf);
	return test_done();
}
