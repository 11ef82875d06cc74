#include "sensor/reassembly.h"

#include "lib/test.h"
#include "sensor/limits.h"

enum { HEARD_MAX = 1 << 20 };

/* What was told: bytes as they are, a gap as "[n]". */
static char heard[HEARD_MAX];
static size_t heard_n;

static void on_bytes(void *context, struct span bytes)
{
	(void)context;
	CHECK(bytes.n > 0 && heard_n + bytes.n < HEARD_MAX);
	memcpy(heard + heard_n, bytes.p, bytes.n);
	heard_n += bytes.n;
	heard[heard_n] = 0;
}

static void on_gap(void *context, uint32_t n)
{
	(void)context;
	heard_n += (size_t)snprintf(heard + heard_n, HEARD_MAX - heard_n, "[%u]", n);
}

static const struct reassembly_ops ops = {on_bytes, on_gap};

static struct reassembly r;
static uint32_t isn;
static int64_t now_us;

static void begin(void)
{
	reassembly_done(&r);
	heard_n = 0;
	heard[0] = 0;
	now_us = 1000000;
}

static void push_cut(uint32_t at, const char *text, uint8_t flags, uint32_t missing)
{
	struct packet p = {.time_us = now_us,
	    .proto = PACKET_TCP,
	    .flags = flags,
	    .seq = isn + at,
	    .missing = missing,
	    .payload = span_str(text)};

	reassembly_push(&r, &p, &ops, NULL);
}

static void push(uint32_t at, const char *text)
{
	push_cut(at, text, TCP_ACK, 0);
}

static void begin_syn(uint32_t initial)
{
	begin();
	isn = initial;
	push_cut(0, "", TCP_SYN, 0);
}

static void flush(void)
{
	reassembly_flush(&r, &ops, NULL);
	CHECK_EQ(reassembly_held(&r), 0);
}

static void passes_what_is_in_order(void)
{
	begin_syn(7);
	push(1, "");
	push(1, "abc");
	CHECK_STR(heard, "abc");
	push(4, "d");
	CHECK_STR(heard, "abcd");
	CHECK_EQ(reassembly_held(&r), 0);
	CHECK(sizeof(struct reassembly) <= 32);
}

static void wraps_at_the_end_of_the_numbers(void)
{
	begin_syn(UINT32_MAX - 2);
	push(4, "def"); /* behind 2^32 */
	push(1, "abc");
	push(7, "g");
	CHECK_STR(heard, "abcdefg");
}

static void counts_what_comes_with_the_syn(void)
{
	begin();
	isn = 100;
	push_cut(0, "fast", TCP_SYN, 0); /* RFC 7413 */
	push(5, " open");
	CHECK_STR(heard, "fast open");
}

static void ignores_what_is_sent_again(void)
{
	begin_syn(1);
	push(1, "abc");
	push(1, "abc");
	push(3, ""); /* keep-alive */
	push(3, "c"); /* and one with a byte */
	push(2, "bcdef");
	push_cut(0, "", TCP_SYN, 0);
	CHECK_STR(heard, "abcdef");
	CHECK(!r.conflict);
}

static void fills_holes_that_fill_late(void)
{
	begin_syn(1);
	push(7, "gh");
	push(3, "c");
	push(5, "e");
	CHECK_STR(heard, "");
	CHECK(reassembly_held(&r) > 4);
	push(1, "ab");
	CHECK_STR(heard, "abc");
	push(2, "bcdef");
	CHECK_STR(heard, "abcdefgh");
	CHECK_EQ(reassembly_held(&r), 0);
}

static void keeps_the_first_of_overlapping_bytes(void)
{
	begin_syn(1);
	push(4, "def");
	push(3, "cDEFg");
	CHECK(r.conflict);
	push(1, "abXXXXXh");
	CHECK_STR(heard, "abcdefgh");

	begin_syn(1);
	push(4, "def");
	push(3, "cdefg");
	push(1, "abcdefgh");
	CHECK_STR(heard, "abcdefgh");
	CHECK(!r.conflict);
}

static void gives_a_hole_up_after_its_time(void)
{
	begin_syn(1);
	push(4, "def");
	now_us += REASSEMBLY_WAIT_US;
	push(7, "g");
	CHECK_STR(heard, "");
	now_us++;
	push(8, "h");
	CHECK_STR(heard, "[3]defgh");
	push(1, "abc"); /* too late */
	CHECK_STR(heard, "[3]defgh");
}

