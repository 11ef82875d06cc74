#include "wire/stream.h"

#include "lib/test.h"

enum { MESSAGE_MAX = 100000 };

/* What came out, as text: "2:3 " a message of type 2 with 3 bytes, "A1.112 " an alert, "C " a CCS,
 * "D23:4 " a record, and at the end "." for more, or the number of the end. */
static char told[4096];

static void tell(const char *format, unsigned a, unsigned b)
{
	size_t n = strlen(told);

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	snprintf(told + n, sizeof(told) - n, format, a, b);
#pragma GCC diagnostic pop
}

static enum stream_event drain(struct stream *s, struct span in)
{
	struct stream_item item;
	enum stream_event event;

	while ((event = stream_next(s, &in, &item)) > STREAM_MORE && event <= STREAM_DATA) {
		if (event == STREAM_MESSAGE)
			tell("%u:%u ", item.type, (unsigned)item.body.n);
		else if (event == STREAM_ALERT)
			tell("A%u.%u ", item.level, item.alert);
		else if (event == STREAM_CCS)
			tell("C ", 0, 0);
		else
			tell("D%u:%u ", item.type, (unsigned)item.body.n);
	}
	return event;
}

/* Feeds bytes in pieces of `step` into a stream set up by the caller. */
static const char *run(struct stream *s, const struct buf *bytes, size_t step)
{
	struct span rest = buf_view(bytes);
	enum stream_event event = STREAM_MORE;

	told[0] = 0;
	while (rest.n > 0 && event == STREAM_MORE)
		event = drain(s, span_take(&rest, step < rest.n ? step : rest.n));
	if (event == STREAM_MORE)
		tell(".", 0, 0);
	else
		tell("%u", event, 0);
	return told;
}

/* The same in pieces of every size. */
static void check(const struct buf *bytes, const char *expected)
{
	for (size_t step = 1; step <= bytes->n; step += step < 20 ? 1 : step) {
		struct stream s;

		stream_init(&s, MESSAGE_MAX);
		CHECK_STR(run(&s, bytes, step), expected);
		stream_done(&s);
	}
}

static void put_message(struct buf *b, unsigned type, size_t n)
{
	buf_be(b, type, 1);
	buf_be(b, n, 3);
	buf_fill(b, 7, n);
}

static void put_record(struct buf *b, enum content_type type, const void *p, size_t n)
{
	record_write(b, type, 0x0303, span_of(p, n));
}

static void whole_messages_in_whole_records(void)
{
	struct buf m, b;

	buf_init(&m, 1 << 20);
	buf_init(&b, 1 << 20);
	put_message(&m, 2, 3);
	put_message(&m, 11, 40);
	put_message(&m, 14, 0);
	put_record(&b, CONTENT_HANDSHAKE, m.p, m.n);
	put_record(&b, CONTENT_CCS, "\1", 1);
	put_record(&b, CONTENT_ALERT, "\1\x70", 2);
	put_record(&b, CONTENT_DATA, "abcd", 4);
	check(&b, "2:3 11:40 14:0 C A1.112 D23:4 .");
	buf_done(&m);
	buf_done(&b);
}

static void a_message_over_records_of_one_byte(void)
{
	struct buf m, b;

	buf_init(&m, 1 << 20);
	buf_init(&b, 1 << 20);
	put_message(&m, 11, 60);
	for (size_t i = 0; i < m.n; i++) {
		put_record(&b, CONTENT_HANDSHAKE, m.p + i, 1);
		put_record(&b, CONTENT_HANDSHAKE, m.p, 0);
		if (i == 30)
			put_record(&b, CONTENT_ALERT, "\1\x70", 2);
	}
	check(&b, "A1.112 11:60 .");
	buf_done(&m);
	buf_done(&b);
}

static void a_message_over_large_records(void)
{
	struct buf m, b;

	buf_init(&m, 1 << 20);
	buf_init(&b, 1 << 20);
	put_message(&m, 11, MESSAGE_MAX);
	put_message(&m, 14, 0);
	put_record(&b, CONTENT_HANDSHAKE, m.p, m.n);
	check(&b, "11:100000 14:0 .");
	buf_done(&m);
	buf_done(&b);
}

static void alerts_in_halves_and_in_pairs(void)
{
	struct buf b;

	buf_init(&b, 1 << 20);
	put_record(&b, CONTENT_ALERT, "\2", 1);
	put_record(&b, CONTENT_ALERT, "\x28\1", 2);
	put_record(&b, CONTENT_ALERT, "\0\1\x5a", 3);
	check(&b, "A2.40 A1.0 A1.90 .");
	buf_done(&b);
}

