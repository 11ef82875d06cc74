/*
 * rules.c: rules, channels, and which rule uses which. The text of a rule and the config of a
 * channel are kept as they were given: what they mean is read anew by each pass and each delivery,
 * so that a newer program understands more without a migration.
 */
#include "store/rules.h"

#include "store/db.h"
#include "store/refusal.h"

/* Of a name that must be unique. */
static struct err name_free(struct store *s, const char *sql, const char *name, uint64_t id)
{
	struct stmt q = stmt_use(s, sql);
	bool taken;
	struct err e;

	stmt_text(&q, name);
	stmt_int(&q, (int64_t)id);
	taken = stmt_row(&q);
	e = stmt_end(&q);
	if (!err_is(e) && taken)
		e = err_refused(REFUSAL_TAKEN, "this name is taken");
	return e;
}

static struct err changed_one(struct store *s, struct err e, const char *what)
{
	if (!err_is(e) && sqlite3_changes(s->db) == 0)
		return err_refused(REFUSAL_MISSING, what);
	return e;
}

/* All rows of other tables that name this one. */
static struct err delete_all(struct store *s, const char *const *sql, size_t n, uint64_t id)
{
	struct err e = OK;

	for (size_t i = 0; i < n && !err_is(e); i++) {
		struct stmt q = stmt_use(s, sql[i]);

		stmt_int(&q, (int64_t)id);
		e = stmt_run(&q);
	}
	return e;
}

/* Rules. */

#define RULE_COLUMNS                                                                               \
	"id, name, kind, type, enabled, text, cursor, ran_ms, took_ms, hits, matches, messages, "  \
	"error"

static struct stored_rule rule_columns(struct stmt *q)
{
	return (struct stored_rule){
	    .id = (uint64_t)stmt_get_int(q, 0),
	    .name = stmt_get_text(q, 1),
	    .kind = (uint8_t)stmt_get_int(q, 2),
	    .type = stmt_get_text(q, 3),
	    .enabled = stmt_get_int(q, 4) != 0,
	    .text = stmt_get_text(q, 5),
	    .cursor = (uint64_t)stmt_get_int(q, 6),
	    .ran_ms = stmt_get_int(q, 7),
	    .took_ms = stmt_get_int(q, 8),
	    .hits = (uint64_t)stmt_get_int(q, 9),
	    .matches = (uint64_t)stmt_get_int(q, 10),
	    .messages = (uint64_t)stmt_get_int(q, 11),
	    .error = stmt_get_text(q, 12),
	};
}

static struct err channels_of(struct store *s, struct stored_rule *rule)
{
	static const char sql[] =
	    "SELECT channel FROM rule_channels WHERE rule = ? ORDER BY channel";
	struct stmt q = stmt_use(s, sql);

	stmt_int(&q, (int64_t)rule->id);
	while (rule->n_channels < RULE_CHANNELS_MAX && stmt_row(&q))
		rule->channels[rule->n_channels++] = (uint64_t)stmt_get_int(&q, 0);
	return stmt_end(&q);
}

struct err store_each_rule(struct store *s, store_rule_fn *each, void *context)
{
	static const char sql[] = "SELECT " RULE_COLUMNS " FROM rules ORDER BY kind, name";
	struct stmt q = stmt_use(s, sql);
	struct err e = OK, end;

	while (!err_is(e) && stmt_row(&q)) {
		struct stored_rule rule = rule_columns(&q);

		e = channels_of(s, &rule);
		if (!err_is(e) && !each(context, &rule))
			break;
	}
	end = stmt_end(&q);
	return err_is(e) ? e : end;
}

struct err store_get_rule(
    struct store *s, uint64_t id, struct arena *arena, struct stored_rule *ret_rule)
{
	static const char sql[] = "SELECT " RULE_COLUMNS " FROM rules WHERE id = ?";
	struct stmt q = stmt_use(s, sql);
	struct stored_rule rule = {0};
	unsigned hit = arena->hit;
	struct err e;

	stmt_int(&q, (int64_t)id);
	if (stmt_row(&q)) {
		rule = rule_columns(&q);
		rule.name = arena_str(arena, rule.name);
		rule.type = arena_str(arena, rule.type);
		rule.text = arena_str(arena, rule.text);
		rule.error = arena_str(arena, rule.error);
	}
	e = stmt_end(&q);
	if (!err_is(e) && !rule.id)
		e = err_refused(REFUSAL_MISSING, "no such rule");
	if (!err_is(e) && arena->hit != hit)
		e = err_limit("a rule too large to be read");
	if (!err_is(e))
		e = channels_of(s, &rule);
	if (!err_is(e))
		*ret_rule = rule;
	return e;
}

