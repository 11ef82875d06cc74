#include "scan/macs.h"

#include "scan/limits.h"

#include "lib/test.h"

static const struct siphash_key key = {{1, 2}};

static struct addr addr_of(const char *text)
{
	struct addr a = {0};

	CHECK(!err_is(addr_parse(span_str(text), &a)));
	return a;
}

static void an_empty_table_knows_nobody(void)
{
	struct macs m = {.key = key};
	struct addr a = addr_of("10.0.0.1");

	CHECK(!macs_get(&m, &a));
	macs_done(&m);
}

static void the_newest_mac_holds(void)
{
	static const uint8_t first[6] = {2, 1}, second[6] = {2, 2};
	struct macs m = {.key = key};
	struct addr a = addr_of("10.0.0.1"), b = addr_of("fe80::1%2"), c = addr_of("fe80::1%3");

	CHECK(macs_put(&m, &a, first));
	CHECK(macs_put(&m, &b, first));
	CHECK(!macs_put(&m, &a, second));
	CHECK_EQ(m.n, 2);
	CHECK_MEM(macs_get(&m, &a), second, 6);
	CHECK_MEM(macs_get(&m, &b), first, 6);
	CHECK(!macs_get(&m, &c));
	macs_done(&m);
}

static void a_whole_network_is_found_again(void)
{
	struct macs m = {.key = key};

	for (uint32_t i = 0; i < 1 << 16; i++) {
		struct addr a = addr_from_v4(0x0a000000 + 2 * i);
		uint8_t mac[6] = {2, (uint8_t)(i >> 8), (uint8_t)i};

		CHECK(macs_put(&m, &a, mac));
	}
	CHECK_EQ(m.n, 1 << 16);
	for (uint32_t i = 0; i < 1 << 17; i++) {
		struct addr a = addr_from_v4(0x0a000000 + i);
		const uint8_t *mac = macs_get(&m, &a);

		CHECK_EQ(mac != NULL, i % 2 == 0);
		CHECK(!mac || (mac[1] == (uint8_t)(i >> 9) && mac[2] == (uint8_t)(i >> 1)));
	}
	macs_done(&m);
}

static void more_than_the_maximum_are_counted(void)
{
	static const uint8_t mac[6] = {2}, other[6] = {4};
	struct macs m = {.key = key};
	struct addr known = addr_from_v4(0x0a000000), strange = addr_of("fd00::1");

	for (uint32_t i = 0; i < MACS_MAX; i++) {
		struct addr a = addr_from_v4(0x0a000000 + i);

		CHECK(macs_put(&m, &a, mac));
	}
	CHECK(!macs_put(&m, &strange, mac));
	CHECK(!macs_get(&m, &strange));
	CHECK_EQ(m.hit, 1);
	CHECK_EQ(m.n, MACS_MAX);
	CHECK(!macs_put(&m, &known, other));
	CHECK_MEM(macs_get(&m, &known), other, 6);
	CHECK_EQ(m.hit, 1);
	macs_done(&m);
}

int main(void)
{
	RUN(an_empty_table_knows_nobody);
	RUN(the_newest_mac_holds);
	RUN(a_whole_network_is_found_again);
	RUN(more_than_the_maximum_are_counted);
	return test_done();
}
