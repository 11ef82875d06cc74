/*
 * outbox.c: messages as rows. What is delivered one after the other is a lane: all messages of a
 * channel, or those that one rule sends to one place of its own. A lane that does not move holds up
 * no other: what is due is asked for lane by lane, a few of each.
 *
 * "At least once" needs two things only: the row is there before the message is sent, and it is
 * marked after.
 */
#include "store/outbox.h"

#include "store/db.h"
#include "store/hash.h"
#include "store/refusal.h"

#include <inttypes.h>
#include <stdio.h>

enum { LANE_MAX = 96 };

const char *message_state_text(enum message_state state)
{
	static const char *const texts[MESSAGE_STATES] = {
	    [MESSAGE_QUEUED] = "queued",
	    [MESSAGE_SENT] = "sent",
	    [MESSAGE_FAILED] = "failed",
	    [MESSAGE_DEAD] = "dead",
	};

	return state < MESSAGE_STATES ? texts[state] : "";
}

static const char *text_of(const char *text)
{
	return text ? text : "";
}

static const char *lane_of(const struct message *m, char lane[LANE_MAX])
{
	if (m->channel)
		snprintf(lane, LANE_MAX, "c%" PRIu64, m->channel);
	else
		snprintf(lane, LANE_MAX, "r%" PRIu64 "/%.32s/%016" PRIx64, m->rule,
		    text_of(m->type), hash_text(HASH_START, text_of(m->config)));
	return lane;
}

struct err store_put_message(struct store *s, const struct message *m, uint64_t *ret_id)
{
	static const char sql[] =
	    "INSERT INTO messages (rule, channel, lane, type, config, dedupe, severity, created_ms,"
	    " state, attempts, next_ms, sent_ms, last_error, subject, text, html, detail)"
	    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 0, 0, ?8, 0, '', ?9, ?10, ?11, ?12)"
	    " ON CONFLICT DO NOTHING RETURNING id";
	struct stmt q = stmt_use(s, sql);
	char lane[LANE_MAX];
	uint64_t id = 0;
	struct err e;

	stmt_int(&q, (int64_t)m->rule);
	stmt_int(&q, (int64_t)m->channel);
	stmt_text(&q, lane_of(m, lane));
	stmt_text(&q, m->channel ? "" : m->type);
	stmt_text(&q, m->channel ? "" : m->config);
	stmt_text(&q, m->dedupe);
	stmt_int(&q, m->severity);
	stmt_int(&q, m->created_ms);
	stmt_text(&q, m->subject);
	stmt_text(&q, m->text);
	stmt_text(&q, m->html);
	stmt_text(&q, m->detail);
	if (stmt_row(&q)) {
		id = (uint64_t)stmt_get_int(&q, 0);
		stmt_row(&q);
	}
	e = stmt_end(&q);
	if (!err_is(e))
		*ret_id = id;
	return e;
}

/* Of tables m (messages) and c (its channel, or NULLs). */
/* clang-format off */
#define MESSAGE_COLUMNS \
	"m.id, m.rule, m.channel, coalesce(c.type, m.type), coalesce(c.config, m.config)," \
	" m.dedupe, m.subject, m.text, m.html, m.detail, m.severity, m.created_ms, m.state," \
	" m.attempts, m.next_ms, m.sent_ms, m.last_error, m.lane"
/* clang-format on */

static struct message message_get(struct stmt *q)
{
	return (struct message){
	    .id = (uint64_t)stmt_get_int(q, 0),
	    .rule = (uint64_t)stmt_get_int(q, 1),
	    .channel = (uint64_t)stmt_get_int(q, 2),
	    .type = stmt_get_text(q, 3),
	    .config = stmt_get_text(q, 4),
	    .dedupe = stmt_get_text(q, 5),
	    .subject = stmt_get_text(q, 6),
	    .text = stmt_get_text(q, 7),
	    .html = stmt_get_text(q, 8),
	    .detail = stmt_get_text(q, 9),
	    .severity = (uint8_t)stmt_get_int(q, 10),
	    .created_ms = stmt_get_int(q, 11),
	    .state = (uint8_t)stmt_get_int(q, 12),
	    .attempts = (uint32_t)stmt_get_int(q, 13),
	    .next_ms = stmt_get_int(q, 14),
	    .sent_ms = stmt_get_int(q, 15),
	    .last_error = stmt_get_text(q, 16),
	    .lane = stmt_get_text(q, 17),
	};
}

static struct err messages_each(struct stmt *q, store_message_fn *each, void *context)
{
	while (stmt_row(q)) {
		struct message m = message_get(q);

		if (!each(context, &m))
			break;
	}
	return stmt_end(q);
}

struct err store_each_due_message(
    struct store *s, int64_t now_ms, size_t each_max, store_message_fn *each, void *context)
{
	static const char sql[] =
	    "WITH RECURSIVE lanes (lane) AS ("
	    " SELECT min(lane) FROM messages WHERE state = 0"
	    " UNION ALL"
	    " SELECT (SELECT min(lane) FROM messages WHERE state = 0 AND lane > l.lane)"
	    " FROM lanes l WHERE l.lane IS NOT NULL)"
	    " SELECT " MESSAGE_COLUMNS " FROM lanes l JOIN messages m ON m.id IN ("
	    "  SELECT id FROM messages WHERE state = 0 AND lane = l.lane AND next_ms <= ?1"
	    "  ORDER BY id LIMIT ?2)"
	    " LEFT JOIN channels c ON c.id = m.channel"
	    " WHERE l.lane IS NOT NULL AND (m.channel = 0 OR c.enabled)";
	struct stmt q = stmt_use(s, sql);

