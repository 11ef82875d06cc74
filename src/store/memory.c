/*
 * memory.c: what rules remember between two passes: silences, which people see and end, and small
 * values of their own. Both have an end, after which they are as good as not there.
 */
#include "store/db.h"
#include "store/refusal.h"
#include "store/rules.h"

struct err store_get_silence(
    struct store *s, uint64_t rule, const char *key, struct silence *ret_silence, bool *ret_found)
{
	static const char own[] =
	    "SELECT until_ms, exponent, by_whom <> '' FROM silences WHERE rule = ? AND key = ?";
	/* There are few rules: a look-up each, no index of keys. */
	static const char any[] =
	    "SELECT s.until_ms, s.exponent, s.by_whom <> '' FROM rules r CROSS JOIN silences s"
	    " ON s.rule = r.id WHERE ?1 = 0 AND s.key = ?2 ORDER BY s.until_ms DESC LIMIT 1";
	struct stmt q = stmt_use(s, rule ? own : any);
	struct silence found = {.rule = rule};
	bool is_there;
	struct err e;

	stmt_int(&q, (int64_t)rule);
	stmt_text(&q, key);
	is_there = stmt_row(&q);
	if (is_there) {
		found.until_ms = stmt_get_int(&q, 0);
		found.exponent = (uint32_t)stmt_get_int(&q, 1);
		found.by_hand = stmt_get_int(&q, 2) != 0;
	}
	e = stmt_end(&q);
	if (err_is(e))
		return e;
	*ret_silence = found;
	*ret_found = is_there;
	return OK;
}

struct err store_put_silence(struct store *s, const struct silence *silence)
{
	static const char sql[] = "INSERT INTO silences (rule, key, until_ms, exponent, by_whom)"
				  " VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO UPDATE"
				  " SET until_ms = ?3, exponent = ?4, by_whom = ?5";
	struct stmt q = stmt_use(s, sql);

	stmt_int(&q, (int64_t)silence->rule);
	stmt_text(&q, silence->key);
	stmt_int(&q, silence->until_ms);
	stmt_int(&q, silence->exponent);
	stmt_text(&q, silence->by);
	return stmt_run(&q);
}

struct err store_delete_silence(struct store *s, uint64_t rule, const char *key)
{
	static const char sql[] = "DELETE FROM silences WHERE (?1 = 0 OR rule = ?1) AND key = ?2";
	struct stmt q = stmt_use(s, sql);
	struct err e;

	stmt_int(&q, (int64_t)rule);
	stmt_text(&q, key);
	e = stmt_run(&q);
	if (!err_is(e) && sqlite3_changes(s->db) == 0)
		e = err_refused(REFUSAL_MISSING, "no such silence");
	return e;
}

struct err store_each_silence(
    struct store *s, int64_t now_ms, store_silence_fn *each, void *context)
{
	static const char sql[] = "SELECT rule, key, until_ms, exponent, by_whom FROM silences"
				  " WHERE until_ms > ? ORDER BY until_ms, key";
	struct stmt q = stmt_use(s, sql);

	stmt_int(&q, now_ms);
	while (stmt_row(&q)) {
		struct silence silence = {
		    .rule = (uint64_t)stmt_get_int(&q, 0),
		    .key = stmt_get_text(&q, 1),
		    .until_ms = stmt_get_int(&q, 2),
		    .exponent = (uint32_t)stmt_get_int(&q, 3),
		    .by = stmt_get_text(&q, 4),
		};

		if (!each(context, &silence))
			break;
	}
	return stmt_end(&q);
}

static void state_bind(struct stmt *q, uint64_t rule, int topic, struct span key)
{
	stmt_int(q, (int64_t)rule);
	stmt_int(q, topic);
	stmt_blob(q, key.p, key.n);
}

struct err store_get_state(struct store *s, uint64_t rule, int topic, struct span key,
    int64_t now_ms, struct arena *arena, struct span *ret_value, bool *ret_found)
{
	static const char sql[] = "SELECT value FROM rule_states WHERE rule = ? AND topic = ?"
				  " AND key = ? AND until_ms > ?";
	struct stmt q = stmt_use(s, sql);
	struct span value = {0};
	bool is_there;
	struct err e;

	state_bind(&q, rule, topic, key);
	stmt_int(&q, now_ms);
	is_there = stmt_row(&q);
	if (is_there)
		value = arena_span(arena, stmt_get_blob(&q, 0));
	e = stmt_end(&q);
	if (!err_is(e) && value.bad)
		e = err_limit("no memory for what a rule remembers");
	if (err_is(e))
		return e;
	*ret_value = value;
	*ret_found = is_there;
	return OK;
}

struct err store_put_state(
    struct store *s, uint64_t rule, int topic, struct span key, struct span value, int64_t until_ms)
{
	static const char sql[] = "INSERT INTO rule_states (rule, topic, key, value, until_ms)"
				  " VALUES (?1, ?2, ?3, ?4, ?5)"
				  " ON CONFLICT DO UPDATE SET value = ?4, until_ms = ?5";
	struct stmt q = stmt_use(s, sql);

	state_bind(&q, rule, topic, key);
	stmt_blob(&q, value.p, value.n);
	stmt_int(&q, until_ms);
	return stmt_run(&q);
}

struct err store_delete_state(struct store *s, uint64_t rule, int topic, struct span key)
{
	static const char sql[] =
	    "DELETE FROM rule_states WHERE rule = ? AND topic = ? AND key = ?";
	struct stmt q = stmt_use(s, sql);

	state_bind(&q, rule, topic, key);
	return stmt_run(&q);
}

struct err store_each_state(
    struct store *s, uint64_t rule, int topic, int64_t now_ms, store_state_fn *each, void *context)
{
	static const char sql[] = "SELECT key, value, until_ms FROM rule_states"
				  " WHERE rule = ? AND topic = ? AND until_ms > ? ORDER BY key";
	struct stmt q = stmt_use(s, sql);

	stmt_int(&q, (int64_t)rule);
	stmt_int(&q, topic);
	stmt_int(&q, now_ms);
	while (stmt_row(&q))
		if (!each(context, stmt_get_blob(&q, 0), stmt_get_blob(&q, 1), stmt_get_int(&q, 2)))
			break;
	return stmt_end(&q);
}

struct err store_prune_states(struct store *s, int64_t now_ms)
{
	static const char *const sql[] = {
	    "DELETE FROM rule_states WHERE until_ms <= ?",
	    /* A silence's exponent counts for a while after it is over. */
	    "DELETE FROM silences WHERE until_ms <= ? - 30 * 86400000",
	    "DELETE FROM notices WHERE resolved_ms <= ? - 400 * 86400000",
	};
	struct err e = OK;

	for (size_t i = 0; i < sizeof(sql) / sizeof(sql[0]) && !err_is(e); i++) {
		struct stmt q = stmt_use(s, sql[i]);

		stmt_int(&q, now_ms);
		e = stmt_run(&q);
	}
	return e;
}
