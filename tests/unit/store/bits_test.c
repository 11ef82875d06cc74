/* Sets of small numbers, at and around the edges of words. */
#include "store/bits.h"

#include "lib/test.h"

static const size_t sizes[] = {1, 63, 64, 65, 127, 128, 200};

enum { SIZES = sizeof(sizes) / sizeof(sizes[0]) };

static void full_and_empty(void)
{
	for (size_t k = 0; k < SIZES; k++) {
		struct bits b;

		CHECK(bits_init(&b, sizes[k]));
		CHECK_EQ(bits_count(&b), 0);
		bits_fill(&b);
		CHECK_EQ(bits_count(&b), sizes[k]);
		bits_clear(&b);
		CHECK_EQ(bits_count(&b), 0);
		bits_done(&b);
	}
}

static bool is_third(const void *context, size_t i)
{
	(void)context;
	return i % 3 == 0;
}

static bool is_even(const void *context, size_t i)
{
	(void)context;
	return i % 2 == 0;
}

static void they_are_walked_kept_and_joined(void)
{
	for (size_t k = 0; k < SIZES; k++) {
		struct bits thirds, evens;
		size_t at = 0, i, n = 0;

		CHECK(bits_init(&thirds, sizes[k]));
		bits_fill(&thirds);
		CHECK(bits_copy(&evens, &thirds));
		bits_keep(&thirds, is_third, NULL);
		bits_keep(&evens, is_even, NULL);
		while (bits_next(&thirds, &at, &i))
			CHECK_EQ(i, 3 * n++);
		CHECK_EQ(n, (sizes[k] + 2) / 3);
		bits_take_out(&evens, &thirds);
		for (i = 0; i < sizes[k]; i++)
			CHECK_EQ(bits_has(&evens, i), i % 2 == 0 && i % 3 != 0);
		bits_or(&evens, &thirds);
		bits_and(&evens, &thirds);
		CHECK_EQ(bits_count(&evens), n);
		bits_done(&thirds);
		bits_done(&evens);
	}
}

int main(void)
{
	RUN(full_and_empty);
	RUN(they_are_walked_kept_and_joined);
	return test_done();
}
