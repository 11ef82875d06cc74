/*
 * runs.c: runs, their checkpoints, and what their end tells: an endpoint has vanished when two
 * completed runs covered it and saw none of its chains. Whatever else was seen of it since such a
 * run began, by whomever, is no miss: two scans at once do not make each other's endpoints vanish.
 */
#include "store/db.h"

struct err store_run_begin(struct store *s, struct run *run)
{
	static const char sql[] =
	    "INSERT INTO runs (source, state, started_ms, ended_ms, seed, shard, shards,"
	    " workers, spec) VALUES (?, ?, ?, 0, ?, ?, ?, ?, ?)";
	struct stmt q = stmt_use(s, sql);
	struct err e;

	stmt_int(&q, run->evidence);
	stmt_int(&q, RUN_UNFINISHED);
	stmt_int(&q, run->started_ms);
	stmt_int(&q, (int64_t)run->seed);
	stmt_int(&q, run->shard);
	stmt_int(&q, run->shards);
	stmt_int(&q, run->workers);
	stmt_text(&q, run->spec);
	e = stmt_run(&q);
	if (err_is(e))
		return e;
	run->id = (uint64_t)sqlite3_last_insert_rowid(s->db);
	run->state = RUN_UNFINISHED;
	return OK;
}

struct err store_run_progress(struct store *s, uint64_t run, const struct progress *progress)
{
	static const char sql[] = "INSERT OR REPLACE INTO run_workers"
				  " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, unixepoch(), ?, ?)";
	struct stmt q = stmt_use(s, sql);

	stmt_int(&q, (int64_t)run);
	stmt_int(&q, progress->worker);
	stmt_int(&q, (int64_t)progress->total);
	stmt_int(&q, (int64_t)progress->tried);
	stmt_int(&q, (int64_t)progress->open);
	stmt_int(&q, (int64_t)progress->refused);
	stmt_int(&q, (int64_t)progress->timeout);
	stmt_int(&q, (int64_t)progress->unreachable);
	stmt_int(&q, (int64_t)progress->grabs_pending);
	stmt_int(&q, (int64_t)progress->connections);
	stmt_int(&q, (int64_t)progress->low_water);
	stmt_blob(&q, progress->held.p, progress->held.n);
	stmt_int(&q, (int64_t)progress->owed);
	return stmt_run(&q);
}

static struct err workers_get(struct store *s, struct arena *arena, struct run *run)
{
	static const char sql[] =
	    "SELECT worker, total, tried, open, refused, timeout, unreachable,"
	    " grabs_pending, connections, low_water, at_s, held, owed"
	    " FROM run_workers WHERE run = ?";
	struct progress *all = arena_alloc(arena, run->workers * sizeof(*all));
	struct stmt q;

	if (!all)
		return err_limit("no memory for the workers of a run");
	for (uint32_t i = 0; i < run->workers; i++)
		all[i].worker = i;
	q = stmt_use(s, sql);
	stmt_int(&q, (int64_t)run->id);
	while (stmt_row(&q)) {
		uint64_t worker = (uint64_t)stmt_get_int(&q, 0);

		if (worker >= run->workers)
			continue;
		run->progress = all;
		if (stmt_get_int(&q, 10) * 1000 > run->heard_ms)
			run->heard_ms = stmt_get_int(&q, 10) * 1000;
		all[worker] = (struct progress){
		    .worker = (uint32_t)worker,
		    .total = (uint64_t)stmt_get_int(&q, 1),
		    .tried = (uint64_t)stmt_get_int(&q, 2),
		    .open = (uint64_t)stmt_get_int(&q, 3),
		    .refused = (uint64_t)stmt_get_int(&q, 4),
		    .timeout = (uint64_t)stmt_get_int(&q, 5),
		    .unreachable = (uint64_t)stmt_get_int(&q, 6),
		    .grabs_pending = (uint64_t)stmt_get_int(&q, 7),
		    .connections = (uint64_t)stmt_get_int(&q, 8),
		    .low_water = (uint64_t)stmt_get_int(&q, 9),
		    .held = arena_span(arena, stmt_get_blob(&q, 11)),
		    .owed = (uint64_t)stmt_get_int(&q, 12),
		};
	}
	return stmt_end(&q);
}

#define RUN_COLUMNS                                                                                \
	"SELECT id, source, state, started_ms, ended_ms, seed, shard, shards, workers, spec"       \
	" FROM runs"

/* The first that q gives, and ends q. */
static struct err run_get(struct store *s, struct stmt *q, struct arena *arena, struct run *ret_run)
{
	struct run run = {0};
	struct err e;

