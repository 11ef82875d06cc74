/*
 * route_scans.c: schedules, scans that are asked for, runs. A request only writes down what is
 * wished; the clerk begins and ends scans (app/schedule.c), and shows what they do by the store.
 */
#include "net/zonefile.h"
#include "store/store.h"
#include "store/when.h"
#include "verdict/table.h"
#include "web/call.h"
#include "web/limits.h"
#include "web/put.h"
#include "web/wish.h"

#include <stdio.h>
#include <stdlib.h>

/* Schedules as JSON. */

static void when_put(struct jsonw *w, const struct schedule *s)
{
	jsonw_key(w, "when");
	jsonw_object(w);
	if (s->when == WHEN_CRON)
		web_put_text(w, "cron", s->cron);
	else if (s->when == WHEN_EVERY)
		web_put_number(w, "every_s", s->every_s);
	else
		web_put_bool(w, "manual", true);
	jsonw_end_object(w);
}

static void minute_put(struct jsonw *w, const char *key, unsigned minute)
{
	char text[8];

	snprintf(text, sizeof(text), "%02u:%02u", minute / 60 % 24, minute % 60);
	web_put_text(w, key, text);
}

static void window_put(struct jsonw *w, const struct schedule *s)
{
	jsonw_key(w, "window");
	if (!s->has_window)
		return jsonw_null(w);
	jsonw_object(w);
	minute_put(w, "from", s->window_from_min);
	minute_put(w, "to", s->window_to_min);
	jsonw_end_object(w);
}

/* The last run of a schedule, as an object or null. */
static struct err last_put(struct web_call *c, const struct schedule *s)
{
	struct run run;
	struct job job;
	struct err e = store_job_last_run(c->store, s->id, &c->arena, &job);

	jsonw_key(&c->json, "last");
	if (!err_is(e))
		e = store_run_find(c->store, job.run, &c->arena, &run);
	if (!err_is(e))
		put_run(&c->json, &run, &job, c->now_ms);
	if (!err_is_refusal(e, REFUSAL_MISSING))
		return e;
	jsonw_null(&c->json);
	return OK;
}

/* What it is doing: before its run is there, too, and why there was none. */
static struct err state_put(struct web_call *c, const struct schedule *s)
{
	struct job job;
	struct err e = store_job_last(c->store, s->id, &c->arena, &job);

	if (err_is(e) && !err_is_refusal(e, REFUSAL_MISSING))
		return e;
	web_put_text(&c->json, "state", err_is(e) ? "none" : job_state_text(job.state));
	web_put_text(&c->json, "message", err_is(e) ? "" : job.message);
	return OK;
}

static struct err schedule_put(struct web_call *c, const struct schedule *s)
{
	struct jsonw *w = &c->json;
	struct err e;

	jsonw_object(w);
	web_put_number(w, "id", s->id);
	web_put_text(w, "name", s->name);
	web_put_bool(w, "enabled", s->enabled);
	wish_put(w, &s->wish);
	when_put(w, s);
	window_put(w, s);
	web_put_text(w, "timezone", s->timezone);
	web_put_time(w, "next", s->next_ms);
	e = state_put(c, s);
	if (!err_is(e))
		e = last_put(c, s);
	jsonw_end_object(w);
	return e;
}

struct schedules {
	struct web_call *call;
	struct err error;
};

static bool schedule_row(void *context, const struct schedule *schedule)
{
	struct schedules *s = context;

	s->error = schedule_put(s->call, schedule);
	return !err_is(s->error);
}

static void schedules_get(struct web_call *c)
{
	struct schedules s = {.call = c};
	struct err e;

	web_rows_begin(c);
	e = store_each_schedule(c->store, schedule_row, &s);
	if (!err_is(e))
		e = s.error;
	if (err_is(e))
		return web_failed(c, e);
	web_rows_end(c, NULL);
}

/* Schedules as they are asked for. */

