/*
 * schedule.c: everything that must outlive the service is in the store: when a schedule is due
 * next, which jobs are open. What is due while the service is down is due when it comes back, once.
 * A scan that was cut short, by its window or by the end of the service, is paused and goes on with
 * its run; one of the inventory's endpoints begins anew, for the inventory is another one by then.
 *
 * Whoever asks for a scan in person gets it at once; windows bind schedules.
 */
#include "app/schedule.h"

#include "app/scan_order.h"
#include "net/zonefile.h"
#include "store/store.h"
#include "store/when.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sys/socket.h>

void schedule_clerk_init(struct schedule_clerk *c, int warden)
{
	*c = (struct schedule_clerk){.warden = warden};
}

static void complain(struct store *store, const char *what, struct err e)
{
	char text[256];

	fprintf(stderr, "certscape: %s: %s: %s\n", what, err_text(e, text, sizeof(text)),
	    store_detail(store));
}

/* Copies of rows: while they are handed out nothing may be written. */
struct list {
	struct arena arena;
	union {
		struct schedule *schedules;
		struct job *jobs;
	};
	size_t n;
	bool full;
};

static void list_init(struct list *l, size_t max, size_t item)
{
	*l = (struct list){.n = 0};
	arena_init(&l->arena, SCHEDULES_BYTES_MAX);
	l->jobs = arena_alloc(&l->arena, max * item);
	l->full = !l->jobs;
}

static bool wish_copy(struct list *l, struct scan_wish *wish)
{
	wish->targets = arena_str(&l->arena, wish->targets);
	wish->exclude = arena_str(&l->arena, wish->exclude);
	wish->ports = arena_str(&l->arena, wish->ports);
	return wish->targets && wish->exclude && wish->ports;
}

struct due {
	struct list list;
	int64_t now_ms, next_ms; /* of those that are not due yet */
};

static bool due_add(void *context, const struct schedule *schedule)
{
	struct due *d = context;
	struct list *l = &d->list;
	struct schedule s = *schedule;

	if (!s.enabled || !s.next_ms)
		return true;
	if (s.next_ms > d->now_ms) {
		if (s.next_ms < d->next_ms)
			d->next_ms = s.next_ms;
		return true;
	}
	s.name = arena_str(&l->arena, s.name);
	s.cron = arena_str(&l->arena, s.cron);
	s.timezone = arena_str(&l->arena, s.timezone);
	l->full |= l->n == SCHEDULES_AT_ONCE_MAX || !wish_copy(l, &s.wish) || !s.name || !s.cron ||
		   !s.timezone;
	if (l->full)
		return false;
	l->schedules[l->n++] = s;
	return true;
}

/* The next time, and the job: both or none. One that still runs is let run. */
static struct err schedule_fire(struct store *store, const struct schedule *s, int64_t now_ms)
{
	struct job job = {.schedule = s->id, .wish = s->wish, .asked_ms = now_ms, .by = ""};
	struct zone *zone = NULL;
	struct err e = zonefile_load(s->timezone, &zone);
	int64_t next_ms = when_next(s, zone, now_ms, now_ms);

	if (err_is(e))
		fprintf(stderr, "certscape: schedule %s: %s: %s\n", s->name, s->timezone, e.what);
	zone_free(zone);
	e = store_begin(store);
	if (err_is(e))
		return e;
	e = store_schedule_next(store, s->id, next_ms);
	if (!err_is(e))
		e = store_job_add(store, &job);
	if (!err_is(e) || err_is_refusal(e, REFUSAL_TAKEN))
		return store_commit(store);
	store_rollback(store);
	return e;
}

