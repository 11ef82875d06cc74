#include "lab.h"

#include "store/schedules.h"

static struct arena arena;

static struct job ask(struct store *s, int64_t schedule)
{
	struct job job = {.schedule = schedule,
	    .wish = {.targets = "10.0.0.0/24", .exclude = "", .ports = "", .rate = 7},
	    .asked_ms = 1000,
	    .by = "ann"};

	CHECK(went_well(store_job_add(s, &job), s));
	return job;
}

static struct job get(struct store *s, int64_t id)
{
	struct job job = {0};

	CHECK(went_well(store_job_get(s, id, &arena, &job), s));
	return job;
}

static void a_job_goes_from_state_to_state(void)
{
	struct store *s = lab_store();
	struct job job = ask(s, 0);
	uint64_t run = lab_run(s, 1500);

	CHECK_EQ(get(s, job.id).state, JOB_WAITING);
	CHECK_EQ(get(s, job.id).asked_ms, 1000);
	CHECK_EQ(get(s, job.id).wish.rate, 7);
	CHECK(went_well(store_job_move(s, job.id, JOB_WAITING, JOB_RUNNING, 2000, ""), s));
	CHECK(err_is_refusal(
	    store_job_move(s, job.id, JOB_WAITING, JOB_RUNNING, 2001, ""), REFUSAL_MISSING));
	CHECK(went_well(store_job_run(s, job.id, run), s));
	CHECK(went_well(
	    store_job_move(s, job.id, JOB_RUNNING, JOB_PAUSED, 3000, "its window has closed"), s));
	CHECK(went_well(store_job_move(s, job.id, JOB_PAUSED, JOB_RUNNING, 4000, ""), s));
	CHECK_EQ(get(s, job.id).started_ms, 2000); /* of the first time */
	CHECK_EQ(get(s, job.id).ended_ms, 0);
	CHECK(went_well(store_job_move(s, job.id, JOB_RUNNING, JOB_FAILED, 5000, "no memory"), s));
	CHECK_EQ(get(s, job.id).ended_ms, 5000);
	CHECK_STR(get(s, job.id).message, "no memory");
	CHECK_STR(get(s, job.id).by, "ann");
	CHECK(went_well(store_job_of_run(s, run, &arena, &job), s));
	CHECK_EQ(job.run, run);
	CHECK(err_is_refusal(store_job_of_run(s, 0, &arena, &job), REFUSAL_MISSING));
	CHECK(err_is_refusal(store_job_of_run(s, run + 1, &arena, &job), REFUSAL_MISSING));
	store_close(s);
}

static bool one_more(void *context, const struct job *job)
{
	(void)job;
	++*(size_t *)context;
	return true;
}

/* Never two of one schedule at once, whatever state the one is in; any number without one. */
static void a_schedule_has_one_open_job(void)
{
	static const enum job_state states[] = {JOB_RUNNING, JOB_STOPPING, JOB_PAUSED};
	struct store *s = lab_store();
	struct job job = ask(s, 3), second = {.schedule = 3, .wish = job.wish, .by = ""}, last;
	enum job_state from = JOB_WAITING;
	size_t open = 0;

	CHECK(err_is_refusal(store_job_add(s, &second), REFUSAL_TAKEN));
	for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++) {
		CHECK(went_well(store_job_move(s, job.id, from, states[i], 1, ""), s));
		from = states[i];
		CHECK(err_is_refusal(store_job_add(s, &second), REFUSAL_TAKEN));
	}
	CHECK(went_well(store_job_move(s, job.id, from, JOB_STOPPED, 1, ""), s));
	CHECK(went_well(store_job_add(s, &second), s));
	ask(s, 0);
	ask(s, 0);
	CHECK(went_well(store_each_open_job(s, one_more, &open), s));
	CHECK_EQ(open, 3);
	CHECK(went_well(store_job_last(s, 3, &arena, &last), s));
	CHECK_EQ(last.id, second.id);
	CHECK(err_is_refusal(store_job_last(s, 4, &arena, &last), REFUSAL_MISSING));
	/* What waits has no run yet: the last run is that of the one before. */
	CHECK(err_is_refusal(store_job_last_run(s, 3, &arena, &last), REFUSAL_MISSING));
	CHECK(went_well(store_job_run(s, job.id, 17), s));
	CHECK(went_well(store_job_last_run(s, 3, &arena, &last), s));
	CHECK_EQ(last.id, job.id);
	store_close(s);
}

static void states_have_names(void)
{
	for (unsigned i = JOB_WAITING; i < JOB_STATE_MAX; i++)
		for (unsigned k = JOB_WAITING; k < i; k++)
			CHECK(strcmp(job_state_text((enum job_state)i),
				  job_state_text((enum job_state)k)) != 0);
	CHECK_STR(job_state_text(JOB_STATE_MAX), "none");
}

struct seen_runs {
	size_t n;
	uint64_t ids[4];
	uint64_t tried;
	bool heard;
};

static bool run_add(void *context, const struct run *run)
{
	struct seen_runs *seen = context;

	seen->ids[seen->n++] = run->id;
	seen->tried += run_progress(run).tried;
	seen->heard = run->heard_ms > 0;
	return seen->n < 4;
}

static void runs_come_newest_first(void)
{
	struct store *s = lab_store();
	uint64_t first = lab_run(s, 1000), second = lab_run(s, 2000), third = lab_run(s, 3000);
	struct progress progress = {.worker = 1, .tried = 5, .total = 9};
	struct seen_runs all = {0}, page = {0};

	CHECK(went_well(store_run_progress(s, first, &progress), s));
	CHECK(went_well(store_each_run(s, 0, 10, run_add, &all), s));
	CHECK_EQ(all.n, 3);
	CHECK_EQ(all.ids[0], third);
	CHECK_EQ(all.tried, 5);
	CHECK(all.heard);
	CHECK(went_well(store_each_run(s, third, 1, run_add, &page), s));
	CHECK_EQ(page.n, 1);
	CHECK_EQ(page.ids[0], second);
	CHECK(!page.heard);
	store_close(s);
}

int main(void)
{
	lab_make();
	arena_init(&arena, 1 << 20);
	RUN(a_job_goes_from_state_to_state);
	RUN(a_schedule_has_one_open_job);
	RUN(states_have_names);
	RUN(runs_come_newest_first);
	arena_done(&arena);
	lab_drop();
	return test_done();
}