	if (stmt_row(q)) {
		run.id = (uint64_t)stmt_get_int(q, 0);
		run.evidence = (uint8_t)stmt_get_int(q, 1);
		run.state = (uint8_t)stmt_get_int(q, 2);
		run.started_ms = stmt_get_int(q, 3);
		run.ended_ms = stmt_get_int(q, 4);
		run.seed = (uint64_t)stmt_get_int(q, 5);
		run.shard = (uint32_t)stmt_get_int(q, 6);
		run.shards = (uint32_t)stmt_get_int(q, 7);
		run.workers = (uint32_t)stmt_get_int(q, 8);
		run.spec = arena_str(arena, stmt_get_text(q, 9));
	}
	e = stmt_end(q);
	if (err_is(e))
		return e;
	if (!run.id)
		return err_refused(REFUSAL_MISSING, "no such run in the store");
	if (!run.spec || run.workers > RUN_WORKERS_MAX)
		return err_limit("a run too large to be read");
	e = workers_get(s, arena, &run);
	if (!err_is(e))
		*ret_run = run;
	return e;
}

struct err store_run_find(struct store *s, uint64_t id, struct arena *arena, struct run *ret_run)
{
	static const char sql[] = RUN_COLUMNS " WHERE id = ?";
	struct stmt q = stmt_use(s, sql);

	stmt_int(&q, (int64_t)id);
	return run_get(s, &q, arena, ret_run);
}

struct err store_run_left(struct store *s, struct arena *arena, struct run *ret_run)
{
	static const char sql[] =
	    RUN_COLUMNS " WHERE source = ? AND state <> ? AND NOT EXISTS (SELECT 1 FROM jobs"
			" WHERE run = runs.id) ORDER BY id DESC LIMIT 1";
	struct stmt q = stmt_use(s, sql);
	struct err e;

	stmt_int(&q, EVIDENCE_SCAN);
	stmt_int(&q, RUN_COMPLETED);
	e = run_get(s, &q, arena, ret_run);
	return err_is_refusal(e, REFUSAL_MISSING)
		   ? err_refused(REFUSAL_MISSING, "no scan was left unfinished")
		   : e;
}

static struct err run_ids(struct store *s, uint64_t before, size_t limit, struct buf *ids)
{
	static const char sql[] =
	    "SELECT id FROM runs WHERE ?1 = 0 OR id < ?1 ORDER BY id DESC LIMIT ?2";
	struct stmt q = stmt_use(s, sql);

	stmt_int(&q, (int64_t)before);
	stmt_int(&q, (int64_t)limit);
	while (stmt_row(&q))
		buf_be(ids, (uint64_t)stmt_get_int(&q, 0), 8);
	return stmt_end(&q);
}

struct err store_each_run(
    struct store *s, uint64_t before, size_t limit, store_run_fn *each, void *context)
{
	struct arena arena;
	struct buf ids;
	struct span left;
	bool more = true;
	struct err e;

	arena_init(&arena, ROW_BYTES_MAX);
	buf_init(&ids, RUN_IDS_BYTES_MAX);
	e = run_ids(s, before, limit, &ids);
	left = buf_view(&ids);
	while (more && !err_is(e) && left.n) {
		struct run run;

		arena_reset(&arena);
		e = store_run_find(s, span_u64(&left), &arena, &run);
		more = err_is(e) || each(context, &run);
		if (err_is_refusal(e, REFUSAL_MISSING)) /* pruned in between */
			e = OK;
	}
	buf_done(&ids);
	arena_done(&arena);
	return e;
}

static struct err run_state_set(
    struct store *s, uint64_t run, enum run_state state, int64_t ended_ms)
{
	static const char sql[] = "UPDATE runs SET state = ?2, ended_ms = ?3 WHERE id = ?1";
	struct stmt q = stmt_use(s, sql);

	stmt_int(&q, (int64_t)run);
	stmt_int(&q, state);
	stmt_int(&q, ended_ms);
	return stmt_run(&q);
}

struct err store_run_resume(struct store *s, uint64_t run)
{
	return run_state_set(s, run, RUN_UNFINISHED, 0);
}

/* A sighting that is current and that the run did not see. */
struct missed {
	int64_t endpoint;
	int64_t chain;
	int64_t misses;
	struct endpoint who;
};

struct ending {
	struct store *s;
	uint64_t run;
	int64_t started_ms, now_ms;
	store_covered_fn *covered;
	void *context;
	size_t vanished;
};

/* The next sightings after `last`, in the order of the table: it is not read while it is
 * written. */