/* One of cron, every_s and manual. */
static bool when_get(struct web_call *c, const struct doc *body, struct schedule *s)
{
	const struct doc *when = NULL;
	bool manual = false;

	if (!web_member(c, body, "when", DOC_OBJECT, WEB_NEEDED, &when) ||
	    !web_text(c, when, "cron", WEB_OPTIONAL, SCHEDULE_CRON_MAX - 1, &s->cron) ||
	    !web_number(c, when, "every_s", WEB_OPTIONAL, 1, INT32_MAX, &s->every_s) ||
	    !web_bool(c, when, "manual", WEB_OPTIONAL, &manual))
		return false;
	s->when = *s->cron ? WHEN_CRON : s->every_s ? WHEN_EVERY : WHEN_MANUAL;
	if ((*s->cron != '\0') + (s->every_s != 0) + manual == 1)
		return true;
	web_error(c, WEB_INVALID, "\"when\" must be one of cron, every_s and manual");
	return false;
}

/* "22:00" */
static bool minute_get(
    struct web_call *c, const struct doc *window, const char *name, uint16_t *ret_minute)
{
	const char *text;
	unsigned hour = 24, minute = 60;
	int n = 0;

	if (!web_text(c, window, name, WEB_NEEDED, 5, &text))
		return false;
	if (sscanf(text, "%2u:%2u%n", &hour, &minute, &n) == 2 && n == 5 && !text[n] && hour < 24 &&
	    minute < 60) {
		*ret_minute = (uint16_t)(hour * 60 + minute);
		return true;
	}
	web_error(c, WEB_INVALID, "\"window\": a time of the day like 22:00 is expected");
	return false;
}

static bool window_get(struct web_call *c, const struct doc *body, struct schedule *s)
{
	const struct doc *window = NULL;

	if (!web_member(c, body, "window", DOC_OBJECT, WEB_OPTIONAL, &window))
		return false;
	s->has_window = window != NULL;
	return !window || (minute_get(c, window, "from", &s->window_from_min) &&
			      minute_get(c, window, "to", &s->window_to_min));
}

/* And when it is due next; last_ms is when it was asked for last. */
static bool schedule_check(struct web_call *c, struct schedule *s, int64_t last_ms)
{
	struct zone *zone = NULL;
	struct err e = when_check(s);

	if (!err_is(e))
		e = zonefile_load(s->timezone, &zone);
	if (!err_is(e))
		s->next_ms = when_next(s, zone, last_ms, c->now_ms);
	zone_free(zone);
	if (err_class(e) == ERR_INPUT)
		web_error(c, WEB_INVALID, "%s", e.what);
	else if (err_is(e))
		web_failed(c, e);
	return !err_is(e);
}

static bool schedule_get(struct web_call *c, struct schedule *s, int64_t last_ms)
{
	const struct doc *body = web_body(c);

	*s = (struct schedule){
	    .enabled = true, .cron = "", .timezone = "UTC", .changed_ms = c->now_ms};
	if (!body || !web_text(c, body, "name", WEB_NEEDED, SCHEDULE_NAME_MAX - 1, &s->name) ||
	    !web_bool(c, body, "enabled", WEB_OPTIONAL, &s->enabled) ||
	    !web_text(c, body, "timezone", WEB_OPTIONAL, TIMEZONE_MAX - 1, &s->timezone) ||
	    !when_get(c, body, s) || !window_get(c, body, s) || !wish_get(c, body, &s->wish))
		return false;
	if (*s->name)
		return schedule_check(c, s, last_ms);
	web_error(c, WEB_INVALID, "a schedule has a name");
	return false;
}

static void schedule_answer(struct web_call *c, unsigned status, const struct schedule *s)
{
	struct err e;

	web_json(c, status);
	e = schedule_put(c, s);
	if (err_is(e))
		return web_failed(c, e);
	web_wake_clerk(c);
}

static void schedules_post(struct web_call *c)
{
	struct schedule s;
	struct err e;

	if (!schedule_get(c, &s, 0))
		return;
	e = store_begin(c->store);
	if (!err_is(e)) {
		e = store_schedule_add(c->store, &s);
		if (!err_is(e))
			e = web_audit(c, "schedule.add", s.name, s.wish.targets);
		e = web_batch_end(c, e);
	}
	if (err_is(e))
		return web_failed(c, e);
	schedule_answer(c, 201, &s);
}