/* When it is to be looked again. */
static int64_t schedules_fire(struct store *store, int64_t now_ms)
{
	struct due due = {.now_ms = now_ms, .next_ms = INT64_MAX};
	struct err e;

	list_init(&due.list, SCHEDULES_AT_ONCE_MAX, sizeof(struct schedule));
	e = due.list.full ? OK : store_each_schedule(store, due_add, &due);
	for (size_t i = 0; i < due.list.n && !err_is(e); i++)
		e = schedule_fire(store, &due.list.schedules[i], now_ms);
	if (err_is(e))
		complain(store, "schedules", e);
	if (due.list.n || due.list.full)
		due.next_ms = now_ms + SCHEDULE_PAUSE_MS;
	arena_done(&due.list.arena);
	return due.next_ms;
}

/* Jobs. */

static bool job_add(void *context, const struct job *job)
{
	struct list *l = context;
	struct job j = *job;

	j.by = arena_str(&l->arena, j.by);
	j.message = NULL;
	l->full |= l->n == JOBS_AT_ONCE_MAX || !wish_copy(l, &j.wish) || !j.by;
	if (l->full)
		return false;
	l->jobs[l->n++] = j;
	return true;
}

static struct active_scan *active_find(struct schedule_clerk *c, int64_t job)
{
	for (size_t i = 0; i < SCANS_AT_ONCE_MAX; i++)
		if (c->active[i].job == job)
			return &c->active[i];
	return NULL;
}

static bool order_send(struct schedule_clerk *c, const struct scan_order *order)
{
	struct buf message;
	bool sent;

	buf_init(&message, SCAN_ORDER_BYTES_MAX);
	scan_order_write(order, &message);
	sent = !message.full && send(c->warden, message.p, message.n,
				    MSG_NOSIGNAL | MSG_DONTWAIT) == (ssize_t)message.n;
	buf_done(&message);
	return sent;
}

static void job_stop(struct schedule_clerk *c, struct active_scan *a)
{
	struct scan_order order = {.op = SCAN_STOP, .job = a->job};

	if (!a->stopping)
		a->stopping = order_send(c, &order);
}

/* Whether its schedule lets it run now. One that is gone lets it end as it will. */
static bool window_open(struct store *store, const struct job *job, int64_t now_ms)
{
	struct schedule s;
	struct zone *zone = NULL;
	struct arena arena;
	bool open = true;

	if (!job->schedule || *job->by)
		return true;
	arena_init(&arena, SCHEDULES_BYTES_MAX);
	if (!err_is(store_schedule_get(store, job->schedule, &arena, &s)) && s.has_window &&
	    !err_is(zonefile_load(s.timezone, &zone)))
		open = when_open(&s, zone, now_ms);
	zone_free(zone);
	arena_done(&arena);
	return open;
}

static struct err job_start(
    struct schedule_clerk *c, struct store *store, const struct job *job, int64_t now_ms)
{
	struct scan_order order = {.op = SCAN_START,
	    .job = job->id,
	    .resume = job->wish.known ? 0 : job->run,
	    .wish = job->wish};
	struct active_scan *a = active_find(c, 0);
	struct err e;

	if (!a || !window_open(store, job, now_ms))
		return OK;
	e = store_job_move(store, job->id, (enum job_state)job->state, JOB_RUNNING, now_ms, "");
	if (err_is(e))
		return err_is_refusal(e, REFUSAL_MISSING) ? OK : e;
	if (!order_send(c, &order))
		return store_job_move(store, job->id, JOB_RUNNING, JOB_FAILED, now_ms,
		    "the order to scan could not be given");
	*a = (struct active_scan){.job = job->id};
	return OK;
}

static void job_watch(
    struct schedule_clerk *c, struct store *store, const struct job *job, int64_t now_ms)
{
	struct active_scan *a = active_find(c, job->id);

	if (!a || window_open(store, job, now_ms))
		return;
	a->pausing = true;
	job_stop(c, a);
}

static struct err job_step(
    struct schedule_clerk *c, struct store *store, const struct job *job, int64_t now_ms)
{
	struct active_scan *a = active_find(c, job->id);

	if (job->state == JOB_WAITING || job->state == JOB_PAUSED)
		return job_start(c, store, job, now_ms);
	if (job->state == JOB_RUNNING && a)
		job_watch(c, store, job, now_ms);
	else if (job->state == JOB_STOPPING && a)
		job_stop(c, a);
	return OK;
}

