#include "observe/change.h"
#include "observe/observation.h"
#include "observe/run.h"

#include "lib/test.h"

static void every_number_has_its_own_word(void)
{
	for (int i = 0; i < OUTCOME_MAX; i++)
		for (int k = 0; k < i; k++)
			CHECK(strcmp(outcome_text(i), outcome_text(k)) != 0);
	for (int i = 0; i < CHANGE_MAX; i++)
		for (int k = 0; k < i; k++)
			CHECK(strcmp(change_text(i), change_text(k)) != 0);
	for (int i = 0; i < EVIDENCE_KINDS; i++)
		for (int k = 0; k < i; k++)
			CHECK(strcmp(evidence_text(i), evidence_text(k)) != 0);
	for (int i = 0; i < RUN_STATE_MAX; i++)
		for (int k = 0; k < i; k++)
			CHECK(strcmp(run_state_text(i), run_state_text(k)) != 0);
}

static void a_number_from_elsewhere_is_unknown(void)
{
	CHECK_STR(outcome_text(OUTCOME_MAX), "unknown");
	CHECK_STR(evidence_text(EVIDENCE_KINDS), "unknown");
	CHECK_STR(change_text(CHANGE_MAX), "unknown");
	CHECK_STR(run_state_text(RUN_STATE_MAX), "unknown");
}

static void a_run_is_the_sum_of_its_workers(void)
{
	const struct progress workers[2] = {
	    {.worker = 0, .total = 10, .tried = 5, .open = 1, .low_water = 4}, {.worker = 1,
										   .total = 11,
										   .tried = 6,
										   .open = 2,
										   .connections = 9,
										   .low_water = 5,
										   .disbelieved = 3,
										   .passes = 2}};
	const struct run run = {.workers = 2, .progress = workers};
	struct progress sum = run_progress(&run);

	CHECK_EQ(sum.total, 21);
	CHECK_EQ(sum.tried, 11);
	CHECK_EQ(sum.open, 3);
	CHECK_EQ(sum.connections, 9);
	CHECK_EQ(sum.low_water, 0);
	CHECK_EQ(sum.disbelieved, 3);
	CHECK_EQ(sum.passes, 2);
}

/* Of 99 open ports one is missed by estimate; but who was not silent cannot be missed. */
static void coverage_is_a_share_of_open_ports(void)
{
	struct progress all = {.open = 99, .timeout = 50, .covered = 990, .surveyed = 1000};

	CHECK(run_coverage(&all) > 0.9899 && run_coverage(&all) < 0.9901);
	all.timeout = 0;
	CHECK(run_coverage(&all) == 1);
	all.covered = 0;
	CHECK(run_coverage(&all) == 0);
	all.surveyed = 0;
	CHECK(run_coverage(&all) < 0);
}

int main(void)
{
	RUN(every_number_has_its_own_word);
	RUN(a_number_from_elsewhere_is_unknown);
	RUN(coverage_is_a_share_of_open_ports);
	RUN(a_run_is_the_sum_of_its_workers);
	return test_done();
}