static void what_is_not_tls(void)
{
	static const struct {
		const char *bytes;
		size_t n;
		const char *expected;
	} rows[] = {
	    {"H", 1, "5"},
	    {"HTTP/1.1 400 Bad Request\r\n", 26, "5"},
	    {"220 mail ESMTP\r\n", 16, "5"},
	    {"\x80\x2e\1", 3, "5"}, /* SSL 2 */
	    {"\x16\x02\0\0\1", 5, "5"},
	    {"\x16\x03\x05\0\1", 5, "5"},
	    {"\x16\x03\x01\x48\x01", 5, "7"}, /* 2^14 + 2048 + 1 */
	    {"\x16\x03\x01\x00\x01\x02"
	     "GET",
		9, "6"},
	    {"\x16\x03\x01\x00\x04\x0b\x01\x86\xa1", 9, "7"}, /* a message of 100001 */
	    {"\x16\x03\x01\x48", 4, "."},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct buf b;

		buf_init(&b, 100);
		buf_put(&b, rows[i].bytes, rows[i].n);
		check(&b, rows[i].expected);
		buf_done(&b);
	}
}

static void an_end_is_final(void)
{
	struct buf junk, good;
	struct stream s;

	buf_init(&junk, 100);
	buf_init(&good, 100);
	buf_str(&junk, "SSH-2.0-x");
	put_record(&good, CONTENT_CCS, "\1", 1);
	stream_init(&s, MESSAGE_MAX);
	CHECK_STR(run(&s, &junk, 100), "5");
	CHECK_STR(run(&s, &good, 100), "5");
	stream_done(&s);
	buf_done(&junk);
	buf_done(&good);
}

/* A cipher for tests: the last byte is the type, everything else is turned by it. */
static bool toy_open(void *context, struct span header, struct span sealed, uint8_t *ret_plain,
    size_t *ret_n, uint8_t *ret_type)
{
	int *opened = context;

	if (header.n != RECORD_HEADER || header.p[0] != CONTENT_DATA || sealed.n == 0)
		return false;
	*ret_type = sealed.p[sealed.n - 1];
	*ret_n = sealed.n - 1;
	for (size_t i = 0; i < *ret_n; i++)
		ret_plain[i] = sealed.p[i] ^ *ret_type;
	++*opened;
	return *ret_type != 0xff;
}

static void put_sealed(struct buf *b, uint8_t type, const void *p, size_t n)
{
	const uint8_t *text = p;
	uint8_t sealed[256];

	for (size_t i = 0; i < n; i++)
		sealed[i] = text[i] ^ type;
	sealed[n] = type;
	put_record(b, CONTENT_DATA, sealed, n + 1);
}

static void check_unlocked(const struct buf *bytes, int records, const char *expected)
{
	for (size_t step = 1; step <= bytes->n; step++) {
		struct stream s;
		int opened = 0;

		stream_init(&s, MESSAGE_MAX);
		CHECK(stream_unlock(&s, toy_open, &opened));
		CHECK_STR(run(&s, bytes, step), expected);
		CHECK_EQ(opened, records);
		stream_done(&s);
	}
}

static void sealed_records(void)
{
	struct buf m, b;

	buf_init(&m, 1000);
	buf_init(&b, 1000);
	put_message(&m, 8, 2);
	put_message(&m, 11, 50);
	put_record(&b, CONTENT_CCS, "\1", 1);
	put_sealed(&b, CONTENT_HANDSHAKE, m.p, 20);
	put_sealed(&b, CONTENT_DATA, "xyz", 3);
	put_sealed(&b, CONTENT_HANDSHAKE, m.p + 20, m.n - 20);
	put_sealed(&b, CONTENT_ALERT, "\2\x28", 2);
	put_record(&b, CONTENT_ALERT, "\1\0", 2); /* in clear */
	check_unlocked(&b, 4, "C 8:2 D23:3 11:50 A2.40 A1.0 .");
	buf_reset(&b);
	put_sealed(&b, 0xff, "xyz", 3);
	check_unlocked(&b, 1, "8");
	buf_reset(&b);
	put_record(&b, CONTENT_DATA, "", 0); /* not even a tag */
	check_unlocked(&b, 0, "8");
	buf_reset(&b);
	put_record(&b, CONTENT_HANDSHAKE, m.p, m.n); /* in clear, too late */
	check_unlocked(&b, 0, "6");
	buf_done(&m);
	buf_done(&b);
}

static void no_key_change_within_a_message(void)
{
	struct stream s;
	struct buf b;
	int opened = 0;

	buf_init(&b, 100);
	put_record(&b, CONTENT_HANDSHAKE, "\2\0\0\1x\x8\0", 7);
	stream_init(&s, MESSAGE_MAX);
	CHECK_STR(run(&s, &b, 100), "2:1 .");
	CHECK(!stream_unlock(&s, toy_open, &opened));
	stream_done(&s);
	buf_done(&b);
}

static void sealed_by_its_owner(void)
{
	struct stream s;
	struct buf b;

	buf_init(&b, 100);
	put_record(&b, CONTENT_HANDSHAKE, "\1\2\3\4\5\6\7\1", 8);
	put_record(&b, CONTENT_ALERT, "\1\2\3", 3);
	stream_init(&s, MESSAGE_MAX);
	s.sealed = true;
	CHECK_STR(run(&s, &b, 3), "D22:8 D21:3 .");
	stream_done(&s);
	buf_done(&b);
}

