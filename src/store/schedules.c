/*
 * schedules.c: what is to be scanned when. The time of the next scan is stored, not computed when
 * it is asked for: so a change of the clock or an hour without the service is seen, and a scan that
 * was missed is made up for once.
 */
#include "store/schedules.h"

#include "store/db.h"

#define SCHEDULE_COLUMNS                                                                           \
	"id, name, enabled, targets, exclude, ports, known, rate, kind, cron, every_s,"            \
	" window_from_min, window_to_min, timezone, next_ms, changed_ms"

void wish_bind(struct stmt *q, const struct scan_wish *wish)
{
	stmt_text(q, wish->targets);
	stmt_text(q, wish->exclude);
	stmt_text(q, wish->ports);
	stmt_int(q, wish->known);
	stmt_int(q, wish->rate);
}

struct scan_wish wish_columns(struct stmt *q, int column)
{
	return (struct scan_wish){
	    .targets = stmt_get_text(q, column),
	    .exclude = stmt_get_text(q, column + 1),
	    .ports = stmt_get_text(q, column + 2),
	    .known = stmt_get_int(q, column + 3) != 0,
	    .rate = (uint32_t)stmt_get_int(q, column + 4),
	};
}

bool wish_keep(struct arena *arena, struct scan_wish *wish)
{
	wish->targets = arena_str(arena, wish->targets);
	wish->exclude = arena_str(arena, wish->exclude);
	wish->ports = arena_str(arena, wish->ports);
	return wish->targets && wish->exclude && wish->ports;
}

static struct schedule schedule_row(struct stmt *q)
{
	return (struct schedule){
	    .id = stmt_get_int(q, 0),
	    .name = stmt_get_text(q, 1),
	    .enabled = stmt_get_int(q, 2) != 0,
	    .wish = wish_columns(q, 3),
	    .when = (uint8_t)stmt_get_int(q, 8),
	    .cron = stmt_get_text(q, 9),
	    .every_s = stmt_get_int(q, 10),
	    .has_window = !stmt_get_null(q, 11),
	    .window_from_min = (uint16_t)stmt_get_int(q, 11),
	    .window_to_min = (uint16_t)stmt_get_int(q, 12),
	    .timezone = stmt_get_text(q, 13),
	    .next_ms = stmt_get_int(q, 14),
	    .changed_ms = stmt_get_int(q, 15),
	};
}

/* All columns but the id. */
static void schedule_bind(struct stmt *q, const struct schedule *schedule)
{
	stmt_text(q, schedule->name);
	stmt_int(q, schedule->enabled);
	wish_bind(q, &schedule->wish);
	stmt_int(q, schedule->when);
	stmt_text(q, schedule->cron);
	stmt_int(q, schedule->every_s);
	if (schedule->has_window) {
		stmt_int(q, schedule->window_from_min);
		stmt_int(q, schedule->window_to_min);
	} else {
		stmt_null(q);
		stmt_null(q);
	}
	stmt_text(q, schedule->timezone);
	stmt_int(q, schedule->next_ms);
	stmt_int(q, schedule->changed_ms);
}

static struct err schedules_full(struct store *s)
{
	static const char sql[] = "SELECT count(*) FROM schedules";
	struct stmt q = stmt_use(s, sql);
	bool full = stmt_row(&q) && stmt_get_int(&q, 0) >= SCHEDULES_MAX;
	struct err e = stmt_end(&q);

	return err_is(e) || !full ? e : err_limit("there are as many schedules as there may be");
}

static struct err name_taken(void)
{
	return err_refused(REFUSAL_TAKEN, "there is a schedule of this name");
}

struct err store_schedule_add(struct store *s, struct schedule *schedule)
{
	static const char sql[] =
	    "INSERT INTO schedules (name, enabled, targets, exclude, ports, known, rate, kind,"
	    " cron, every_s, window_from_min, window_to_min, timezone, next_ms, changed_ms)"
	    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING";
	struct err e = schedules_full(s);
	struct stmt q;

