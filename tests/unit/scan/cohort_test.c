#include "scan/cohort.h"

#include "lib/test.h"

static void cohorts_add_up(void)
{
	struct cohort sum = {.rate = 7, .asked = 1, .answered = 1};
	const struct cohort more = {.rate = 8, .asked = 10, .answered = 4, .unreachable = 3};

	cohort_add(&sum, &more);
	CHECK_EQ(sum.rate, 7);
	CHECK_EQ(sum.asked, 11);
	CHECK_EQ(sum.answered, 5);
	CHECK_EQ(sum.unreachable, 3);
}

static void what_chance_may_do(void)
{
	const struct cohort well = {.asked = 1000, .answered = 300};
	const struct cohort few = {.asked = 100, .answered = 20};
	const struct cohort many = {.asked = 1000, .answered = 200};
	const struct cohort none = {0};

	CHECK(!cohorts_differ(&few, 20, &well, 300));
	CHECK(cohorts_differ(&many, 200, &well, 300));
	CHECK(!cohorts_differ(&none, 0, &well, 300));
	CHECK(cohort_surely_passing(&few, &well) == 1);
	CHECK(cohort_surely_passing(&many, &well) > 0.66);
	CHECK(cohort_surely_passing(&many, &well) < 0.67);
}

/* Where all answer, chance has no part in it. */
static void where_all_answer_each_loss_is_seen(void)
{
	const struct cohort well = {.asked = 10000, .answered = 10000};
	const struct cohort one = {.asked = 1000, .answered = 995};

	CHECK(cohort_surely_passing(&one, &well) < 1);
}

static void nothing_known_is_no_loss(void)
{
	const struct cohort none = {0}, silent = {.asked = 100};

	CHECK(cohort_share(&none, none.answered) == 0);
	CHECK(cohort_passing(&silent, &none) == 1);
	CHECK(cohort_passing(&silent, &silent) == 1);
	CHECK(cohort_passing(&none, &silent) == 1);
	CHECK(cohort_surely_passing(&silent, &none) == 1);
}

static void more_than_ever_is_no_loss(void)
{
	const struct cohort well = {.asked = 1000, .answered = 100};
	const struct cohort more = {.asked = 1000, .answered = 900};

	CHECK(cohort_passing(&more, &well) == 9);
	CHECK(cohort_surely_passing(&more, &well) == 1);
}

int main(void)
{
	RUN(cohorts_add_up);
	RUN(what_chance_may_do);
	RUN(where_all_answer_each_loss_is_seen);
	RUN(nothing_known_is_no_loss);
	RUN(more_than_ever_is_no_loss);
	return test_done();
}
