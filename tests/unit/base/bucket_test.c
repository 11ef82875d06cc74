#include "base/bucket.h"

#include "lib/test.h"

/* Takes whatever can be taken, looking every step_us, for us microseconds. */
static unsigned taken(struct bucket *b, uint64_t *now_us, uint64_t us, uint64_t step_us)
{
	uint64_t wait, end = *now_us + us;
	unsigned n = 0;

	for (; *now_us < end; *now_us += step_us)
		while (n < 10000000 && bucket_take(b, *now_us, &wait))
			n++;
	return n;
}

static void the_rate_holds_over_time(void)
{
	static const uint32_t rates[] = {1, 3, 2000, 100000};

	for (size_t i = 0; i < sizeof(rates) / sizeof(*rates); i++) {
		struct bucket b;
		uint64_t now = 77777;
		unsigned n;

		bucket_init(&b, rates[i], 10000);
		n = taken(&b, &now, 10000000, 1000);
		CHECK(n >= rates[i] * 10);
		CHECK(n <= rates[i] * 10 + rates[i] / 100 + 2);
	}
}

static void idle_time_saves_up_no_more_than_the_burst(void)
{
	struct bucket b;
	uint64_t now = 1000000;

	bucket_init(&b, 2000, 10000);
	taken(&b, &now, 1000, 1000);
	now += 3600 * UINT64_C(1000000);
	CHECK_EQ(taken(&b, &now, 1, 1), 21);
}

static void the_wait_is_exact(void)
{
	struct bucket b;
	uint64_t now = 5000000, wait = 0;

	bucket_init(&b, 10, 0);
	CHECK(bucket_take(&b, now, &wait));
	CHECK(!bucket_take(&b, now, &wait));
	CHECK_EQ(wait, 100000);
	CHECK(!bucket_take(&b, now + wait - 1, &wait));
	CHECK_EQ(wait, 1);
	CHECK(bucket_take(&b, now + 100000, &wait));
}

static void the_rate_can_change_and_0_is_unlimited(void)
{
	struct bucket b;
	uint64_t now = 1, wait;

	bucket_init(&b, 0, 0);
	for (int i = 0; i < 1000; i++)
		CHECK(bucket_take(&b, now, &wait));
	bucket_set_rate(&b, 1000);
	CHECK_EQ(taken(&b, &now, 1000000, 100), 1000);
}

int main(void)
{
	RUN(the_rate_holds_over_time);
	RUN(idle_time_saves_up_no_more_than_the_burst);
	RUN(the_wait_is_exact);
	RUN(the_rate_can_change_and_0_is_unlimited);
	return test_done();
}
