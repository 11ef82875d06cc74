#include "wire/record.h"

#include "lib/test.h"

static void splits_what_is_longer_than_a_record(void)
{
	static uint8_t body[RECORD_PLAIN_MAX + 5];
	struct record_header r = {0};
	struct span s;
	struct buf b;

	buf_init(&b, 1 << 20);
	record_write(&b, CONTENT_HANDSHAKE, 0x0301, span_of(body, sizeof(body)));
	s = buf_view(&b);
	CHECK_EQ(record_look(s, &r), RECORD_GOOD);
	CHECK_EQ(r.type, CONTENT_HANDSHAKE);
	CHECK_EQ(r.version, 0x0301);
	CHECK_EQ(r.length, RECORD_PLAIN_MAX);
	span_take(&s, (size_t)RECORD_HEADER + RECORD_PLAIN_MAX);
	CHECK_EQ(record_look(s, &r), RECORD_GOOD);
	CHECK_EQ(r.length, 5);
	CHECK_EQ(s.n, RECORD_HEADER + 5);
	buf_done(&b);
}

static void an_empty_record_is_one(void)
{
	struct buf b;

	buf_init(&b, 100);
	record_write(&b, CONTENT_DATA, 0x0303, span_of(NULL, 0));
	CHECK_EQ(b.n, RECORD_HEADER);
	CHECK_MEM(b.p, "\x17\3\3\0\0", 5);
	buf_done(&b);
}

static void one_wrong_byte_is_enough(void)
{
	struct record_header r = {.length = 77};

	CHECK_EQ(record_look(span_of("", 0), &r), RECORD_SHORT);
	CHECK_EQ(record_look(span_of("\x16\3\3\0", 4), &r), RECORD_SHORT);
	CHECK_EQ(record_look(span_of("\x13", 1), &r), RECORD_FOREIGN);
	CHECK_EQ(record_look(span_of("\x19", 1), &r), RECORD_FOREIGN);
	CHECK_EQ(record_look(span_of("\x16\4", 2), &r), RECORD_FOREIGN);
	CHECK_EQ(record_look(span_of("\x16\3\5", 3), &r), RECORD_FOREIGN);
	CHECK_EQ(record_look(span_of("\x16\3\3\x48\1", 5), &r), RECORD_LONG);
	CHECK_EQ(r.length, 77);
	CHECK_EQ(record_look(span_of("\x16\3\3\x48\0", 5), &r), RECORD_GOOD);
}

int main(void)
{
	RUN(splits_what_is_longer_than_a_record);
	RUN(an_empty_record_is_one);
	RUN(one_wrong_byte_is_enough);
	return test_done();
}
