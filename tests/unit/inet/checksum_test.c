#include "inet/checksum.h"

#include "lib/sums.h"

/* The example of RFC 1071 3. */
static void gives_the_rfc_s_sum(void)
{
	static const uint8_t bytes[] = {0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7};

	CHECK_EQ(checksum_end(checksum_add(0, bytes, 8)), (uint16_t)~0xddf2);
}

static void is_the_slow_sum_for_any_bytes(void)
{
	static uint8_t bytes[65536];
	uint32_t random = 1;

	for (size_t i = 0; i < sizeof(bytes); i++) {
		random = random * 1664525 + 1013904223;
		bytes[i] = random >> 30 ? (uint8_t)(random >> 20) : 0xff; /* many carries */
	}
	for (size_t n = 1; n <= sizeof(bytes); n = n * 3 / 2 + 1)
		CHECK_EQ(checksum_end(checksum_add(0, bytes, n)), (uint16_t)~slow_sum(0, bytes, n));
	memset(bytes, 0xff, sizeof(bytes)); /* the largest sum there is */
	CHECK_EQ(checksum_end(checksum_add(0, bytes, sizeof(bytes))), 0);
}

static void parts_are_summed_in_any_order(void)
{
	static const uint8_t bytes[] = {1, 2, 250, 251, 252, 253, 254};
	uint32_t tail = checksum_add(0, bytes + 4, 3);

	CHECK_EQ(checksum_end(checksum_add(tail, bytes, 4)),
	    checksum_end(checksum_add(0, bytes, sizeof(bytes))));
	CHECK_EQ(checksum_end(checksum_add(0, bytes, 0)), 0xffff);
}

/* RFC 1624 4: the case in which RFC 1141 was wrong, then any words. */
static void a_changed_word_gives_what_a_new_sum_would(void)
{
	uint8_t bytes[6] = {0x12, 0x34, 0x55, 0x55, 0xff, 0xff};
	uint32_t random = 5;

	CHECK_EQ(checksum_change(0xdd2f, 0x5555, 0x3285), 0x0000);
	for (int i = 0; i < 100000; i++) {
		uint16_t before = checksum_end(checksum_add(0, bytes, 6));
		uint16_t from = (uint16_t)(bytes[2] << 8 | bytes[3]), to;

		random = random * 1664525 + 1013904223;
		to = (uint16_t)(random >> 16);
		bytes[2] = (uint8_t)(to >> 8);
		bytes[3] = (uint8_t)to;
		CHECK_EQ(
		    checksum_change(before, from, to), checksum_end(checksum_add(0, bytes, 6)));
	}
}

int main(void)
{
	RUN(gives_the_rfc_s_sum);
	RUN(is_the_slow_sum_for_any_bytes);
	RUN(parts_are_summed_in_any_order);
	RUN(a_changed_word_gives_what_a_new_sum_would);
	return test_done();
}
