#include "inet/ndp.h"

#include "making.h"

static const uint8_t us[6] = {2, 0, 0, 0, 0, 1};

/* By hand after RFC 4861 4.3, RFC 4291 2.7.1 and RFC 2464 7. */
static void asks_in_the_bytes_of_the_rfc(void)
{
	struct addr from = addr_of("fe80::1"), whom = addr_of("2001:db8::12:3456");
	struct span want = unhex("3333ff123456 020000000001 86dd"
				 "60000000 0020 3a ff fe800000000000000000000000000001"
				 "ff0200000000000000000001ff123456"
				 "87 00 0000 00000000 20010db8000000000000000000123456"
				 "01 01 020000000001");
	uint8_t frame[ICMP_FRAME_MAX];

	CHECK_EQ(ndp_write_solicit(frame, us, &from, &whom), want.n);
	CHECK(sums_are_right(frame));
	memset(frame + 56, 0, 2); /* its checksum */
	CHECK_MEM(frame, want.p, want.n);
	unhex_free(want);
}

/* Of 2001:db8::77, with these options. */
static void make_advertisement(const char *to, const char *options)
{
	char text[400];

	snprintf(
	    text, sizeof(text), "88 00 0000 60000000 20010db8000000000000000000000077 %s", options);
	make_hex(text);
	make_ip("fe80::77", to, 58, 255);
	make_icmp_sum(made + made_begin);
	make_ether();
}

static bool reads(struct addr *ret_who, uint8_t ret_mac[6])
{
	struct frame frame = made_frame(0);

	return ndp_read(&frame, ret_who, ret_mac);
}

static void an_advertisement_tells_who_has_which(void)
{
	static const char *const options[] = {
	    "02 01 020000000077",
	    "0e 02 0000000000000000000000000000 02 01 020000000077", /* a nonce before it */
	    "02 01 020000000077 02 01 020000000078", /* the first counts */
	    "01 01 020000000078 02 01 020000000077",
	};
	struct addr them = addr_of("2001:db8::77"), who;
	uint8_t mac[6];

	for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++) {
		memset(mac, 0, sizeof(mac));
		make_advertisement("fe80::1", options[i]);
		CHECK(reads(&who, mac));
		CHECK(addr_eq(&who, &them));
		CHECK_MEM(mac, "\2\0\0\0\0\x77", 6);
	}
}

static void options_that_tell_no_mac_are_refused(void)
{
	static const char *const options[] = {
	    "",
	    "01 01 020000000077", /* the sender's, not the target's */
	    "02 01 030000000077", /* a group's */
	    "02 02 0200000000770000000000000000", /* not Ethernet's length */
	    "02 01 020000000077 0e 00", /* a length of 0 */
	    "02 01 020000000077 0e 02 0000", /* longer than there is */
	    "02 01 020000000077 0e",
	    "02 01 0200000000",
	};
	struct addr who;
	uint8_t mac[6];

	for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++) {
		make_advertisement("fe80::1", options[i]);
		CHECK(!reads(&who, mac));
	}
}

/* RFC 4861 7.1.2, rule by rule: a byte of the frame, changed, with the checksum made again. */
static void what_no_host_would_believe_is_refused(void)
{
	static const struct {
		size_t at;
		uint8_t value;
	} cases[] = {
	    {14 + 7, 254}, /* a router has passed it on */
	    {54, 135}, {54 + 1, 1}, /* the code */
	    {54 + 8, 0xff}, /* the address of a group */
	};
	struct addr who;
	uint8_t mac[6];

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		make_advertisement("fe80::1", "02 01 020000000077");
		CHECK(reads(&who, mac));
		made[made_begin + cases[i].at] = cases[i].value;
		make_icmp_sum(made + made_begin + 14);
		CHECK(!reads(&who, mac));
	}
	make_advertisement("fe80::1", "02 01 020000000077");
	made[made_begin + 56] ^= 1; /* the checksum itself */
	CHECK(!reads(&who, mac));
}

/* To all nodes only of its own accord. */
static void a_solicited_one_is_for_us_alone(void)
{
	struct addr who;
	uint8_t mac[6];

	make_advertisement("ff02::1", "02 01 020000000077");
	CHECK(!reads(&who, mac));
	made[made_begin + 54 + 4] = 0x20; /* overrides, is not solicited */
	make_icmp_sum(made + made_begin + 14);
	CHECK(reads(&who, mac));
}

static void every_prefix_is_short(void)
{
	struct addr who = {.zone = 7};
	uint8_t mac[6] = {9};

	make_advertisement("fe80::1", "02 01 020000000077");
	for (size_t cut = made_end - made_begin; cut > 0; cut--) {
		struct frame frame = made_frame(cut);

		CHECK(!ndp_read(&frame, &who, mac));
		frame.wire_n = (uint32_t)frame.bytes.n;
		CHECK(!ndp_read(&frame, &who, mac));
	}
	CHECK(who.zone == 7 && mac[0] == 9);
}

int main(void)
{
	RUN(asks_in_the_bytes_of_the_rfc);
	RUN(an_advertisement_tells_who_has_which);
	RUN(options_that_tell_no_mac_are_refused);
	RUN(what_no_host_would_believe_is_refused);
	RUN(a_solicited_one_is_for_us_alone);
	RUN(every_prefix_is_short);
	return test_done();
}
