#include "inet/arp.h"

#include "making.h"

static const uint8_t us[6] = {2, 0, 0, 0, 0, 1};

/* By hand after RFC 826. */
static void asks_in_the_bytes_of_the_rfc(void)
{
	struct addr from = addr_of("10.0.0.1"), whom = addr_of("10.0.0.77");
	struct span want = unhex("ffffffffffff 020000000001 0806 0001 0800 06 04 0001"
				 "020000000001 0a000001 000000000000 0a00004d"
				 "000000000000000000000000000000000000");
	uint8_t frame[ARP_FRAME_MAX];

	memset(frame, 0xee, sizeof(frame));
	CHECK_EQ(arp_write_request(frame, us, &from, &whom), want.n);
	CHECK_EQ(want.n, ARP_FRAME_MAX);
	CHECK_MEM(frame, want.p, want.n);
	unhex_free(want);
}

#define REPLY                                                                                      \
	"020000000001 020000000077 0806 0001 0800 06 04 0002"                                      \
	"020000000077 0a00004d 020000000001 0a000001"

static bool reads(struct addr *ret_who, uint8_t ret_mac[6])
{
	struct frame frame = made_frame(0);

	return arp_read(&frame, ret_who, ret_mac);
}

static void a_reply_and_a_question_tell_who_has_which(void)
{
	struct addr them = addr_of("10.0.0.77"), who;
	uint8_t mac[6];

	for (uint8_t operation = 0; operation < 10; operation++) {
		make_hex(REPLY);
		made[made_begin + 14 + 7] = operation;
		memset(&who, 0, sizeof(who));
		memset(mac, 0, sizeof(mac));
		CHECK_EQ(reads(&who, mac), operation == 1 || operation == 2);
		if (operation != 1 && operation != 2)
			continue;
		CHECK(addr_eq(&who, &them));
		CHECK_MEM(mac, "\2\0\0\0\0\x77", 6);
	}
}

/* One byte of the reply is another. */
static void what_tells_of_nobody_is_refused(void)
{
	static const struct {
		size_t at;
		uint8_t value;
	} cases[] = {{12, 0x86}, {14, 1}, {15, 2}, {16, 9}, {18, 8}, {19, 16}, {20, 1}, {22, 3}};
	struct addr who;
	uint8_t mac[6];

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		make_hex(REPLY);
		CHECK(reads(&who, mac));
		made[made_begin + cases[i].at] = cases[i].value;
		CHECK(!reads(&who, mac));
	}
	make_hex(REPLY);
	memset(made + made_begin + 28, 0, 4); /* a probe of RFC 5227 */
	CHECK(!reads(&who, mac));
	make_hex(REPLY);
	memset(made + made_begin + 22, 0, 6);
	CHECK(!reads(&who, mac));
}

static void every_prefix_is_short(void)
{
	struct addr who = {.zone = 7};
	uint8_t mac[6] = {9};

	make_hex(REPLY);
	while (made_end-- > made_begin)
		CHECK(!reads(&who, mac));
	CHECK(who.zone == 7 && mac[0] == 9);
}

int main(void)
{
	RUN(asks_in_the_bytes_of_the_rfc);
	RUN(a_reply_and_a_question_tell_who_has_which);
	RUN(what_tells_of_nobody_is_refused);
	RUN(every_prefix_is_short);
	return test_done();
}