static void schedules_put(struct web_call *c)
{
	struct job last = {0};
	struct schedule s;
	int64_t id;
	struct err e;

	if (!web_path_number(c, "id", &id))
		return;
	e = store_job_last(c->store, id, &c->arena, &last);
	if (err_is(e) && !err_is_refusal(e, REFUSAL_MISSING))
		return web_failed(c, e);
	if (!schedule_get(c, &s, last.asked_ms))
		return;
	s.id = id;
	e = store_begin(c->store);
	if (!err_is(e)) {
		e = store_schedule_change(c->store, &s);
		if (!err_is(e))
			e = web_audit(c, "schedule.change", s.name, s.wish.targets);
		e = web_batch_end(c, e);
	}
	if (err_is(e))
		return web_failed(c, e);
	schedule_answer(c, 200, &s);
}

static void schedules_delete(struct web_call *c)
{
	int64_t id;
	struct err e;

	if (!web_path_number(c, "id", &id))
		return;
	e = store_begin(c->store);
	if (!err_is(e)) {
		e = store_schedule_remove(c->store, id);
		if (!err_is(e))
			e = web_audit(c, "schedule.remove", web_path(c, "id"), "");
		e = web_batch_end(c, e);
	}
	if (err_is(e))
		return web_failed(c, e);
	web_wake_clerk(c);
	web_done(c);
}

/* Scans. */

static void job_ask(struct web_call *c, struct job *job, const char *what)
{
	struct err e = store_begin(c->store);

	if (!err_is(e)) {
		e = store_job_add(c->store, job);
		if (!err_is(e))
			e = web_audit(c, "scan", what, job->wish.targets);
		e = web_batch_end(c, e);
	}
	if (err_is(e))
		return web_failed(c, e);
	web_wake_clerk(c);
	web_json(c, 202);
	jsonw_object(&c->json);
	web_put_number(&c->json, "job", job->id);
	jsonw_end_object(&c->json);
}

static void schedule_run(struct web_call *c)
{
	struct job job = {.asked_ms = c->now_ms, .by = c->user.name};
	struct schedule s;
	struct err e;

	if (!web_path_number(c, "id", &job.schedule))
		return;
	e = store_schedule_get(c->store, job.schedule, &c->arena, &s);
	if (err_is(e))
		return web_failed(c, e);
	job.wish = s.wish;
	job_ask(c, &job, s.name);
}

static void scan_post(struct web_call *c)
{
	struct job job = {.asked_ms = c->now_ms, .by = c->user.name};
	const struct doc *body = web_body(c);

	if (body && wish_get(c, body, &job.wish))
		job_ask(c, &job, "");
}

/* Runs. */

/* The job of a run; ret_job untouched where it has none, which is no error. */
static struct err job_of(struct web_call *c, uint64_t run, const struct job **ret_job)
{
	struct job *job = arena_alloc(&c->arena, sizeof(*job));
	struct err e;

	if (!job)
		return err_limit("out of memory");
	e = store_job_of_run(c->store, run, &c->arena, job);
	if (!err_is(e))
		*ret_job = job;
	return err_is_refusal(e, REFUSAL_MISSING) ? OK : e;
}

struct runs {
	struct web_call *call;
	size_t left;
	uint64_t last;
	struct err error;
};

static bool run_row(void *context, const struct run *run)
{
	struct runs *r = context;
	const struct job *job = NULL;

	r->error = job_of(r->call, run->id, &job);
	if (err_is(r->error))
		return false;
	put_run(&r->call->json, run, job, r->call->now_ms);
	r->last = run->id;
	return --r->left > 0;
}

static void runs_get(struct web_call *c)
{
	struct runs r = {.call = c};
	uint64_t before;
	char next[24];
	size_t limit;
	struct err e;

	if (!web_page(c, &limit, &before))
		return;
	r.left = limit;
	web_rows_begin(c);
	e = store_each_run(c->store, before, limit, run_row, &r);
	if (!err_is(e))
		e = r.error;
	if (err_is(e))
		return web_failed(c, e);
	snprintf(next, sizeof(next), "%llu", (unsigned long long)r.last);
	web_rows_end(c, r.left ? NULL : next);
}