	stmt_int(&q, now_ms);
	stmt_int(&q, (int64_t)each_max);
	return messages_each(&q, each, context);
}

struct err store_next_message_ms(struct store *s, int64_t now_ms, int64_t *ret_ms)
{
	static const char sql[] =
	    "SELECT m.next_ms FROM messages m LEFT JOIN channels c ON c.id = m.channel"
	    " WHERE m.state = 0 AND m.next_ms > ? AND (m.channel = 0 OR c.enabled)"
	    " ORDER BY m.next_ms LIMIT 1";
	struct stmt q = stmt_use(s, sql);
	int64_t next_ms = INT64_MAX;
	struct err e;

	stmt_int(&q, now_ms);
	if (stmt_row(&q))
		next_ms = stmt_get_int(&q, 0);
	e = stmt_end(&q);
	if (!err_is(e))
		*ret_ms = next_ms;
	return e;
}

static void message_keep(struct message *m, struct arena *arena)
{
	const char **const texts[] = {&m->type, &m->config, &m->dedupe, &m->subject, &m->text,
	    &m->html, &m->detail, &m->last_error, &m->lane};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		*texts[i] = arena_str(arena, *texts[i]);
}

struct err store_get_message(
    struct store *s, uint64_t id, struct arena *arena, struct message *ret_message)
{
	static const char sql[] =
	    "SELECT " MESSAGE_COLUMNS " FROM messages m LEFT JOIN channels c ON c.id = m.channel"
	    " WHERE m.id = ?";
	struct stmt q = stmt_use(s, sql);
	struct message m = {0};
	unsigned hit = arena->hit;
	struct err e;

	stmt_int(&q, (int64_t)id);
	if (stmt_row(&q)) {
		m = message_get(&q);
		message_keep(&m, arena);
	}
	e = stmt_end(&q);
	if (!err_is(e) && !m.id)
		e = err_refused(REFUSAL_MISSING, "no such message");
	if (!err_is(e) && arena->hit != hit)
		e = err_limit("a message too large to be read");
	if (!err_is(e))
		*ret_message = m;
	return e;
}

struct err store_message_sent(struct store *s, uint64_t id, int64_t now_ms)
{
	static const char sql[] =
	    "UPDATE messages SET state = 1, sent_ms = ?2, attempts = attempts + 1, last_error = ''"
	    " WHERE id = ?1";
	struct stmt q = stmt_use(s, sql);

	stmt_int(&q, (int64_t)id);
	stmt_int(&q, now_ms);
	return stmt_run(&q);
}

struct err store_message_failed(
    struct store *s, uint64_t id, enum message_state state, int64_t next_ms, const char *error)
{
	static const char sql[] =
	    "UPDATE messages SET state = ?2, next_ms = ?3, attempts = attempts + 1, last_error = ?4"
	    " WHERE id = ?1 AND state = 0";
	struct stmt q = stmt_use(s, sql);

	stmt_int(&q, (int64_t)id);
	stmt_int(&q, state);
	stmt_int(&q, next_ms);
	stmt_text(&q, error);
	return stmt_run(&q);
}

struct err store_message_again(struct store *s, uint64_t id, int64_t now_ms)
{
	static const char sql[] =
	    "UPDATE messages SET state = 0, attempts = 0, created_ms = ?2, next_ms = ?2"
	    " WHERE id = ?1 AND state IN (2, 3)";
	struct stmt q = stmt_use(s, sql);
	struct err e;

	stmt_int(&q, (int64_t)id);
	stmt_int(&q, now_ms);
	e = stmt_run(&q);
	if (!err_is(e) && sqlite3_changes(s->db) == 0)
		e = err_refused(REFUSAL_MISSING, "no such message has failed");
	return e;
}

struct err store_each_message(struct store *s, uint64_t before, enum message_state state,
    store_message_fn *each, void *context)
{
	static const char sql[] =
	    "SELECT " MESSAGE_COLUMNS " FROM messages m LEFT JOIN channels c ON c.id = m.channel"
	    " WHERE (?1 = 0 OR m.id < ?1) AND (?2 = 4 OR m.state = ?2) ORDER BY m.id DESC";
	struct stmt q = stmt_use(s, sql);

	stmt_int(&q, (int64_t)before);
	stmt_int(&q, state);
	return messages_each(&q, each, context);
}

struct err store_count_messages(struct store *s, struct message_counts *ret_counts)
{
	static const char sql[] = "SELECT state, count(*), min(created_ms) FROM messages"
				  " GROUP BY state";
	struct stmt q = stmt_use(s, sql);
	struct message_counts counts = {0};
	struct err e;

	while (stmt_row(&q)) {
		int64_t state = stmt_get_int(&q, 0);

		if (state >= 0 && state < MESSAGE_STATES)
			counts.n[state] = (uint64_t)stmt_get_int(&q, 1);
		if (state == MESSAGE_QUEUED)
			counts.oldest_queued_ms = stmt_get_int(&q, 2);
	}
	e = stmt_end(&q);
	if (!err_is(e))
		*ret_counts = counts;
	return e;
}