/* What an earlier service had begun has ended with it. */
static struct err job_settle(struct store *store, const struct job *job, int64_t now_ms)
{
	if (job->state == JOB_RUNNING)
		return store_job_move(
		    store, job->id, JOB_RUNNING, JOB_PAUSED, now_ms, "the service had ended");
	if (job->state == JOB_STOPPING)
		return store_job_move(store, job->id, JOB_STOPPING, JOB_STOPPED, now_ms, "");
	return OK;
}

/* true: some are still open. */
static bool jobs_step(struct schedule_clerk *c, struct store *store, int64_t now_ms)
{
	struct list l;
	bool some;
	struct err e;

	list_init(&l, JOBS_AT_ONCE_MAX, sizeof(struct job));
	e = l.full ? OK : store_each_open_job(store, job_add, &l);
	for (size_t i = 0; i < l.n && !err_is(e); i++)
		e = c->begun ? job_step(c, store, &l.jobs[i], now_ms)
			     : job_settle(store, &l.jobs[i], now_ms);
	if (err_is(e))
		complain(store, "scans", e);
	c->begun |= !err_is(e);
	some = l.n > 0;
	arena_done(&l.arena);
	return some;
}

/* Ends. */

static bool is_interruption(int status)
{
	return status == -SIGTERM || status == -SIGINT;
}

/* What became of it: the store knows whether the run is whole. */
static enum job_state end_state(
    const struct job *job, const struct active_scan *a, bool whole, const struct scan_end *end)
{
	if (whole)
		return JOB_DONE;
	if (job->state == JOB_STOPPING)
		return JOB_STOPPED;
	if (a->pausing || is_interruption(end->status))
		return JOB_PAUSED;
	return JOB_FAILED;
}

static const char *end_message(
    enum job_state state, const struct active_scan *a, const struct scan_end *end)
{
	if (state == JOB_PAUSED)
		return a->pausing ? "its window has closed" : "it was interrupted";
	if (state != JOB_FAILED)
		return "";
	return *end->message ? end->message : "it failed and did not say why";
}

static struct err end_take(
    struct store *store, struct active_scan *a, const struct scan_end *end, int64_t now_ms)
{
	struct arena arena;
	struct run run = {0};
	struct job job;
	enum job_state state;
	struct err e;

	arena_init(&arena, SCHEDULES_BYTES_MAX);
	e = store_job_get(store, end->job, &arena, &job);
	if (!err_is(e) && job.run)
		e = store_run_find(store, job.run, &arena, &run);
	if (!err_is(e)) {
		state = end_state(&job, a, run.state == RUN_COMPLETED, end);
		e = store_job_move(store, job.id, (enum job_state)job.state, state, now_ms,
		    end_message(state, a, end));
	}
	arena_done(&arena);
	return err_is_refusal(e, REFUSAL_MISSING) ? OK : e;
}

static void ends_take(struct schedule_clerk *c, struct store *store, int64_t now_ms)
{
	struct scan_end end;

	while (recv(c->warden, &end, sizeof(end), MSG_DONTWAIT) == (ssize_t)sizeof(end)) {
		struct active_scan *a = active_find(c, end.job);
		struct err e;

		end.message[sizeof(end.message) - 1] = 0;
		if (!a)
			continue;
		e = end_take(store, a, &end, now_ms);
		if (err_is(e))
			complain(store, "the end of a scan", e);
		a->job = 0;
	}
}

int64_t schedule_run(void *context, struct store *store, int64_t now_ms)
{
	struct schedule_clerk *c = context;
	int64_t next_ms;

	ends_take(c, store, now_ms);
	if (!c->begun)
		jobs_step(c, store, now_ms);
	next_ms = schedules_fire(store, now_ms);
	if (jobs_step(c, store, now_ms) && next_ms > now_ms + SCHEDULE_PAUSE_MS)
		next_ms = now_ms + SCHEDULE_PAUSE_MS;
	return next_ms;
}