static void result_put(struct jsonw *w, const struct store_summary *s)
{
	jsonw_key(w, "result");
	jsonw_object(w);
	web_put_number(w, "endpoints", (int64_t)s->endpoints);
	web_put_number(w, "certificates", (int64_t)s->certificates);
	web_put_number(w, "new", (int64_t)s->new_certificates);
	web_put_number(w, "changes", (int64_t)s->changes);
	jsonw_key(w, "findings");
	jsonw_array(w);
	for (size_t i = 0; i < s->n_findings; i++) {
		const struct finding_row *row = finding_by_id(s->findings[i].id);

		jsonw_object(w);
		web_put_text(w, "finding", row ? row->name : "");
		web_put_text(w, "severity", severity_text(s->findings[i].severity));
		web_put_number(w, "endpoints", (int64_t)s->findings[i].endpoints);
		jsonw_end_object(w);
	}
	jsonw_end_array(w);
	jsonw_end_object(w);
}

static void run_get(struct web_call *c)
{
	struct store_summary *summary = arena_alloc(&c->arena, sizeof(*summary));
	const struct job *job = NULL;
	struct run run;
	int64_t id;
	struct err e;

	if (!summary || !web_path_number(c, "id", &id))
		return;
	e = store_run_find(c->store, (uint64_t)id, &c->arena, &run);
	if (!err_is(e))
		e = job_of(c, run.id, &job);
	if (!err_is(e))
		e = store_summary(c->store, run.id, c->now_ms / 1000, summary);
	if (err_is(e))
		return web_failed(c, e);
	web_json(c, 200);
	jsonw_object(&c->json);
	put_run_members(&c->json, &run, job, c->now_ms);
	result_put(&c->json, summary);
	jsonw_end_object(&c->json);
}

/* Only what was begun here can be ended here. */
static struct err job_stop(struct web_call *c, const struct job *job)
{
	static const struct {
		enum job_state from, to;
	} moves[] = {
	    {JOB_RUNNING, JOB_STOPPING},
	    {JOB_PAUSED, JOB_STOPPED},
	    {JOB_WAITING, JOB_STOPPED},
	};
	struct err e = err_refused(REFUSAL_TAKEN, "this scan is over already");

	for (size_t i = 0; i < sizeof(moves) / sizeof(moves[0]); i++)
		if (job->state == moves[i].from)
			e = store_job_move(
			    c->store, job->id, moves[i].from, moves[i].to, c->now_ms, c->user.name);
	return e;
}

static void run_stop(struct web_call *c)
{
	const struct job *job = NULL;
	int64_t id;
	struct err e;

	if (!web_path_number(c, "id", &id))
		return;
	e = store_begin(c->store);
	if (!err_is(e)) {
		e = job_of(c, (uint64_t)id, &job);
		if (!err_is(e) && !job)
			e = err_refused(REFUSAL_MISSING, "no scan of that number was begun here");
		if (!err_is(e))
			e = job_stop(c, job);
		if (!err_is(e))
			e = web_audit(c, "scan.stop", web_path(c, "id"), "");
		e = web_batch_end(c, e);
	}
	if (err_is(e))
		return web_failed(c, e);
	web_wake_clerk(c);
	web_bytes(c, 202, NULL);
}

const struct route route_scans[] = {
    {HTTP_GET, "/schedules", ROLE_VIEWER, LANE_READ, 0, schedules_get},
    {HTTP_POST, "/schedules", ROLE_OPERATOR, LANE_WRITE, 0, schedules_post},
    {HTTP_PUT, "/schedules/{id}", ROLE_OPERATOR, LANE_WRITE, 0, schedules_put},
    {HTTP_DELETE, "/schedules/{id}", ROLE_OPERATOR, LANE_WRITE, 0, schedules_delete},
    {HTTP_POST, "/schedules/{id}/run", ROLE_OPERATOR, LANE_WRITE, 0, schedule_run},
    {HTTP_POST, "/scan", ROLE_OPERATOR, LANE_WRITE, 0, scan_post},
    {HTTP_GET, "/runs", ROLE_VIEWER, LANE_READ, 0, runs_get},
    {HTTP_GET, "/runs/{id}", ROLE_VIEWER, LANE_READ, 0, run_get},
    {HTTP_POST, "/runs/{id}/stop", ROLE_OPERATOR, LANE_WRITE, 0, run_stop},
    {0},
};
