#include "inet/answer.h"

#include "inet/syn.h"
#include "making.h"

#include <netinet/in.h>

static const struct family {
	const char *us, *them, *router;
	uint8_t icmp, unreachable;
} families[] = {
    {"10.0.0.1", "192.0.2.77", "10.0.0.254", IPPROTO_ICMP, 3},
    {"2001:db8::1", "2001:db8:ffff::77", "2001:db8::fe", IPPROTO_ICMPV6, 1},
};

enum { FIN = 1, SYN = 2, RST = 4, PSH = 8, ACK = 16, ECE = 64, CWR = 128 };

static struct answer read_it(void)
{
	struct frame frame = made_frame(0);

	return answer_read(&frame);
}

/* From port 443 to 61000, seq 0x11223344, ack 0xfedcba99. */
static void make_tcp(const struct family *f, uint8_t flags)
{
	make_hex("01bb ee48 11223344 fedcba99 5000 ffff 0000 0000");
	made[made_begin + 13] = flags;
	make_ip(f->them, f->us, IPPROTO_TCP, 60);
	make_ether();
}

/* Which flags are an answer: by all that there are. */
static void a_syn_ack_and_a_reset_are_answers(void)
{
	for (size_t i = 0; i < 2; i++) {
		struct addr us = addr_of(families[i].us), them = addr_of(families[i].them);

		for (unsigned flags = 0; flags < 256; flags++) {
			unsigned said = flags & (SYN | ACK | RST | FIN);
			enum answer_kind want = said == (SYN | ACK)   ? ANSWER_OPEN
						: said == (RST | ACK) ? ANSWER_CLOSED
								      : ANSWER_NONE;
			struct answer a;

			make_tcp(&families[i], (uint8_t)flags);
			a = read_it();
			CHECK_EQ(a.kind, want);
			if (want == ANSWER_NONE)
				continue;
			CHECK(addr_eq(&a.from, &them) && addr_eq(&a.to, &us));
			CHECK(a.port == 443 && a.our_port == 61000);
			CHECK(a.cookie == 0xfedcba98 && a.seq == 0x11223344);
		}
	}
}

static void a_segment_that_is_none_is_no_answer(void)
{
	make_tcp(&families[0], SYN | ACK);
	made[made_begin + 14 + 20 + 12] = 0x40; /* a header shorter than there is */
	CHECK_EQ(read_it().kind, ANSWER_NONE);
	made[made_begin + 14 + 20 + 12] = 0x60; /* longer than the segment */
	CHECK_EQ(read_it().kind, ANSWER_NONE);
	made[made_begin + 14 + 20 + 12] = 0x50;
	CHECK_EQ(read_it().kind, ANSWER_OPEN);
}

/* The SYN that we sent, quoted with so many bytes of TCP. */
static void make_quote(const struct family *f, uint8_t type, uint8_t code, size_t tcp_n)
{
	struct syn_way way = {.from = addr_of(f->us)};
	struct addr to = addr_of(f->them);
	struct syn_template t;
	uint8_t frame[SYN_FRAME_MAX], *icmp;

	syn_init(&t, &way);
	syn_write(&t, frame, NULL, &to, 61000, 443, 0xfedcba98);
	make(frame + 14, (size_t)t.tcp_at - 14 + tcp_n);
	made[made_begin + (t.v6 ? 7 : 8)] = 1; /* hops that were left */
	icmp = made_push(8);
	icmp[0] = type;
	icmp[1] = code;
	make_ip(f->router, f->us, f->icmp, 64);
	make_icmp_sum(made + made_begin);
	make_ether();
}

static void check_unreachable(const struct family *f, uint8_t type, uint8_t code)
{
	struct answer a = read_it();
	struct addr us = addr_of(f->us), them = addr_of(f->them);

	CHECK_EQ(a.kind, ANSWER_UNREACHABLE);
	CHECK(addr_eq(&a.from, &them) && addr_eq(&a.to, &us));
	CHECK(a.port == 443 && a.our_port == 61000 && a.cookie == 0xfedcba98);
	CHECK(a.icmp_type == type && a.icmp_code == code);
}

static void an_error_tells_of_the_syn_that_it_quotes(void)
{
	for (size_t i = 0; i < 2; i++) {
		const struct family *f = &families[i];

		make_quote(f, f->unreachable, 1, 32); /* all of it, as RFC 1812 4.3.2.3 asks */
		check_unreachable(f, f->unreachable, 1);
		make_quote(f, f->unreachable, 13, 8); /* as little as RFC 792 allows */
		check_unreachable(f, f->unreachable, 13);
		make_quote(f, f->unreachable, 1, 7);
		CHECK_EQ(read_it().kind, ANSWER_NONE);
	}
}

