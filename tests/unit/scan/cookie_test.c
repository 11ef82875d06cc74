#include "scan/cookie.h"

#include "lib/test.h"

static const struct siphash_key key = {{1, 2}};

static struct addr addr_of(const char *text)
{
	struct addr a = {0};

	CHECK(!err_is(addr_parse(span_str(text), &a)));
	return a;
}

/* Each of the five, changed alone, gives another cookie. */
static void depends_on_all_of_the_tuple(const char *from_text, const char *to_text)
{
	static const struct siphash_key other = {{1, 3}};
	struct addr from = addr_of(from_text), to = addr_of(to_text);
	uint32_t cookie = cookie_of(&key, &from, &to, 61000, 443);

	for (size_t i = 0; i < 16; i++) {
		struct addr from2 = from, to2 = to;

		if (addr_is_v4(&from) && i < 12)
			continue;
		from2.b[i] ^= 1;
		to2.b[i] ^= 1;
		CHECK(cookie_of(&key, &from2, &to, 61000, 443) != cookie);
		CHECK(cookie_of(&key, &from, &to2, 61000, 443) != cookie);
	}
	CHECK(cookie_of(&key, &from, &to, 61001, 443) != cookie);
	CHECK(cookie_of(&key, &from, &to, 61000, 444) != cookie);
	CHECK(cookie_of(&key, &from, &to, 443, 61000) != cookie);
	CHECK(cookie_of(&key, &to, &from, 61000, 443) != cookie);
	CHECK(cookie_of(&other, &from, &to, 61000, 443) != cookie);
	CHECK_EQ(cookie_of(&key, &from, &to, 61000, 443), cookie);
}

static void depends_on_all_of_it_in_both_families(void)
{
	depends_on_all_of_the_tuple("10.0.0.1", "192.0.2.77");
	depends_on_all_of_the_tuple("2001:db8::1", "2001:db8:ffff::77");
}

static void is_the_same_for_a_frame_s_address_without_zone(void)
{
	struct addr from = addr_of("fe80::1%2"), to = addr_of("fe80::2%2");
	struct addr heard_from = addr_of("fe80::1"), heard_to = addr_of("fe80::2");

	CHECK_EQ(cookie_of(&key, &from, &to, 1, 2), cookie_of(&key, &heard_from, &heard_to, 1, 2));
}

/* A cookie that repeats, or has bits that do not move, lets strangers guess. */
static void looks_random(void)
{
	struct addr from = addr_of("10.0.0.1");
	unsigned ones[32] = {0};

	for (uint32_t i = 0; i < 10000; i++) {
		struct addr to = addr_from_v4(0x0a000000 + i);
		uint32_t cookie = cookie_of(&key, &from, &to, 61000, 443);

		for (unsigned bit = 0; bit < 32; bit++)
			ones[bit] += cookie >> bit & 1;
	}
	for (unsigned bit = 0; bit < 32; bit++)
		CHECK(ones[bit] > 4700 && ones[bit] < 5300); /* 6 sigma */
}

int main(void)
{
	RUN(depends_on_all_of_it_in_both_families);
	RUN(is_the_same_for_a_frame_s_address_without_zone);
	RUN(looks_random);
	return test_done();
}
