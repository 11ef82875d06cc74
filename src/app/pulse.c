/*
 * pulse.c: looks once a second. The store is the only thing that all who scan have in common, so it
 * is asked instead of them.
 */
#include "app/pulse.h"

#include "app/limits.h"
#include "store/listing.h"
#include "store/schedules.h"
#include "web/limits.h"
#include "web/put.h"
#include "web/web.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

void pulse_init(struct pulse *p, struct web *w)
{
	*p = (struct pulse){.web = w};
}

static bool sequence_take(void *context, const struct told_change *change)
{
	uint64_t *sequence = context;

	*sequence = change->change.sequence;
	return false;
}

static void changes_tell(struct pulse *p, struct store *store)
{
	struct change_filter newest = {.limit = 1};
	uint64_t sequence = p->sequence;
	char data[64];

	if (err_is(store_changes(store, &newest, sequence_take, &sequence)))
		return; /* the next request says what is wrong with the store */
	if (p->begun && sequence != p->sequence) {
		snprintf(data, sizeof(data), "{\"sequence\":%" PRIu64 "}", sequence);
		web_publish(p->web, "change", span_str(data));
	}
	p->sequence = sequence;
	p->begun = true;
}

/* What is told of the newest runs in one go. */
struct runs {
	struct pulse *pulse;
	struct store *store;
	int64_t now_ms;
	uint64_t running[PULSE_RUNS_MAX];
	size_t n;
};

static bool was_running(const struct pulse *p, uint64_t run)
{
	for (size_t i = 0; i < PULSE_RUNS_MAX; i++)
		if (p->running[i] == run)
			return true;
	return false;
}

static void run_publish(struct runs *r, const struct run *run, const struct job *job)
{
	struct jsonw w;
	struct buf data;

	buf_init(&data, PULSE_RUN_BYTES_MAX);
	jsonw_init(&w, &data);
	put_run(&w, run, job, r->now_ms);
	if (!data.full)
		web_publish(r->pulse->web, "run", buf_view(&data));
	buf_done(&data);
}

/* One that goes on, and once more when it has ended. */
static bool run_tell(void *context, const struct run *run)
{
	struct runs *r = context;
	bool goes_on =
	    run->state == RUN_UNFINISHED && r->now_ms - run->heard_ms < WEB_RUN_SILENCE_MS;
	struct arena arena;
	struct job job;
	bool has_job;

	if (goes_on && r->n < PULSE_RUNS_MAX)
		r->running[r->n++] = run->id;
	if (!goes_on && !was_running(r->pulse, run->id))
		return true;
	arena_init(&arena, PULSE_RUN_BYTES_MAX);
	has_job = !err_is(store_job_of_run(r->store, run->id, &arena, &job));
	run_publish(r, run, has_job ? &job : NULL);
	arena_done(&arena);
	return true;
}

static void runs_tell(struct pulse *p, struct store *store, int64_t now_ms)
{
	struct runs r = {.pulse = p, .store = store, .now_ms = now_ms};

	if (!err_is(store_each_run(store, 0, PULSE_RUNS_MAX, run_tell, &r)))
		memcpy(p->running, r.running, sizeof(p->running));
}

int64_t pulse_run(void *context, struct store *store, int64_t now_ms)
{
	struct pulse *p = context;

	changes_tell(p, store);
	runs_tell(p, store, now_ms);
	if (now_ms >= p->beat_ms + EVENTS_BEAT_MS || now_ms < p->beat_ms) {
		web_publish(p->web, NULL, span_of(NULL, 0));
		p->beat_ms = now_ms;
	}
	return now_ms + EVENTS_DELAY_MS;
}
