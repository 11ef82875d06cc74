/*
 * schedules.h: what is scanned when, and the scans that were asked for. A schedule is a wish; a job
 * is one scan that a schedule or a person asked for, with a copy of what was wished then. A job
 * that began has a run (observe/run.h); runs of the command line have no job.
 *
 * The store keeps; whether targets, ports and times make sense is the caller's to check
 * (app/schedule.h). Errors, batches and callbacks are as in store/accounts.h.
 */
#pragma once

#include "base/arena.h"
#include "observe/run.h"
#include "store/accounts.h"

enum {
	SCHEDULE_NAME_MAX = 129, /* bytes, terminated */
	SCHEDULE_TEXT_MAX = 65536, /* targets, excludes: as long as a request may be */
	SCHEDULE_CRON_MAX = 129,
	TIMEZONE_MAX = 65,
};

/* What a scan is to look at. Texts are never NULL. */
struct scan_wish {
	const char *targets; /* as on the command line, by blanks or lines; "" with known */
	const char *exclude;
	const char *ports; /* "443,8443", "top:1000", "": the usual ports of TLS */
	bool known; /* the inventory's endpoints */
	uint32_t rate; /* packets or connections a second at the most; 0: the usual */
};

/* Stable numbers: they are stored. */
enum schedule_when {
	WHEN_MANUAL = 1,
	WHEN_CRON = 2,
	WHEN_EVERY = 3,
};

struct schedule {
	int64_t id; /* given by the store */
	const char *name;
	bool enabled;
	struct scan_wish wish;
	uint8_t when; /* enum schedule_when */
	const char *cron; /* "" but for WHEN_CRON */
	int64_t every_s; /* of WHEN_EVERY */
	bool has_window;
	uint16_t window_from_min, window_to_min; /* of the day, in its time zone; from > to: over
						    midnight */
	const char *timezone; /* "UTC", "Europe/Berlin", "+02:00" */
	int64_t next_ms; /* 0: never */
	int64_t changed_ms;
};

/* Fills schedule->id. TAKEN: there is one of this name. */
must_use struct err store_schedule_add(struct store *s, struct schedule *schedule);
must_use struct err store_schedule_change(struct store *s, const struct schedule *schedule);
/* Its jobs that wait go with it; one that runs ends as it will. */
must_use struct err store_schedule_remove(struct store *s, int64_t id);
must_use struct err store_schedule_get(
    struct store *s, int64_t id, struct arena *arena, struct schedule *ret_schedule);
must_use struct err store_schedule_next(struct store *s, int64_t id, int64_t next_ms);

typedef bool store_schedule_fn(void *context, const struct schedule *schedule);

/* By name. */
must_use struct err store_each_schedule(struct store *s, store_schedule_fn *each, void *context);

/* Stable numbers: they are stored. */
enum job_state {
	JOB_WAITING = 1, /* asked for; the clerk begins it */
	JOB_RUNNING = 2,
	JOB_STOPPING = 3, /* somebody asked for its end */
	JOB_PAUSED = 4, /* its window has closed, or the machine went down; to be resumed */
	JOB_DONE = 5,
	JOB_STOPPED = 6, /* by somebody, before its end */
	JOB_FAILED = 7, /* `message` says why */
	JOB_STATE_MAX,
};

const char *job_state_text(enum job_state state); /* "waiting" */

struct job {
	int64_t id; /* given by the store */
	int64_t schedule; /* 0: asked for once */
	uint8_t state; /* enum job_state */
	uint64_t run; /* 0: none yet */
	struct scan_wish wish;
	int64_t asked_ms, started_ms, ended_ms; /* 0: not yet */
	const char *by; /* who asked; "" for the schedule */
	const char *message;
};

/* Fills job->id; it waits. TAKEN: one of this schedule waits, runs or is paused. */
must_use struct err store_job_add(struct store *s, struct job *job);
/* From `from` to `to`, if it still is in `from`: else MISSING. Fills in the times. */
must_use struct err store_job_move(struct store *s, int64_t id, enum job_state from,
    enum job_state to, int64_t now_ms, const char *message);
/* The scan itself says which run it is. */
must_use struct err store_job_run(struct store *s, int64_t id, uint64_t run);
must_use struct err store_job_get(
    struct store *s, int64_t id, struct arena *arena, struct job *ret_job);
/* The job of a run; MISSING: it was not asked for here. */
must_use struct err store_job_of_run(
    struct store *s, uint64_t run, struct arena *arena, struct job *ret_job);

typedef bool store_job_fn(void *context, const struct job *job);

/* Those that are not over, the oldest first. */
must_use struct err store_each_open_job(struct store *s, store_job_fn *each, void *context);
/* The last one of a schedule; MISSING: none. */
must_use struct err store_job_last(
    struct store *s, int64_t schedule, struct arena *arena, struct job *ret_job);
/* The last one of it that has a run. */
must_use struct err store_job_last_run(
    struct store *s, int64_t schedule, struct arena *arena, struct job *ret_job);

typedef bool store_run_fn(void *context, const struct run *run);

/* Runs of every source, the newest first; below `before` (0: from the newest). Their progress is
 * filled in. */
must_use struct err store_each_run(
    struct store *s, uint64_t before, size_t limit, store_run_fn *each, void *context);