static void gives_a_hole_up_when_the_other_side_goes_on(void)
{
	begin_syn(1);
	push(4, "def");
	reassembly_settle(&r, now_us + REASSEMBLY_WAIT_US, &ops, NULL);
	CHECK_STR(heard, "");
	reassembly_settle(&r, now_us + REASSEMBLY_WAIT_US + 1, &ops, NULL);
	CHECK_STR(heard, "[3]def");
}

static void gives_holes_up_at_the_end(void)
{
	begin_syn(1);
	push(3, "c");
	push_cut(6, "f", TCP_FIN, 0);
	CHECK(!reassembly_ended(&r));
	flush();
	CHECK_STR(heard, "[2]c[2]f");
	CHECK(reassembly_ended(&r));
}

static void gives_a_hole_up_when_too_much_waits(void)
{
	static char text[1001];
	size_t pushed = 0;

	memset(text, 'x', sizeof(text) - 1);
	begin_syn(1);
	while (heard_n == 0 && pushed < 1000)
		push(2 + 1000 * (uint32_t)pushed++, text);
	CHECK(pushed <= REASSEMBLY_BYTES_MAX / 1000 + 1);
	CHECK(pushed > REASSEMBLY_BYTES_MAX / 1000 / 3);
	CHECK_EQ(heard_n, 3 + 1000 * pushed);
	CHECK_EQ(reassembly_held(&r), 0);
}

static void gives_a_hole_up_when_too_many_pieces_wait(void)
{
	begin_syn(1);
	for (uint32_t i = 0; i <= REASSEMBLY_SEGMENTS_MAX; i++) {
		CHECK_EQ(heard_n, 0);
		push(2 + 2 * i, "x");
	}
	CHECK_STR(heard, "[1]x");
	reassembly_done(&r);
}

static void begins_in_midstream(void)
{
	begin();
	isn = 5000;
	push(1, "abc");
	CHECK_STR(heard, "");
	push(4, "def");
	CHECK_STR(heard, "[0]abcdef");
	push(7, "g");
	CHECK_STR(heard, "[0]abcdefg");
}

static void begins_with_what_came_late(void)
{
	begin();
	push(4, "def");
	push(1, "abc");
	CHECK_STR(heard, "[0]abcdef");

	begin();
	push(4, "def");
	push_cut(0, "", TCP_SYN | TCP_ACK, 0);
	CHECK_STR(heard, "");
	push(1, "abc");
	CHECK_STR(heard, "abcdef"); /* no mid-stream at all */
}

static void begins_when_the_other_side_spoke(void)
{
	begin();
	push(4, "def");
	reassembly_settle(&r, now_us, &ops, NULL);
	CHECK_STR(heard, "[0]def");
	push(1, "abc");
	CHECK_STR(heard, "[0]def");
}

static void begins_where_a_bare_ack_said(void)
{
	begin();
	push(1, "");
	push(4, "def");
	push(1, "abc");
	CHECK_STR(heard, "[0]abcdef");

	begin();
	push(3, ""); /* a keep-alive: its number is that of the byte before */
	push(4, "def");
	CHECK_STR(heard, "[0]def");

	begin();
	push(4, "");
	push(1, "abc"); /* the ACK had overtaken it */
	push(4, "d");
	CHECK_STR(heard, "[0]abcd");
}

static void ends_at_the_fin(void)
{
	begin_syn(1);
	push_cut(4, "def", TCP_FIN, 0);
	CHECK(!reassembly_ended(&r));
	push(1, "abc");
	CHECK(reassembly_ended(&r));
	CHECK_STR(heard, "abcdef");

	begin();
	push_cut(4, "", TCP_FIN, 0); /* all that was seen of it */
	CHECK(reassembly_ended(&r));

	begin_syn(1);
	push(1, "abc");
	push_cut(0x40000000, "", TCP_FIN, 0); /* forged */
	CHECK(!reassembly_ended(&r));
	push_cut(4, "", TCP_FIN, 0);
	CHECK(reassembly_ended(&r));
}