/* A listener's stream over bytes[0, from), n lost bytes, and the rest. */
static const char *run_gap(const struct buf *bytes, size_t from, size_t n, bool *ret_kept)
{
	struct stream s;
	struct stream_item item;
	enum stream_event event;

	told[0] = 0;
	stream_init(&s, MESSAGE_MAX);
	s.skim = true;
	CHECK_EQ(drain(&s, span_of(bytes->p, from)), STREAM_MORE);
	*ret_kept = stream_gap(&s, n);
	if (*ret_kept) {
		event = drain(&s, span_of(bytes->p + from + n, bytes->n - from - n));
		tell(event == STREAM_MORE ? "." : "%u", event, 0);
	}
	if (stream_rest(&s, &item))
		tell("rest %u:%u", item.type, (unsigned)item.body.n);
	stream_done(&s);
	return told;
}

static void put_text(struct buf *b, uint8_t type, const char *bytes, size_t n)
{
	record_write(b, type, 0x0303, span_of(bytes, n));
}

/* Two messages of 4 and 2 bytes in one record, a third in another, sealed data, an alert. */
static void listened_to(struct buf *b)
{
	buf_init(b, 1000);
	put_text(b, CONTENT_HANDSHAKE, "\1\0\0\4abcd\2\0\0\2ef", 14);
	put_text(b, CONTENT_HANDSHAKE, "\3\0\0\1g", 5);
	put_text(b, CONTENT_DATA, "0123456789", 10);
	put_text(b, CONTENT_ALERT, "\2\50", 2);
}

static void a_listener_passes_over(void)
{
	struct stream s;
	struct stream_item item;
	struct span in;
	struct buf b;

	listened_to(&b);
	for (size_t step = 1; step < b.n; step++) {
		stream_init(&s, MESSAGE_MAX);
		s.skim = true;
		CHECK_STR(run(&s, &b, step), "1:4 2:2 3:1 D23:0 A2.40 .");
		CHECK(stream_held(&s) < 2000);
		stream_done(&s);
	}
	stream_init(&s, MESSAGE_MAX);
	s.skim = true;
	s.sealed = true;
	in = buf_view(&b);
	CHECK_EQ(stream_next(&s, &in, &item), STREAM_DATA);
	CHECK_EQ(item.type, CONTENT_HANDSHAKE);
	CHECK_EQ(item.record_length, 14);
	CHECK_EQ(item.record_version, 0x0303);
	stream_done(&s);
	buf_done(&b);
}

static void gaps(void)
{
	static const struct {
		size_t from, n;
		bool kept;
		const char *told;
	} rows[] = {
	    {11, 1, true, "1:2 2:2 3:1 D23:0 A2.40 ."}, /* a message ends where it begins */
	    {11, 3, true, "1:2 3:1 D23:0 A2.40 ."}, /* the next one's header is gone */
	    {11, 8, true, "1:2 3:1 D23:0 A2.40 ."}, /* all of its record */
	    {7, 2, true, "3:1 D23:0 A2.40 ."}, /* its own header */
	    {11, 9, false, "rest 1:2"}, /* into the next record's header */
	    {2, 1, false, ""}, /* a header of a record */
	    {19, 1, false, "1:4 2:2 "}, /* between records */
	    {11, 0, false, "rest 1:2"}, /* an unknown number */
	    {36, 4, true, "1:4 2:2 3:1 D23:0 A2.40 ."}, /* in what is passed over */
	    {36, 9, false, "1:4 2:2 3:1 "},
	    {50, 1, true, "1:4 2:2 3:1 D23:0 ."}, /* half an alert is none */
	};
	struct buf b;
	bool kept;

	listened_to(&b);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		CHECK_STR(run_gap(&b, rows[i].from, rows[i].n, &kept), rows[i].told);
		CHECK_EQ(kept, rows[i].kept);
	}
	buf_done(&b);
}

static void long_alerts_are_sealed(void)
{
	struct stream s;
	struct buf b;

	buf_init(&b, 1000);
	put_text(&b, CONTENT_ALERT, "123", 3);
	put_text(&b, CONTENT_ALERT, "0123456789012345678901", 22);
	put_text(&b, CONTENT_ALERT, "\1\0\2\50", 4);
	stream_init(&s, MESSAGE_MAX);
	s.skim = true;
	CHECK_STR(run(&s, &b, 5), "D21:0 D21:0 A1.0 A2.40 .");
	stream_done(&s);
	buf_done(&b);
}

int main(void)
{
	RUN(whole_messages_in_whole_records);
	RUN(a_message_over_records_of_one_byte);
	RUN(a_message_over_large_records);
	RUN(alerts_in_halves_and_in_pairs);
	RUN(what_is_not_tls);
	RUN(an_end_is_final);
	RUN(sealed_records);
	RUN(no_key_change_within_a_message);
	RUN(sealed_by_its_owner);
	RUN(a_listener_passes_over);
	RUN(gaps);
	RUN(long_alerts_are_sealed);
	return test_done();
}