static struct err rule_insert(struct store *s, const struct stored_rule *rule, uint64_t *ret_id)
{
	static const char sql[] = "INSERT INTO rules (kind, name, type, enabled, text)"
				  " VALUES (?, ?, ?, ?, ?)";
	struct stmt q = stmt_use(s, sql);
	struct err e;

	stmt_int(&q, rule->kind);
	stmt_text(&q, rule->name);
	stmt_text(&q, rule->type);
	stmt_int(&q, rule->enabled);
	stmt_text(&q, rule->text);
	e = stmt_run(&q);
	if (!err_is(e))
		*ret_id = (uint64_t)sqlite3_last_insert_rowid(s->db);
	return e;
}

static struct err rule_update(struct store *s, const struct stored_rule *rule)
{
	static const char sql[] =
	    "UPDATE rules SET name = ?2, type = ?3, enabled = ?4, text = ?5 WHERE id = ?1";
	struct stmt q = stmt_use(s, sql);

	stmt_int(&q, (int64_t)rule->id);
	stmt_text(&q, rule->name);
	stmt_text(&q, rule->type);
	stmt_int(&q, rule->enabled);
	stmt_text(&q, rule->text);
	return changed_one(s, stmt_run(&q), "no such rule");
}

static struct err rule_channel_add(struct store *s, uint64_t rule, uint64_t channel)
{
	static const char sql[] =
	    "INSERT INTO rule_channels (rule, channel)"
	    " SELECT ?1, id FROM channels WHERE id = ?2 ON CONFLICT DO NOTHING";
	static const char asked[] = "SELECT 1 FROM channels WHERE id = ?";
	struct stmt q = stmt_use(s, asked);
	bool known;
	struct err e;

	stmt_int(&q, (int64_t)channel);
	known = stmt_row(&q);
	e = stmt_end(&q);
	if (err_is(e) || !known)
		return err_is(e) ? e : err_refused(REFUSAL_NONE, "no such channel");
	q = stmt_use(s, sql);
	stmt_int(&q, (int64_t)rule);
	stmt_int(&q, (int64_t)channel);
	return stmt_run(&q);
}

static struct err rule_channels_set(struct store *s, uint64_t id, const struct stored_rule *rule)
{
	static const char *const sql[] = {"DELETE FROM rule_channels WHERE rule = ?"};
	struct err e = delete_all(s, sql, 1, id);

	for (size_t i = 0; i < rule->n_channels && !err_is(e); i++)
		e = rule_channel_add(s, id, rule->channels[i]);
	return e;
}

struct err store_put_rule(struct store *s, const struct stored_rule *rule, uint64_t *ret_id)
{
	static const char free_sql[] = "SELECT 1 FROM rules WHERE name = ? AND id <> ?";
	uint64_t id = rule->id;
	bool began = false;
	struct err e = db_write_begin(s, &began);

	if (err_is(e))
		return e;
	e = name_free(s, free_sql, rule->name, id);
	if (!err_is(e))
		e = id ? rule_update(s, rule) : rule_insert(s, rule, &id);
	if (!err_is(e))
		e = rule_channels_set(s, id, rule);
	e = db_write_end(s, began, e);
	if (!err_is(e))
		*ret_id = id;
	return e;
}

struct err store_delete_rule(struct store *s, uint64_t id)
{
	static const char *const sql[] = {
	    "DELETE FROM rule_channels WHERE rule = ?",
	    "DELETE FROM rule_states WHERE rule = ?",
	    "DELETE FROM silences WHERE rule = ?",
	    "DELETE FROM notices WHERE rule = ?",
	    "DELETE FROM rules WHERE id = ?",
	};
	bool began = false;
	struct err e = db_write_begin(s, &began);

	if (err_is(e))
		return e;
	e = changed_one(s, delete_all(s, sql, sizeof(sql) / sizeof(sql[0]), id), "no such rule");
	return db_write_end(s, began, e);
}

struct err store_rule_ran(struct store *s, const struct stored_rule *rule)
{
	static const char sql[] =
	    "UPDATE rules SET cursor = ?2, ran_ms = ?3, took_ms = ?4, hits = ?5, matches = ?6,"
	    " messages = ?7, error = ?8 WHERE id = ?1";
	struct stmt q = stmt_use(s, sql);

