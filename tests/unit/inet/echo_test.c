#include "inet/echo.h"

#include "making.h"

enum { IDENT = 0x01020304 };

static const uint8_t us[6] = {2, 0, 0, 0, 0, 1};

/* By hand after RFC 4443 4.1 and RFC 2464 7. */
static void asks_all_nodes_in_the_bytes_of_the_rfc(void)
{
	struct addr from = addr_of("fe80::1");
	struct span want = unhex("333300000001 020000000001 86dd"
				 "60000000 0008 3a 01 fe800000000000000000000000000001"
				 "ff020000000000000000000000000001"
				 "80 00 0000 01020304");
	uint8_t frame[ICMP_FRAME_MAX];

	CHECK_EQ(echo_write(frame, us, &from, IDENT), want.n);
	CHECK(sums_are_right(frame));
	memset(frame + 56, 0, 2); /* its checksum */
	CHECK_MEM(frame, want.p, want.n);
	unhex_free(want);
}

/* RFC 8200 4.6, and 4.2: a type of 10xxxxxx. */
static void the_odd_one_has_an_option_before_it(void)
{
	struct addr from = addr_of("2001:db8::1");
	struct span want = unhex("333300000001 020000000001 86dd"
				 "60000000 0010 3c 01 20010db8000000000000000000000001"
				 "ff020000000000000000000000000001"
				 "3a 00 80 04 00000000");
	uint8_t frame[ICMP_FRAME_MAX], plain[ICMP_FRAME_MAX];

	CHECK_EQ(echo_write_odd(frame, us, &from, IDENT), want.n + 8);
	CHECK_MEM(frame, want.p, want.n);
	CHECK_EQ(echo_write(plain, us, &from, IDENT), 62);
	CHECK_MEM(frame + want.n, plain + 54, 8);
	unhex_free(want);
}

static bool reads(struct addr *ret_who, uint8_t ret_mac[6])
{
	struct frame frame = made_frame(0);

	return echo_read(&frame, IDENT, ret_who, ret_mac);
}

static void make_answer(const char *message)
{
	make_hex(message);
	make_ip("2001:db8::77", "2001:db8::1", 58, 64);
	make_icmp_sum(made + made_begin);
	make_ether();
}

#define QUOTED                                                                                     \
	"60000000 0010 3c 01 20010db8000000000000000000000001 ff020000000000000000000000000001 "

static void who_answers_is_told(void)
{
	static const char *const answers[] = {
	    "81 00 0000 01020304",
	    "81 00 0000 01020304 616263",
	    "04 02 0000 0000002a" QUOTED "3a00800400000000 80 00 1234 01020304",
	};
	struct addr them = addr_of("2001:db8::77");

	for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
		struct addr who = {0};
		uint8_t mac[6] = {0};

		make_answer(answers[i]);
		CHECK(reads(&who, mac));
		CHECK(addr_eq(&who, &them));
		CHECK_MEM(mac, "\2\0\0\0\0\2", 6); /* of whom making.h sends it from */
	}
}

static void what_answers_somebody_else_is_not(void)
{
	static const char *const messages[] = {
	    "80 00 0000 01020304", /* a question */
	    "81 01 0000 01020304",
	    "81 00 0000 01020305",
	    "04 01 0000 0000002a" QUOTED "3a00800400000000 80 00 1234 01020304",
	    "04 02 0000 0000002a" QUOTED "3a00800400000000 80 00 1234 01020305",
	    "04 02 0000 0000002a" QUOTED "3a00810400000000 80 00 1234 01020304",
	    "04 02 0000 0000002a" QUOTED "3a00800400000000 80 00 1234 010203",
	    "04 02 0000 0000002a 60000000 0010 3a 01 20010db8000000000000000000000001"
	    "ff020000000000000000000000000001 3a00800400000000 80 00 1234 01020304",
	    "04 02 0000 0000002a",
	    "88 00 0000 01020304",
	};
	struct addr who;
	uint8_t mac[6];

	for (size_t i = 0; i < sizeof(messages) / sizeof(messages[0]); i++) {
		make_answer(messages[i]);
		CHECK(!reads(&who, mac));
	}
}

static void nobody_and_groups_answer_nothing(void)
{
	static const char *const froms[] = {"::", "ff02::1"};
	struct addr who;
	uint8_t mac[6];

	for (size_t i = 0; i < 2; i++) {
		make_hex("81 00 0000 01020304");
		make_ip(froms[i], "2001:db8::1", 58, 64);
		make_icmp_sum(made + made_begin);
		make_ether();
		CHECK(!reads(&who, mac));
	}
	make_answer("81 00 0000 01020304");
	CHECK(reads(&who, mac));
	made[made_begin + 6] |= 1; /* a group's MAC */
	CHECK(!reads(&who, mac));
	make_hex("81 00 0000 01020304");
	make_ip("10.0.0.7", "10.0.0.1", 1, 64);
	make_icmp_sum(made + made_begin);
	make_ether();
	CHECK(!reads(&who, mac));
}

static void every_prefix_is_short(void)
{
	struct addr who = {.zone = 7};
	uint8_t mac[6] = {9};

	make_answer("81 00 0000 01020304");
	for (size_t cut = made_end - made_begin; cut > 0; cut--) {
		struct frame frame = made_frame(cut);

		CHECK(!echo_read(&frame, IDENT, &who, mac));
		frame.wire_n = (uint32_t)frame.bytes.n;
		CHECK(!echo_read(&frame, IDENT, &who, mac));
	}
	CHECK(who.zone == 7 && mac[0] == 9);
}

int main(void)
{
	RUN(asks_all_nodes_in_the_bytes_of_the_rfc);
	RUN(the_odd_one_has_an_option_before_it);
	RUN(who_answers_is_told);
	RUN(what_answers_somebody_else_is_not);
	RUN(nobody_and_groups_answer_nothing);
	RUN(every_prefix_is_short);
	return test_done();
}
