#include "base/distinct.h"

#include "lib/test.h"

static void counts_each_value_once(void)
{
	struct distinct d = {0};

	CHECK(distinct_count(&d) == 0);
	for (uint64_t round = 0; round < 3; round++)
		for (uint64_t i = 0; i < 200; i++)
			distinct_add(&d, i * 0x9e3779b97f4a7c15u);
	CHECK(distinct_count(&d) == 200);
	distinct_done(&d);
	CHECK(distinct_count(&d) == 0);
}

static void stays_at_its_maximum(void)
{
	struct distinct d = {0};

	for (uint64_t i = 1; i < 10000; i++)
		distinct_add(&d, i);
	CHECK(distinct_count(&d) == DISTINCT_MAX);
	distinct_done(&d);
}

/* All in one place of the table. */
static void survives_collisions(void)
{
	struct distinct d = {0};

	for (uint64_t i = 1; i <= 100; i++)
		distinct_add(&d, i << 32);
	for (uint64_t i = 1; i <= 100; i++)
		distinct_add(&d, i << 32);
	CHECK(distinct_count(&d) == 100);
	distinct_done(&d);
}

int main(void)
{
	RUN(counts_each_value_once);
	RUN(stays_at_its_maximum);
	RUN(survives_collisions);
	return test_done();
}
