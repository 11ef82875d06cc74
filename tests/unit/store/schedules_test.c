#include "lab.h"

#include "store/schedules.h"

static struct arena arena;

static struct schedule nightly(const char *name)
{
	return (struct schedule){
	    .name = name,
	    .enabled = true,
	    .wish = {.targets = "10.0.0.0/24\nweb.example",
		.exclude = "10.0.0.7",
		.ports = "443,8443",
		.rate = 2000},
	    .when = WHEN_CRON,
	    .cron = "0 3 * * *",
	    .has_window = true,
	    .window_from_min = 22 * 60,
	    .window_to_min = 6 * 60,
	    .timezone = "Europe/Berlin",
	    .next_ms = 5000,
	    .changed_ms = 1000,
	};
}

static struct schedule get(struct store *s, int64_t id)
{
	struct schedule schedule = {0};

	CHECK(went_well(store_schedule_get(s, id, &arena, &schedule), s));
	return schedule;
}

static void what_was_put_comes_back(void)
{
	struct store *s = lab_store();
	struct schedule put = nightly("night"), got;

	CHECK(went_well(store_schedule_add(s, &put), s));
	got = get(s, put.id);
	CHECK_STR(got.name, "night");
	CHECK_STR(got.wish.targets, put.wish.targets);
	CHECK_STR(got.wish.exclude, "10.0.0.7");
	CHECK_STR(got.wish.ports, "443,8443");
	CHECK(got.enabled && !got.wish.known && got.has_window);
	CHECK_EQ(got.wish.rate, 2000);
	CHECK_EQ(got.when, WHEN_CRON);
	CHECK_STR(got.cron, "0 3 * * *");
	CHECK_EQ(got.window_from_min, 1320);
	CHECK_EQ(got.window_to_min, 360);
	CHECK_STR(got.timezone, "Europe/Berlin");
	CHECK_EQ(got.next_ms, 5000);
	CHECK_EQ(got.changed_ms, 1000);
	put.has_window = false;
	put.when = WHEN_EVERY;
	put.every_s = 3600;
	put.wish.known = true;
	CHECK(went_well(store_schedule_change(s, &put), s));
	CHECK(went_well(store_schedule_next(s, put.id, 7000), s));
	got = get(s, put.id);
	CHECK(!got.has_window && got.wish.known);
	CHECK_EQ(got.every_s, 3600);
	CHECK_EQ(got.next_ms, 7000);
	store_close(s);
}

static void names_are_unique(void)
{
	struct store *s = lab_store();
	struct schedule a = nightly("a"), b = nightly("b"), again = nightly("a");

	CHECK(went_well(store_schedule_add(s, &a), s));
	CHECK(went_well(store_schedule_add(s, &b), s));
	CHECK(err_is_refusal(store_schedule_add(s, &again), REFUSAL_TAKEN));
	b.name = "a";
	CHECK(err_is_refusal(store_schedule_change(s, &b), REFUSAL_TAKEN));
	CHECK_STR(get(s, b.id).name, "b");
	b.id = 99;
	CHECK(err_is_refusal(store_schedule_change(s, &b), REFUSAL_MISSING));
	CHECK(err_is_refusal(store_schedule_get(s, 99, &arena, &b), REFUSAL_MISSING));
	store_close(s);
}

static bool name_add(void *context, const struct schedule *schedule)
{
	char *text = context;

	snprintf(text + strlen(text), 64 - strlen(text), "%s;", schedule->name);
	return true;
}

/* What waits for it goes, what runs is let be. */
static void a_schedule_goes_with_what_waits_for_it(void)
{
	struct store *s = lab_store();
	struct schedule a = nightly("a"), b = nightly("B");
	struct job waits, runs;
	char names[64] = "";

	CHECK(went_well(store_schedule_add(s, &b), s));
	CHECK(went_well(store_schedule_add(s, &a), s));
	CHECK(went_well(store_each_schedule(s, name_add, names), s));
	CHECK_STR(names, "a;B;");
	waits = (struct job){.schedule = a.id, .wish = a.wish, .by = ""};
	runs = (struct job){.schedule = b.id, .wish = b.wish, .by = ""};
	CHECK(went_well(store_job_add(s, &waits), s));
	CHECK(went_well(store_job_add(s, &runs), s));
	CHECK(went_well(store_job_move(s, runs.id, JOB_WAITING, JOB_RUNNING, 1, ""), s));
	CHECK(went_well(store_schedule_remove(s, a.id), s));
	CHECK(went_well(store_schedule_remove(s, b.id), s));
	CHECK(err_is_refusal(store_schedule_remove(s, b.id), REFUSAL_MISSING));
	CHECK(err_is_refusal(store_job_get(s, waits.id, &arena, &waits), REFUSAL_MISSING));
	CHECK(went_well(store_job_get(s, runs.id, &arena, &runs), s));
	store_close(s);
}

int main(void)
{
	lab_make();
	arena_init(&arena, 1 << 20);
	RUN(what_was_put_comes_back);
	RUN(names_are_unique);
	RUN(a_schedule_goes_with_what_waits_for_it);
	arena_done(&arena);
	lab_drop();
	return test_done();
}