static void only_errors_that_end_a_syn_count(void)
{
	static const bool ends[2][256] = {
	    {[3] = true, [11] = true, [12] = true}, {[1] = true, [3] = true, [4] = true}};

	for (size_t i = 0; i < 2; i++)
		for (unsigned type = 0; type < 256; type++) {
			make_quote(&families[i], (uint8_t)type, 0, 8);
			CHECK_EQ(read_it().kind == ANSWER_UNREACHABLE, ends[i][type]);
		}
	make_quote(&families[0], 3, 4, 8); /* a SYN is never too big */
	CHECK_EQ(read_it().kind, ANSWER_NONE);
}

/* Each bit that is turned over in the message is noticed by the checksum; of a cut one it is not
 * known. */
static void a_damaged_error_is_no_answer(void)
{
	for (size_t i = 0; i < 2; i++) {
		const struct family *f = &families[i];
		size_t icmp_at = i ? 54 : 34;
		struct frame frame;

		make_quote(f, f->unreachable, 1, 32);
		for (size_t bit = icmp_at * 8; bit < (made_end - made_begin) * 8; bit++) {
			made[made_begin + bit / 8] ^= (uint8_t)(1 << bit % 8);
			CHECK_EQ(read_it().kind, ANSWER_NONE);
			made[made_begin + bit / 8] ^= (uint8_t)(1 << bit % 8);
		}
		check_unreachable(f, f->unreachable, 1);
		made[made_begin + icmp_at + 2] ^= 1;
		frame = made_frame(20);
		CHECK_EQ(answer_read(&frame).kind, ANSWER_UNREACHABLE);
	}
}

/* Quotes of something else: the header's bytes, changed, and the sum made again. */
static void a_quote_of_something_else_is_no_answer(void)
{
	static const struct {
		size_t family, at;
		uint8_t value;
	} cases[] = {
	    {0, 0, 0x55}, /* version */
	    {0, 0, 0x44}, /* header length */
	    {0, 0, 0x4f}, /* a header longer than the quote */
	    {0, 7, 1}, /* not the first fragment */
	    {0, 9, IPPROTO_UDP},
	    {1, 0, 0x40},
	    {1, 6, IPPROTO_UDP},
	    {1, 6, IPPROTO_FRAGMENT},
	    {2, 8, 0}, /* our address, or the target's, as ::ffff:a.b.c.d */
	    {2, 24, 0},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct family *f = &families[cases[i].family > 0];
		uint8_t *quote = made + sizeof(made) / 2;

		make_quote(f, f->unreachable, 1, 8);
		check_unreachable(f, f->unreachable, 1);
		if (cases[i].family == 2)
			memcpy(quote + cases[i].at, "\0\0\0\0\0\0\0\0\0\0\xff\xff", 12);
		else
			quote[cases[i].at] = cases[i].value;
		make_icmp_sum(made + made_begin + 14);
		CHECK_EQ(read_it().kind, ANSWER_NONE);
	}
}

static void options_in_the_quote_are_passed(void)
{
	const struct family *f = &families[0];

	make_quote(f, f->unreachable, 1, 32);
	/* The first 4 bytes of TCP become an option; our port is 0xfedc then. */
	made[made_begin + 14 + 20 + 8] = 0x46;
	make_icmp_sum(made + made_begin + 14);
	CHECK_EQ(read_it().kind, ANSWER_UNREACHABLE);
	CHECK_EQ(read_it().our_port, 0xfedc);
}

static void other_protocols_are_no_answers(void)
{
	make_hex("01bb ee48 11223344 fedcba99 5012 ffff 0000 0000");
	make_ip("192.0.2.77", "10.0.0.1", IPPROTO_UDP, 60);
	make_ether();
	CHECK_EQ(read_it().kind, ANSWER_NONE);
	make_quote(&families[1], 1, 1, 8);
	made[made_begin + 14 + 6] = IPPROTO_ICMP; /* not of its family */
	CHECK_EQ(read_it().kind, ANSWER_NONE);
}

/* Any prefix of an answer: no answer, unless all that is read is there. */
static void every_prefix_is_short(void)
{
	for (size_t i = 0; i < 2; i++) {
		make_tcp(&families[i], SYN | ACK);
		while (made_end-- > made_begin)
			CHECK_EQ(read_it().kind, ANSWER_NONE);
	}
}

int main(void)
{
	RUN(a_syn_ack_and_a_reset_are_answers);
	RUN(a_segment_that_is_none_is_no_answer);
	RUN(an_error_tells_of_the_syn_that_it_quotes);
	RUN(only_errors_that_end_a_syn_count);
	RUN(a_damaged_error_is_no_answer);
	RUN(a_quote_of_something_else_is_no_answer);
	RUN(options_in_the_quote_are_passed);
	RUN(other_protocols_are_no_answers);
	RUN(every_prefix_is_short);
	return test_done();
}
