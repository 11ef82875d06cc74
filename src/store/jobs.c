/*
 * jobs.c: scans that were asked for, from the asking to the end. A job moves from one state to
 * another only if it is in the first: of two threads that would begin or stop it, one does. That a
 * schedule has one open job at most is the word of an index, not of a check.
 */
#include "store/schedules.h"

#include "store/db.h"

static const char *const state_texts[JOB_STATE_MAX] = {
    [0] = "none",
    [JOB_WAITING] = "waiting",
    [JOB_RUNNING] = "running",
    [JOB_STOPPING] = "stopping",
    [JOB_PAUSED] = "paused",
    [JOB_DONE] = "done",
    [JOB_STOPPED] = "stopped",
    [JOB_FAILED] = "failed",
};

const char *job_state_text(enum job_state state)
{
	return state_texts[state < JOB_STATE_MAX ? state : 0];
}

#define JOB_SELECT                                                                                 \
	"SELECT id, schedule, state, run, targets, exclude, ports, known, rate, asked_ms,"         \
	" started_ms, ended_ms, by, message FROM jobs "

static struct job job_row(struct stmt *q)
{
	return (struct job){
	    .id = stmt_get_int(q, 0),
	    .schedule = stmt_get_int(q, 1),
	    .state = (uint8_t)stmt_get_int(q, 2),
	    .run = (uint64_t)stmt_get_int(q, 3),
	    .wish = wish_columns(q, 4),
	    .asked_ms = stmt_get_int(q, 9),
	    .started_ms = stmt_get_int(q, 10),
	    .ended_ms = stmt_get_int(q, 11),
	    .by = stmt_get_text(q, 12),
	    .message = stmt_get_text(q, 13),
	};
}

static struct err jobs_full(struct store *s)
{
	static const char sql[] = "SELECT count(*) FROM jobs WHERE state < 5";
	struct stmt q = stmt_use(s, sql);
	bool full = stmt_row(&q) && stmt_get_int(&q, 0) >= JOBS_OPEN_MAX;
	struct err e = stmt_end(&q);

	return err_is(e) || !full ? e : err_limit("too many scans wait already");
}

struct err store_job_add(struct store *s, struct job *job)
{
	static const char sql[] =
	    "INSERT INTO jobs (schedule, state, run, targets, exclude, ports, known, rate,"
	    " asked_ms, started_ms, ended_ms, by, message)"
	    " VALUES (?, ?, 0, ?, ?, ?, ?, ?, ?, 0, 0, ?, '') ON CONFLICT DO NOTHING";
	struct err e = jobs_full(s);
	struct stmt q;

	if (err_is(e))
		return e;
	q = stmt_use(s, sql);
	stmt_int(&q, job->schedule);
	stmt_int(&q, JOB_WAITING);
	wish_bind(&q, &job->wish);
	stmt_int(&q, job->asked_ms);
	stmt_text(&q, job->by);
	e = stmt_run(&q);
	if (err_is(e))
		return e;
	if (db_changes(s) == 0)
		return err_refused(REFUSAL_TAKEN, "a scan of this schedule is under way");
	job->id = sqlite3_last_insert_rowid(s->db);
	job->state = JOB_WAITING;
	return OK;
}

struct err store_job_move(struct store *s, int64_t id, enum job_state from, enum job_state to,
    int64_t now_ms, const char *message)
{
	static const char sql[] =
	    "UPDATE jobs SET state = ?3,"
	    " started_ms = iif(?3 = 2 AND started_ms = 0, ?4, started_ms),"
	    " ended_ms = iif(?3 >= 5, ?4, 0), message = ?5 WHERE id = ?1 AND state = ?2";
	struct stmt q = stmt_use(s, sql);
	struct err e;

	stmt_int(&q, id);
	stmt_int(&q, from);
	stmt_int(&q, to);
	stmt_int(&q, now_ms);
	stmt_text(&q, message);
	e = stmt_run(&q);
	if (err_is(e) || db_changes(s))
		return e;
	return err_refused(REFUSAL_MISSING, "this scan is not in that state");
}

struct err store_job_run(struct store *s, int64_t id, uint64_t run)
{
	static const char sql[] = "UPDATE jobs SET run = ?2 WHERE id = ?1";
	struct stmt q = stmt_use(s, sql);

	stmt_int(&q, id);
	stmt_int(&q, (int64_t)run);
	return stmt_run(&q);
}

static struct err job_one(
    struct store *s, const char *sql, int64_t value, struct arena *arena, struct job *ret_job)
{
	struct stmt q = stmt_use(s, sql);
	bool found, kept = true;
	struct job job;
	struct err e;

	stmt_int(&q, value);
	found = stmt_row(&q);
	if (found) {
		job = job_row(&q);
		job.by = arena_str(arena, job.by);
		job.message = arena_str(arena, job.message);
		kept = wish_keep(arena, &job.wish) && job.by && job.message;
	}
	e = stmt_end(&q);
	if (err_is(e))
		return e;
	if (!found)
		return err_refused(REFUSAL_MISSING, "no such scan");
	if (!kept)
		return err_limit("no memory for a scan");
	*ret_job = job;
	return OK;
}

struct err store_job_get(struct store *s, int64_t id, struct arena *arena, struct job *ret_job)
{
	static const char sql[] = JOB_SELECT "WHERE id = ?";

	return job_one(s, sql, id, arena, ret_job);
}

struct err store_job_of_run(struct store *s, uint64_t run, struct arena *arena, struct job *ret_job)
{
	static const char sql[] = JOB_SELECT "WHERE run = ?1 AND run <> 0 ORDER BY id DESC LIMIT 1";

	return job_one(s, sql, (int64_t)run, arena, ret_job);
}

struct err store_job_last(
    struct store *s, int64_t schedule, struct arena *arena, struct job *ret_job)
{
	static const char sql[] = JOB_SELECT "WHERE schedule = ? ORDER BY id DESC LIMIT 1";

	return job_one(s, sql, schedule, arena, ret_job);
}

struct err store_job_last_run(
    struct store *s, int64_t schedule, struct arena *arena, struct job *ret_job)
{
	static const char sql[] =
	    JOB_SELECT "WHERE schedule = ? AND run <> 0 ORDER BY id DESC LIMIT 1";

	return job_one(s, sql, schedule, arena, ret_job);
}

struct err store_each_open_job(struct store *s, store_job_fn *each, void *context)
{
	static const char sql[] = JOB_SELECT "WHERE state < 5 ORDER BY id";
	struct stmt q = stmt_use(s, sql);
	bool more = true;

	while (more && stmt_row(&q)) {
		struct job job = job_row(&q);

		more = each(context, &job);
	}
	return stmt_end(&q);
}