	if (err_is(e))
		return e;
	q = stmt_use(s, sql);
	schedule_bind(&q, schedule);
	e = stmt_run(&q);
	if (err_is(e))
		return e;
	if (db_changes(s) == 0)
		return name_taken();
	schedule->id = sqlite3_last_insert_rowid(s->db);
	return OK;
}

static struct err schedule_is_there(struct store *s, int64_t id)
{
	static const char sql[] = "SELECT 1 FROM schedules WHERE id = ?";
	struct stmt q = stmt_use(s, sql);
	bool found;
	struct err e;

	stmt_int(&q, id);
	found = stmt_row(&q);
	e = stmt_end(&q);
	return err_is(e) || found ? e : err_refused(REFUSAL_MISSING, "no such schedule");
}

struct err store_schedule_change(struct store *s, const struct schedule *schedule)
{
	static const char sql[] =
	    "UPDATE OR IGNORE schedules SET name = ?, enabled = ?, targets = ?, exclude = ?,"
	    " ports = ?, known = ?, rate = ?, kind = ?, cron = ?, every_s = ?,"
	    " window_from_min = ?, window_to_min = ?, timezone = ?, next_ms = ?, changed_ms = ?"
	    " WHERE id = ?";
	struct stmt q = stmt_use(s, sql);
	struct err e;

	schedule_bind(&q, schedule);
	stmt_int(&q, schedule->id);
	e = stmt_run(&q);
	if (err_is(e) || db_changes(s))
		return e;
	e = schedule_is_there(s, schedule->id);
	return err_is(e) ? e : name_taken();
}

static struct err schedule_delete(struct store *s, int64_t id)
{
	static const char *const texts[] = {
	    "DELETE FROM jobs WHERE schedule = ? AND state = 1",
	    "DELETE FROM schedules WHERE id = ?",
	};
	struct err e = schedule_is_there(s, id);

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]) && !err_is(e); i++) {
		struct stmt q = stmt_use(s, texts[i]);

		stmt_int(&q, id);
		e = stmt_run(&q);
	}
	return e;
}

struct err store_schedule_remove(struct store *s, int64_t id)
{
	bool began = false;
	struct err e = db_write_begin(s, &began);

	return err_is(e) ? e : db_write_end(s, began, schedule_delete(s, id));
}

static bool schedule_keep(struct arena *arena, struct schedule *schedule)
{
	schedule->name = arena_str(arena, schedule->name);
	schedule->cron = arena_str(arena, schedule->cron);
	schedule->timezone = arena_str(arena, schedule->timezone);
	return wish_keep(arena, &schedule->wish) && schedule->name && schedule->cron &&
	       schedule->timezone;
}

struct err store_schedule_get(
    struct store *s, int64_t id, struct arena *arena, struct schedule *ret_schedule)
{
	static const char sql[] = "SELECT " SCHEDULE_COLUMNS " FROM schedules WHERE id = ?";
	struct stmt q = stmt_use(s, sql);
	struct schedule schedule;
	bool found, kept = true;
	struct err e;

	stmt_int(&q, id);
	found = stmt_row(&q);
	if (found) {
		schedule = schedule_row(&q);
		kept = schedule_keep(arena, &schedule);
	}
	e = stmt_end(&q);
	if (err_is(e))
		return e;
	if (!found)
		return err_refused(REFUSAL_MISSING, "no such schedule");
	if (!kept)
		return err_limit("no memory for a schedule");
	*ret_schedule = schedule;
	return OK;
}

struct err store_schedule_next(struct store *s, int64_t id, int64_t next_ms)
{
	static const char sql[] = "UPDATE schedules SET next_ms = ?2 WHERE id = ?1";
	struct stmt q = stmt_use(s, sql);

	stmt_int(&q, id);
	stmt_int(&q, next_ms);
	return stmt_run(&q);
}

struct err store_each_schedule(struct store *s, store_schedule_fn *each, void *context)
{
	static const char sql[] =
	    "SELECT " SCHEDULE_COLUMNS " FROM schedules ORDER BY name COLLATE NOCASE, id";
	struct stmt q = stmt_use(s, sql);
	bool more = true;

	while (more && stmt_row(&q)) {
		struct schedule schedule = schedule_row(&q);

		more = each(context, &schedule);
	}
	return stmt_end(&q);
}