	stmt_int(&q, (int64_t)rule->id);
	stmt_int(&q, (int64_t)rule->cursor);
	stmt_int(&q, rule->ran_ms);
	stmt_int(&q, rule->took_ms);
	stmt_int(&q, (int64_t)rule->hits);
	stmt_int(&q, (int64_t)rule->matches);
	stmt_int(&q, (int64_t)rule->messages);
	stmt_text(&q, rule->error);
	return stmt_run(&q);
}

/* Channels. */

#define CHANNEL_COLUMNS "id, name, type, config, enabled"

static struct stored_channel channel_columns(struct stmt *q)
{
	return (struct stored_channel){
	    .id = (uint64_t)stmt_get_int(q, 0),
	    .name = stmt_get_text(q, 1),
	    .type = stmt_get_text(q, 2),
	    .config = stmt_get_text(q, 3),
	    .enabled = stmt_get_int(q, 4) != 0,
	};
}

struct err store_each_channel(struct store *s, store_channel_fn *each, void *context)
{
	static const char sql[] = "SELECT " CHANNEL_COLUMNS " FROM channels ORDER BY name";
	struct stmt q = stmt_use(s, sql);

	while (stmt_row(&q)) {
		struct stored_channel channel = channel_columns(&q);

		if (!each(context, &channel))
			break;
	}
	return stmt_end(&q);
}

struct err store_get_channel(
    struct store *s, uint64_t id, struct arena *arena, struct stored_channel *ret_channel)
{
	static const char sql[] = "SELECT " CHANNEL_COLUMNS " FROM channels WHERE id = ?";
	struct stmt q = stmt_use(s, sql);
	struct stored_channel channel = {0};
	unsigned hit = arena->hit;
	struct err e;

	stmt_int(&q, (int64_t)id);
	if (stmt_row(&q)) {
		channel = channel_columns(&q);
		channel.name = arena_str(arena, channel.name);
		channel.type = arena_str(arena, channel.type);
		channel.config = arena_str(arena, channel.config);
	}
	e = stmt_end(&q);
	if (!err_is(e) && !channel.id)
		e = err_refused(REFUSAL_MISSING, "no such channel");
	if (!err_is(e) && arena->hit != hit)
		e = err_limit("a channel too large to be read");
	if (!err_is(e))
		*ret_channel = channel;
	return e;
}

static struct err channel_write(
    struct store *s, const struct stored_channel *channel, uint64_t *ret_id)
{
	static const char insert[] = "INSERT INTO channels (name, type, config, enabled, id)"
				     " VALUES (?, ?, ?, ?, nullif(?, 0))";
	static const char update[] =
	    "UPDATE channels SET name = ?, type = ?, config = ?, enabled = ? WHERE id = ?";
	struct stmt q = stmt_use(s, channel->id ? update : insert);
	struct err e;

	stmt_text(&q, channel->name);
	stmt_text(&q, channel->type);
	stmt_text(&q, channel->config);
	stmt_int(&q, channel->enabled);
	stmt_int(&q, (int64_t)channel->id);
	e = changed_one(s, stmt_run(&q), "no such channel");
	if (!err_is(e))
		*ret_id = channel->id ? channel->id : (uint64_t)sqlite3_last_insert_rowid(s->db);
	return e;
}

struct err store_put_channel(
    struct store *s, const struct stored_channel *channel, uint64_t *ret_id)
{
	static const char free_sql[] = "SELECT 1 FROM channels WHERE name = ? AND id <> ?";
	uint64_t id = 0;
	bool began = false;
	struct err e = db_write_begin(s, &began);

	if (err_is(e))
		return e;
	e = name_free(s, free_sql, channel->name, channel->id);
	if (!err_is(e))
		e = channel_write(s, channel, &id);
	e = db_write_end(s, began, e);
	if (!err_is(e))
		*ret_id = id;
	return e;
}

struct err store_delete_channel(struct store *s, uint64_t id)
{
	static const char *const sql[] = {
	    "UPDATE messages SET state = 2, last_error = 'the channel was deleted'"
	    " WHERE state = 0 AND channel = ?",
	    "DELETE FROM rule_channels WHERE channel = ?",
	    "DELETE FROM channels WHERE id = ?",
	};
	bool began = false;
	struct err e = db_write_begin(s, &began);

	if (err_is(e))
		return e;
	e = changed_one(s, delete_all(s, sql, sizeof(sql) / sizeof(sql[0]), id), "no such channel");
	return db_write_end(s, began, e);
}
