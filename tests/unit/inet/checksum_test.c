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

int main(void)
{
	RUN(gives_the_rfc_s_sum);
	RUN(is_the_slow_sum_for_any_bytes);
	RUN(parts_are_summed_in_any_order);
	return test_done();
}