static struct err missed_get(
    struct ending *end, const struct missed *last, struct missed *ret_missed, size_t *ret_n)
{
	static const char sql[] =
	    "SELECT s.endpoint, s.chain, s.misses, e.addr, e.zone, e.port, e.transport, e.name"
	    " FROM sightings s JOIN endpoints e ON e.id = s.endpoint"
	    " WHERE (s.endpoint, s.chain) > (?, ?) AND s.current AND s.last_ms < ?"
	    " ORDER BY s.endpoint, s.chain LIMIT ?";
	struct stmt q = stmt_use(end->s, sql);
	size_t n = 0;

	stmt_int(&q, last->endpoint);
	stmt_int(&q, last->chain);
	stmt_int(&q, end->started_ms);
	stmt_int(&q, MISSED_AT_ONCE);
	while (n < MISSED_AT_ONCE && stmt_row(&q)) {
		struct missed *m = &ret_missed[n++];

		m->endpoint = stmt_get_int(&q, 0);
		m->chain = stmt_get_int(&q, 1);
		m->misses = stmt_get_int(&q, 2);
		endpoint_get(&q, 3, &m->who);
	}
	*ret_n = n;
	return stmt_end(&q);
}

static struct err miss_count(struct store *s, const struct missed *m)
{
	static const char sql[] =
	    "UPDATE OR FAIL sightings SET misses = misses + 1, current = misses + 1 < ?3"
	    " WHERE endpoint = ?1 AND chain = ?2";
	struct stmt q = stmt_use(s, sql);

	stmt_int(&q, m->endpoint);
	stmt_int(&q, m->chain);
	stmt_int(&q, MISSES_MAX);
	return stmt_run(&q);
}

/* Marks the endpoint if no chain is left of it; ret_gone: it was just now. */
static struct err endpoint_mark(struct ending *end, int64_t endpoint, bool *ret_gone)
{
	static const char sql[] =
	    "UPDATE endpoints SET vanished_ms = ?2 WHERE id = ?1 AND vanished_ms IS NULL"
	    " AND NOT EXISTS"
	    " (SELECT 1 FROM sightings WHERE endpoint = ?1 AND chain <> 0 AND current)";
	struct stmt q = stmt_use(end->s, sql);
	struct err e;

	stmt_int(&q, endpoint);
	stmt_int(&q, end->now_ms);
	e = stmt_run(&q);
	*ret_gone = !err_is(e) && sqlite3_changes(end->s->db) > 0;
	return e;
}

static struct err miss_take(struct ending *end, const struct missed *m)
{
	struct change change = {.at_ms = end->now_ms, .run = end->run, .kind = CHANGE_VANISHED};
	uint64_t sequence;
	bool gone = false;
	struct err e;

	if (!end->covered(end->context, &m->who))
		return OK;
	e = miss_count(end->s, m);
	if (err_is(e) || m->chain == 0 || m->misses + 1 < MISSES_MAX)
		return e;
	e = endpoint_mark(end, m->endpoint, &gone);
	if (err_is(e) || !gone)
		return e;
	end->vanished++;
	return change_put(end->s, &change, m->endpoint, m->chain, 0, &sequence);
}

static struct err misses_take(struct ending *end)
{
	struct missed missed[MISSED_AT_ONCE], last = {.chain = -1};
	size_t n;
	struct err e;

	do {
		e = missed_get(end, &last, missed, &n);
		for (size_t i = 0; i < n && !err_is(e); i++)
			e = miss_take(end, &missed[i]);
		if (n)
			last = missed[n - 1];
	} while (!err_is(e) && n == MISSED_AT_ONCE);
	return e;
}

static struct err run_started(struct store *s, uint64_t run, int64_t *ret_ms)
{
	static const char sql[] = "SELECT started_ms FROM runs WHERE id = ?";
	struct stmt q = stmt_use(s, sql);
	bool found;
	struct err e;

	stmt_int(&q, (int64_t)run);
	found = stmt_row(&q);
	if (found)
		*ret_ms = stmt_get_int(&q, 0);
	e = stmt_end(&q);
	return err_is(e) || found ? e : err_input(0, "no such run in the store");
}

struct err store_run_end(struct store *s, uint64_t run, enum run_state state, int64_t now_ms,
    store_covered_fn *covered, void *context, size_t *ret_vanished)
{
	struct ending end = {
	    .s = s, .run = run, .now_ms = now_ms, .covered = covered, .context = context};
	struct err e = store_begin(s);

	if (err_is(e))
		return e;
	e = run_started(s, run, &end.started_ms);
	if (!err_is(e) && state == RUN_COMPLETED && covered)
		e = misses_take(&end);
	if (!err_is(e))
		e = run_state_set(s, run, state, now_ms);
	if (err_is(e)) {
		store_rollback(s);
		return e;
	}
	e = store_commit(s);
	if (!err_is(e))
		*ret_vanished = end.vanished;
	return e;
}
