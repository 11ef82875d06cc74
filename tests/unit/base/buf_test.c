#include "base/buf.h"

#include "lib/test.h"

static void writes_a_length_afterwards(void)
{
	struct buf b;
	size_t mark;

	buf_init(&b, 100);
	mark = buf_open(&b, 2);
	buf_str(&b, "abc");
	buf_close(&b, mark, 2);
	CHECK_EQ(b.n, 5);
	CHECK_MEM(b.p, "\0\3abc", 5);
	buf_done(&b);
}

static void stops_at_its_maximum_and_says_so(void)
{
	struct buf b;

	buf_init(&b, 4);
	buf_str(&b, "abc");
	CHECK(!b.full);
	buf_str(&b, "de");
	CHECK(b.full);
	buf_str(&b, "f");
	CHECK_EQ(b.n, 3);
	buf_reset(&b);
	CHECK(!b.full);
	buf_done(&b);
}

static void drops_from_the_front(void)
{
	struct buf b;

	buf_init(&b, 1000);
	buf_printf(&b, "%d-%s", 42, "xyz");
	buf_drop(&b, 3);
	CHECK_STR(buf_text(&b), "xyz");
	buf_drop(&b, 99);
	CHECK_EQ(b.n, 0);
	buf_done(&b);
}

static void numbers_in_both_orders(void)
{
	struct buf b;

	buf_init(&b, 1000);
	buf_be(&b, 0x010203, 3);
	buf_le(&b, 0x0405, 2);
	buf_fill(&b, 9, 2);
	CHECK_MEM(b.p, "\1\2\3\5\4\x9\x9", 7);
	buf_done(&b);
}

int main(void)
{
	RUN(writes_a_length_afterwards);
	RUN(stops_at_its_maximum_and_says_so);
	RUN(drops_from_the_front);
	RUN(numbers_in_both_orders);
	return test_done();
}
