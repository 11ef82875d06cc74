#include "scan/steps.h"

#include "lib/test.h"

#include "scan/limits.h"

static void what_was_added_can_be_removed_once(void)
{
	struct steps s = {.n = 0};

	CHECK(steps_add(&s, 7) && steps_add(&s, 3) && steps_add(&s, 9));
	CHECK(steps_remove(&s, 3));
	CHECK(!steps_remove(&s, 3));
	CHECK(!steps_remove(&s, 8));
	CHECK_EQ(s.n, 2);
	CHECK(steps_remove(&s, 9) && steps_remove(&s, 7));
	CHECK_EQ(s.n, 0);
	steps_done(&s);
}

static void the_lowest_from_a_place_on(void)
{
	struct steps s = {.n = 0};

	CHECK_EQ(steps_low(&s, 0, 5), 5);
	CHECK(steps_add(&s, 1) && steps_add(&s, 4) && steps_add(&s, 6));
	CHECK_EQ(steps_low(&s, 0, 5), 1);
	CHECK_EQ(steps_low(&s, 1, 5), 4);
	CHECK_EQ(steps_low(&s, 2, 5), 5);
	CHECK_EQ(steps_low(&s, 9, 5), 5);
	steps_done(&s);
	CHECK_EQ(s.n, 0);
}

static void it_is_bounded(void)
{
	struct steps s = {.n = 0};

	for (uint64_t i = 0; i < STEPS_MAX; i++)
		CHECK(steps_add(&s, i));
	CHECK(!steps_add(&s, STEPS_MAX));
	CHECK_EQ(s.n, STEPS_MAX);
	steps_done(&s);
}

int main(void)
{
	RUN(what_was_added_can_be_removed_once);
	RUN(the_lowest_from_a_place_on);
	RUN(it_is_bounded);
	return test_done();
}
