#include "sensor/defrag.h"

#include "sensor/limits.h"

#include "lib/test.h"

static struct defrag *d;
static struct fragment f;
static struct datagram whole;
static uint8_t big[65536];

static void begin(void)
{
	static const struct siphash_key key = {{3, 4}};

	CHECK(!err_is(defrag_new(&key, &d)));
	f = (struct fragment){
	    .src = addr_from_v4(1), .dst = addr_from_v4(2), .id = 9, .protocol = 6};
	whole = (struct datagram){0};
}

static void end(void)
{
	defrag_free(d);
}

static bool push_bytes(uint16_t offset, const void *bytes, size_t n, bool more)
{
	f.offset = offset;
	f.bytes = span_of(bytes, n);
	f.more = more;
	return defrag_push(d, &f, &whole);
}

static bool push(uint16_t offset, const char *bytes, bool more)
{
	return push_bytes(offset, bytes, strlen(bytes), more);
}

static void in_any_order(void)
{
	static const char *const pieces[] = {"aaaaaaaa", "bbbbbbbbBBBBBBBB", "cccc"};
	static const uint16_t offsets[] = {0, 8, 24};
	static const int orders[][3] = {
	    {0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};

	begin();
	for (int o = 0; o < 6; o++) {
		f.id = (uint32_t)o;
		for (int i = 0; i < 3; i++) {
			int k = orders[o][i];

			CHECK_EQ(push(offsets[k], pieces[k], k < 2), i == 2);
		}
		CHECK(span_is(whole.bytes, "aaaaaaaabbbbbbbbBBBBBBBBcccc"));
		CHECK_EQ(whole.protocol, 6);
		CHECK_EQ(defrag_held(d), 0);
	}
	CHECK_EQ(defrag_lost(d), 0);
	end();
}

static void the_first_copy_counts(void)
{
	begin();
	CHECK(!push(8, "22222222", true));
	CHECK(!push(8, "xxxxxxxx", true));
	CHECK(!push(0, "11111111yyyyyyyy33333333", true));
	CHECK(push(16, "zzzzzzzz4444", false));
	CHECK(span_is(whole.bytes, "1111111122222222333333334444"));
	end();
}

/* The last fragment says how long the datagram is, once and for all. */
static void the_first_end_counts(void)
{
	begin();
	CHECK(!push(8, "2222", false));
	CHECK(!push(8, "3333333", false));
	CHECK_EQ(defrag_lost(d), 1);
	CHECK(!push(16, "44444444", true));
	CHECK_EQ(defrag_lost(d), 2);
	CHECK(push(0, "11111111xxxxxxxx", true)); /* reaches over it */
	CHECK(span_is(whole.bytes, "111111112222"));

	f.id++;
	CHECK(!push(0, "1111111122222222", true));
	CHECK(!push(8, "2222", false)); /* an end before what was there */
	CHECK_EQ(defrag_lost(d), 3);
	CHECK(push(16, "3", false));
	CHECK(span_is(whole.bytes, "11111111222222223"));
	end();
}

static void refuses_what_cannot_be(void)
{
	begin();
	CHECK(!push(0, "", true));
	CHECK(!push(0, "1234567", true)); /* nothing of it is a whole block */
	CHECK(!push(0, "", false));
	CHECK(!push_bytes(65528, big, 8, false)); /* 65536 bytes */
	CHECK(!push(4, "1234567", false));
	CHECK_EQ(defrag_lost(d), 5);
	CHECK_EQ(defrag_held(d), 0);
	CHECK(!push(0, "12345678abc", true)); /* what is over is cut off */
	CHECK(push(8, "9", false));
	CHECK(span_is(whole.bytes, "123456789"));
	end();
}

static void the_longest_datagram(void)
{
	begin();
	CHECK(!push_bytes(65528, big, 7, false));
	CHECK(push_bytes(0, big, 65528, true));
	CHECK_EQ(whole.bytes.n, 65535);
	end();
}

/* What tells datagrams apart; of IPv6 the protocol does not, and comes from the first fragment. */
static void keys(void)
{
	begin();
	CHECK(!push(0, "11111111", true));
	f.id++;
	CHECK(!push(8, "2", false));
	f.id--;
	f.protocol = 17;
	CHECK(!push(8, "2", false));
	f.protocol = 6;
	f.dst.b[0] = 1;
	CHECK(!push(8, "2", false));
	f.dst.b[0] = 0;
	f.src.b[0] = 1;
	CHECK(!push(8, "2", false));
	f.src.b[0] = 0;
	f.v6 = 1;
	f.protocol = 60;
	CHECK(!push(8, "3", false));
	f.protocol = 17;
	CHECK(push(0, "66666666", true));
	CHECK(span_is(whole.bytes, "666666663"));
	CHECK_EQ(whole.protocol, 17);
	f.v6 = 0;
	f.protocol = 6;
	CHECK(push(8, "4", false));
	CHECK(span_is(whole.bytes, "111111114"));
	end();
}

static void gives_up_after_a_time(void)
{
	begin();
	CHECK(!push(0, "11111111", true));
	f.time_us = DEFRAG_WAIT_US;
	CHECK(!push(16, "3", false));
	CHECK_EQ(defrag_lost(d), 0);
	f.time_us++;
	CHECK(!push(8, "22222222", true));
	CHECK_EQ(defrag_lost(d), 2);
	CHECK(!push(0, "11111111", true));
	CHECK(push(16, "4", false));
	CHECK(span_is(whole.bytes, "11111111222222224"));
	end();
}

/* Another file's time, far in the past; and a time that is no time. */
static void time_goes_back(void)
{
	begin();
	f.time_us = INT64_MAX;
	CHECK(!push(0, "xxxxxxxx", true));
	f.time_us = INT64_MIN;
	CHECK(!push(0, "11111111", true));
	CHECK_EQ(defrag_lost(d), 1);
	f.time_us += 5;
	CHECK(!push(16, "3", false));
	f.time_us -= 3; /* a little out of order */
	CHECK(push(8, "22222222", true));
	CHECK(span_is(whole.bytes, "11111111222222223"));
	end();
}

/* Both copies of a span port; then the same number again, for another datagram. */
static void an_echo_begins_nothing(void)
{
	begin();
	CHECK(!push(0, "11111111", true));
	CHECK(!push(0, "11111111", true));
	CHECK(push(8, "2", false));
	CHECK(!push(8, "2", false));
	CHECK_EQ(defrag_held(d), 0);
	CHECK_EQ(defrag_lost(d), 0);
	f.time_us += DEFRAG_ECHO_US + 1;
	CHECK(!push(0, "33333333", true));
	CHECK(push(8, "4", false));
	CHECK(span_is(whole.bytes, "333333334"));
	end();
}

/* An echo that time has overtaken, behind one that stays: the queue's order is not all. */
static void a_stale_echo_behind_another(void)
{
	begin();
	f.time_us = 2000000;
	CHECK(!push(0, "11111111", true));
	CHECK(push(8, "2", false));
	f.time_us = 1985000;
	f.id = 10;
	CHECK(!push(0, "11111111", true));
	CHECK(push(8, "2", false));
	f.time_us = 2010000; /* 10 ms behind the first, 25 ms behind the second */
	CHECK(!push(0, "33333333", true));
	CHECK(push(8, "4", false));
	CHECK(span_is(whole.bytes, "333333334"));
	end();
}

static void forgets_the_oldest_by_number(void)
{
	begin();
	for (f.id = 0; f.id <= DEFRAG_DATAGRAMS_MAX; f.id++)
		CHECK(!push(0, "11111111", true));
	CHECK_EQ(defrag_lost(d), 1);
	f.id = 1;
	CHECK(push(8, "2", false)); /* an echo now, and the first to go */
	f.id = 99999;
	CHECK(!push(0, "11111111", true));
	CHECK_EQ(defrag_lost(d), 1);
	CHECK_EQ(defrag_held(d), (size_t)8 * DEFRAG_DATAGRAMS_MAX);
	f.id = 0; /* was forgotten, and pushes out the next */
	CHECK(!push(8, "2", false));
	CHECK_EQ(defrag_lost(d), 2);
	end();
}

static void forgets_the_oldest_by_bytes(void)
{
	uint32_t fit = DEFRAG_BYTES_MAX / 65535;

	begin();
	for (f.id = 0; f.id < fit; f.id++)
		CHECK(!push_bytes(65520, big, 8, true));
	CHECK_EQ(defrag_lost(d), 0);
	CHECK(!push_bytes(65520, big, 8, true));
	CHECK(defrag_held(d) <= DEFRAG_BYTES_MAX);
	CHECK(defrag_lost(d) > 0);
	f.id = fit - 1;
	CHECK(!push_bytes(65528, big, 1, false));
	CHECK(push_bytes(0, big, 65520, true));
	end();
}

/* The oldest itself needs more room: the others go. */
static void the_oldest_may_grow(void)
{
	uint32_t fit = DEFRAG_BYTES_MAX / 65528;
	uint64_t lost;

	begin();
	CHECK(!push(0, "11111111", true));
	for (f.id = 100; f.id < 100 + fit; f.id++)
		CHECK(!push_bytes(65520, big, 8, true));
	lost = defrag_lost(d);
	f.id = 9;
	CHECK(push_bytes(8, big, 65500, false));
	CHECK(defrag_lost(d) > lost);
	CHECK_EQ(whole.bytes.n, 65508);
	end();
}

/* The next fragment may lie in the datagram that was given before. */
static void a_datagram_feeds_the_next(void)
{
	begin();
	CHECK(!push(0, "11111111", true));
	CHECK(push(8, "22222222", false));
	f.id = 10;
	CHECK(!push_bytes(0, whole.bytes.p, 16, true));
	f.id = 11;
	CHECK(!push(0, "11111111", true));
	CHECK(push(8, "3", false));
	f.id = 10;
	CHECK(push_bytes(16, whole.bytes.p + 8, 1, false));
	CHECK(span_is(whole.bytes, "11111111222222223"));
	end();
}

static void free_takes_nothing(void)
{
	defrag_free(NULL);
	CHECK(true);
}

int main(void)
{
	RUN(in_any_order);
	RUN(the_first_copy_counts);
	RUN(the_first_end_counts);
	RUN(refuses_what_cannot_be);
	RUN(the_longest_datagram);
	RUN(keys);
	RUN(gives_up_after_a_time);
	RUN(time_goes_back);
	RUN(an_echo_begins_nothing);
	RUN(a_stale_echo_behind_another);
	RUN(forgets_the_oldest_by_number);
	RUN(forgets_the_oldest_by_bytes);
	RUN(the_oldest_may_grow);
	RUN(a_datagram_feeds_the_next);
	RUN(free_takes_nothing);
	return test_done();
}
