#include "lab.h"
#include "store/schedules.h"

static struct arena arena;

static void a_run_is_found_with_its_checkpoints(void)
{
	struct store *s = lab_store();
	struct run got = {0};
	uint64_t id = lab_run(s, 1000);
	const struct progress first = {.worker = 1, .total = 50, .tried = 10, .low_water = 7};
	const struct progress second = {.worker = 1, .total = 50, .tried = 30, .low_water = 28};
	const struct progress other = {
	    .worker = 0, .total = 50, .tried = 5, .open = 2, .low_water = 5};

	CHECK(went_well(store_run_progress(s, id, &first), s));
	CHECK(went_well(store_run_progress(s, id, &second), s));
	CHECK(went_well(store_run_progress(s, id, &other), s));
	CHECK(went_well(store_run_find(s, id, &arena, &got), s));
	CHECK_EQ(got.id, id);
	CHECK(got.seed == 0xfedcba9876543210);
	CHECK_EQ(got.state, RUN_UNFINISHED);
	CHECK_EQ(got.started_ms, 1000);
	CHECK_STR(got.spec, "10.0.0.0/16");
	CHECK_EQ(got.workers, 2);
	CHECK(got.progress != NULL);
	CHECK_EQ(got.progress[1].low_water, 28);
	CHECK_EQ(got.progress[0].open, 2);
	CHECK_EQ(run_progress(&got).tried, 35);
	store_close(s);
}

static void without_a_checkpoint_there_is_none(void)
{
	struct store *s = lab_store();
	struct run got = {0};

	CHECK(went_well(store_run_find(s, lab_run(s, 1000), &arena, &got), s));
	CHECK(got.progress == NULL);
	CHECK_EQ(run_progress(&got).total, 0);
	store_close(s);
}

static void what_can_be_resumed_is_found_without_its_number(void)
{
	struct store *s = lab_store();
	uint64_t first = lab_run(s, 1000), second = lab_run(s, 2000);
	struct run got = {0}, import = {.evidence = EVIDENCE_IMPORT, .workers = 1, .spec = "a"};
	struct job job = {.wish = {.targets = "10.0.0.0/8", .exclude = "", .ports = ""}, .by = ""};
	size_t vanished;

	CHECK(went_well(store_job_add(s, &job), s));
	CHECK(went_well(store_job_run(s, job.id, lab_run(s, 2500)), s));
	CHECK(went_well(store_run_begin(s, &import), s));
	CHECK(went_well(store_run_left(s, &arena, &got), s));
	CHECK_EQ(got.id, second);
	CHECK(went_well(store_run_end(s, second, RUN_COMPLETED, 3000, NULL, NULL, &vanished), s));
	CHECK(went_well(store_run_end(s, first, RUN_STOPPED, 3000, NULL, NULL, &vanished), s));
	CHECK(went_well(store_run_left(s, &arena, &got), s));
	CHECK_EQ(got.id, first);
	CHECK_EQ(got.state, RUN_STOPPED);
	CHECK_EQ(got.ended_ms, 3000);
	CHECK(went_well(store_run_resume(s, first), s));
	CHECK(went_well(store_run_find(s, first, &arena, &got), s));
	CHECK_EQ(got.state, RUN_UNFINISHED);
	CHECK_EQ(got.ended_ms, 0);
	CHECK(went_well(store_run_end(s, first, RUN_COMPLETED, 4000, NULL, NULL, &vanished), s));
	CHECK_EQ(err_class(store_run_left(s, &arena, &got)), ERR_INPUT);
	CHECK_EQ(err_class(store_run_find(s, 99, &arena, &got)), ERR_INPUT);
	CHECK_EQ(err_class(store_run_end(s, 99, RUN_STOPPED, 1, NULL, NULL, &vanished)), ERR_INPUT);
	store_close(s);
}

/* A checkpoint that was not committed is no checkpoint: neither are the records before it. */
static void a_checkpoint_goes_with_its_records(void)
{
	const struct lab_cert cert = {"a", "ca", "k", "1", KEY_RSA, 9000, false};
	struct store *s = lab_store();
	struct chain_verdict *v = lab_chain(&arena, &cert, 1);
	uint64_t id = lab_run(s, 1000);
	const struct progress p = {.worker = 0, .low_water = 9};
	struct observation o = lab_seen(1, v, id, 1500);
	struct search all = {0};
	struct run got = {0};
	size_t n = 99;

	CHECK(went_well(store_begin(s), s));
	lab_put(s, v, &o);
	CHECK(went_well(store_run_progress(s, id, &p), s));
	store_rollback(s);
	CHECK(went_well(store_run_find(s, id, &arena, &got), s));
	CHECK(got.progress == NULL);
	CHECK(went_well(store_search(s, &all, NULL, NULL, &n), s));
	CHECK_EQ(n, 0);
	store_close(s);
}

struct asked {
	size_t n;
	uint16_t port;
	char name[NAME_MAX_LEN];
};

static bool covers(void *context, const struct endpoint *endpoint)
{
	struct asked *asked = context;

	asked->n++;
	return endpoint->port == asked->port && strcmp(endpoint->name, asked->name) == 0;
}

/* More endpoints than are looked at in one go; each is asked for once, with its name. */
static void every_missed_endpoint_is_asked_for(void)
{
	const struct lab_cert cert = {"a", "ca", "k", "1", KEY_RSA, 9000, false};
	struct store *s = lab_store();
	struct chain_verdict *v = lab_chain(&arena, &cert, 1);
	enum { N = 3 * MISSED_AT_ONCE };
	struct asked asked = {.port = 443, .name = "one.example"};
	size_t vanished = 0;

	CHECK(went_well(store_begin(s), s));
	for (uint32_t host = 0; host < N; host++) {
		struct observation o = lab_seen(host, v, 0, 1000);

		snprintf(o.endpoint.name, sizeof(o.endpoint.name), "%s.example",
		    host % 3 ? "one" : "two");
		lab_put(s, v, &o);
	}
	CHECK(went_well(store_commit(s), s));
	for (int i = 0; i < 2; i++) {
		uint64_t id = lab_run(s, 2000 + i);

		asked.n = 0;
		CHECK(went_well(
		    store_run_end(s, id, RUN_COMPLETED, 3000, covers, &asked, &vanished), s));
		CHECK_EQ(asked.n, N);
		CHECK_EQ(vanished, i ? N / 3 * 2 : 0);
	}
	lab_sound(s);
	store_close(s);
}

int main(void)
{
	lab_make();
	arena_init(&arena, 64 << 20);
	RUN(a_run_is_found_with_its_checkpoints);
	RUN(without_a_checkpoint_there_is_none);
	RUN(what_can_be_resumed_is_found_without_its_number);
	RUN(a_checkpoint_goes_with_its_records);
	RUN(every_missed_endpoint_is_asked_for);
	arena_done(&arena);
	lab_drop();
	return test_done();
}