static void knows_what_the_capture_cut_off(void)
{
	begin_syn(1);
	push_cut(1, "ab", TCP_ACK, 3);
	CHECK_STR(heard, "ab[3]");
	push_cut(10, "j", TCP_ACK, 2);
	push_cut(6, "f", TCP_ACK, 3);
	CHECK_STR(heard, "ab[3]f[3]j[2]");
	push_cut(13, "m", TCP_ACK, 9);
	CHECK_STR(heard, "ab[3]f[3]j[2]m[9]");

	begin_syn(1);
	push_cut(3, "c", TCP_ACK, 3);
	push(5, "ef"); /* sent again, and here it is */
	push(1, "ab");
	CHECK_STR(heard, "abc[1]ef");
}

static void does_not_follow_a_forged_number(void)
{
	begin_syn(1);
	push(1, "abc");
	push(0x20000000, "forged");
	push(0x90000000, "forged");
	push(4, "d");
	CHECK_STR(heard, "abcd");
}

static void follows_a_long_loss(void)
{
	begin_syn(1);
	push(1, "abc");
	push(0x20000000, "lost");
	push(0x20000004, "here");
	push(0x20000008, " again");
	CHECK_STR(heard, "abc[0]here again");
}

static void takes_nothing_from_a_reset(void)
{
	begin_syn(1);
	push_cut(1, "No TCP", TCP_RST, 0);
	CHECK_STR(heard, "");
}

static uint32_t random_state = 1;

static uint32_t random_below(uint32_t n)
{
	random_state = random_state * 1664525u + 1013904223u;
	return (uint32_t)((uint64_t)random_state * n >> 32);
}

/* A string in pieces of any size, each a few times, in any order, overlapping. */
static void puts_any_shuffle_together(void)
{
	static char text[8001], piece[4000];

	for (size_t i = 0; i < sizeof(text) - 1; i++)
		text[i] = (char)('!' + i * 7919 % 90);
	for (uint32_t round = 0; round < 60; round++) {
		uint32_t longest = 1 + random_below(round % 2 ? 2 : 1500), at[8000], n = 0;

		begin_syn(UINT32_MAX - random_below(12000));
		for (uint32_t i = 0; i < 8000; i += longest)
			at[n++] = i;
		for (uint32_t i = n; i-- > 1;) {
			uint32_t j = random_below(i + 1), other = at[i];

			at[i] = at[j];
			at[j] = other;
		}
		/* In one-byte pieces a whole shuffle has more islands than are held. */
		for (uint32_t i = 0; longest < 4 && i < n; i++)
			at[i] = i / 500 * 500 * longest + (i * 7 % 500) * longest;
		for (uint32_t i = 0; i < n; i++) {
			uint32_t more = longest + random_below(longest);

			if (at[i] >= 8000)
				continue;
			if (more > 8000 - at[i])
				more = 8000 - at[i];
			memcpy(piece, text + at[i], more);
			piece[more] = 0;
			push(1 + at[i], piece);
			if (random_below(4) == 0)
				push(1 + at[i], piece);
		}
		CHECK(!r.conflict);
		CHECK_EQ(reassembly_held(&r), 0);
		CHECK_EQ(heard_n, 8000);
		CHECK_MEM(heard, text, 8000);
	}
}

int main(void)
{
	RUN(passes_what_is_in_order);
	RUN(wraps_at_the_end_of_the_numbers);
	RUN(counts_what_comes_with_the_syn);
	RUN(ignores_what_is_sent_again);
	RUN(fills_holes_that_fill_late);
	RUN(keeps_the_first_of_overlapping_bytes);
	RUN(gives_a_hole_up_after_its_time);
	RUN(gives_a_hole_up_when_the_other_side_goes_on);
	RUN(gives_holes_up_at_the_end);
	RUN(gives_a_hole_up_when_too_much_waits);
	RUN(gives_a_hole_up_when_too_many_pieces_wait);
	RUN(begins_in_midstream);
	RUN(begins_with_what_came_late);
	RUN(begins_when_the_other_side_spoke);
	RUN(begins_where_a_bare_ack_said);
	RUN(ends_at_the_fin);
	RUN(knows_what_the_capture_cut_off);
	RUN(does_not_follow_a_forged_number);
	RUN(follows_a_long_loss);
	RUN(takes_nothing_from_a_reset);
	RUN(puts_any_shuffle_together);
	reassembly_done(&r);
	return test_done();
}
