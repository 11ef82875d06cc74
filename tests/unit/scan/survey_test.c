#include "scan/survey.h"

#include "lib/test.h"

#include <math.h>

static bool is_near(double a, double b)
{
	return fabs(a - b) < 1e-6;
}

static void each_part_counts_by_its_size_and_passes(void)
{
	struct survey s = {.known = 0};

	CHECK_EQ(survey_asked(&s), 0);
	survey_add(&s, 300, 1);
	survey_add(&s, 100, 2);
	CHECK_EQ(survey_asked(&s), 400);
	CHECK(is_near(survey_covered(&s, 0), 400));
	CHECK(is_near(survey_covered(&s, 0.1), 300 * 0.9 + 100 * 0.99));
}

static void what_an_outage_missed_is_no_matter_of_the_sample(void)
{
	struct survey s = {.known = 0};

	survey_add(&s, 500, 1);
	survey_add_known(&s, 400, 1);
	survey_add_known(&s, 100, 0);
	CHECK_EQ(survey_asked(&s), 1000);
	CHECK(is_near(survey_covered(&s, 0), 600));
}

static void more_passes_than_there_are_count_as_the_most(void)
{
	struct survey s = {.known = 0};

	survey_add(&s, 10, PASSES_MAX + 5);
	CHECK_EQ(survey_asked(&s), 10);
	CHECK(is_near(survey_covered(&s, 1), 0));
}

int main(void)
{
	RUN(each_part_counts_by_its_size_and_passes);
	RUN(what_an_outage_missed_is_no_matter_of_the_sample);
	RUN(more_passes_than_there_are_count_as_the_most);
	return test_done();
}
