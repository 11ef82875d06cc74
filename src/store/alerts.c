/*
 * alerts.c: a row per server, certificate (or name) and reason. Sightings add to it; whether it is
 * told again depends on when it was told last, so that a thousand clients and ten restarts of the
 * sensor are one message. Time is that of the packets. A name is what some client chose to send: of
 * those of one server and reason there are ALERT_NAMES_MAX, and one row for all others.
 */
#include "store/db.h"

#include "store/limits.h"

#include <stdio.h>

enum { SUBJECT_KEY_MAX = NAME_MAX_LEN }; /* a digest in hex is shorter */

_Static_assert((int)SUBJECT_KEY_MAX >= (int)DIGEST256_TEXT_MAX, "a digest must fit");

/* A digest has no dots and a name of 64 hex digits has no certificate: they cannot be confused. */
static const char *subject_key(const struct alert *a, char key[SUBJECT_KEY_MAX])
{
	if (!digest256_is_zero(&a->certificate))
		return digest256_text(&a->certificate, key);
	snprintf(key, SUBJECT_KEY_MAX, "%s", a->server.name);
	return key;
}

#define ALERT_COLUMNS                                                                              \
	"addr, zone, port, transport, name, id, certificate, reason, severity, client, direction," \
	" first_ms, last_ms, connections, clients, subject, evidence, told_ms"

static struct alert alert_get(struct stmt *q)
{
	struct span client = stmt_get_blob(q, 9);
	struct alert a = {
	    .id = (uint64_t)stmt_get_int(q, 5),
	    .certificate = stmt_get_digest(q, 6),
	    .reason = (uint16_t)stmt_get_int(q, 7),
	    .severity = (uint8_t)stmt_get_int(q, 8),
	    .sensed = {.direction = (uint8_t)stmt_get_int(q, 10)},
	    .first_ms = stmt_get_int(q, 11),
	    .last_ms = stmt_get_int(q, 12),
	    .connections = (uint64_t)stmt_get_int(q, 13),
	    .clients = (uint32_t)stmt_get_int(q, 14),
	};

	endpoint_get(q, 0, &a.server);
	if (client.n == sizeof(a.sensed.client.b))
		memcpy(a.sensed.client.b, client.p, client.n);
	stmt_get_chars(q, 15, a.subject, sizeof(a.subject));
	stmt_get_chars(q, 16, a.evidence, sizeof(a.evidence));
	return a;
}

static void alert_bind(struct stmt *q, const struct alert *a, const char *key, const char *ip)
{
	stmt_blob(q, a->server.addr.b, sizeof(a->server.addr.b));
	stmt_int(q, a->server.port);
	stmt_int(q, a->server.transport);
	stmt_int(q, a->server.addr.zone);
	stmt_text(q, key);
	stmt_int(q, a->reason);
	stmt_text(q, ip);
	stmt_text(q, a->server.name);
	stmt_blob(q, a->certificate.b, sizeof(a->certificate.b));
	stmt_int(q, a->severity);
	stmt_blob(q, a->sensed.client.b, sizeof(a->sensed.client.b));
	stmt_int(q, a->sensed.direction);
	stmt_int(q, a->first_ms);
	stmt_int(q, a->last_ms);
	stmt_int(q, (int64_t)a->connections);
	stmt_int(q, a->clients);
	stmt_text(q, a->subject);
	stmt_text(q, a->evidence);
}

static struct err told_set(struct store *s, uint64_t id, int64_t told_ms)
{
	static const char sql[] = "UPDATE alerts SET told_ms = ?2 WHERE id = ?1";
	struct stmt q = stmt_use(s, sql);

	stmt_int(&q, (int64_t)id);
	stmt_int(&q, told_ms);
	return stmt_run(&q);
}

/* INT64_MIN is never: a new row. */
static bool is_due(int64_t told_ms, int64_t now_ms, int64_t suppress_ms)
{
	if (told_ms == INT64_MIN)
		return true;
	return suppress_ms && now_ms - told_ms > suppress_ms;
}

/* Would this name be one too many? */
static struct err names_full(struct store *s, const struct alert *a, bool *ret_full)
{
	static const char sql[] =
	    "SELECT count(*) >= ?7 AND NOT max(subject_key = ?5) FROM alerts WHERE addr = ?1"
	    " AND port = ?2 AND transport = ?3 AND zone = ?4 AND reason = ?6"
	    " AND certificate = zeroblob(32)";
	struct stmt q = stmt_use(s, sql);

	stmt_blob(&q, a->server.addr.b, sizeof(a->server.addr.b));
	stmt_int(&q, a->server.port);
	stmt_int(&q, a->server.transport);
	stmt_int(&q, a->server.addr.zone);
	stmt_text(&q, a->server.name);
	stmt_int(&q, a->reason);
	stmt_int(&q, ALERT_NAMES_MAX);
	if (stmt_row(&q))
		*ret_full = stmt_get_int(&q, 0) != 0;
	return stmt_end(&q);
}

/* The row that it belongs to. */
static struct err put(
    struct store *s, const struct alert *alert, struct alert *ret_known, int64_t *ret_told_ms)
{
	static const char sql[] =
	    "INSERT INTO alerts (addr, port, transport, zone, subject_key, reason, ip, name,"
	    " certificate, severity, client, direction, first_ms, last_ms, connections, clients,"
	    " subject, evidence, told_ms)"
	    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17,"
	    " ?18, -9223372036854775808)"
	    " ON CONFLICT DO UPDATE SET first_ms = min(first_ms, ?13), last_ms = max(last_ms, ?14),"
	    " connections = connections + ?15, clients = max(clients, ?16), severity = ?10"
	    " RETURNING " ALERT_COLUMNS;
	char key[SUBJECT_KEY_MAX], ip[ADDR_TEXT_MAX];
	struct stmt q = stmt_use(s, sql);

	alert_bind(&q, alert, subject_key(alert, key), addr_text(&alert->server.addr, ip));
	if (stmt_row(&q)) {
		*ret_known = alert_get(&q);
		*ret_told_ms = stmt_get_int(&q, 17);
		stmt_row(&q);
	}
	return stmt_end(&q);
}

struct err store_put_alert(struct store *s, const struct alert *alert, int64_t suppress_ms,
    struct alert *ret_alert, bool *ret_tell)
{
	struct alert named = *alert, known = {0};
	int64_t told_ms = 0;
	bool full = false, due;
	struct err e = OK;

	if (digest256_is_zero(&alert->certificate))
		e = names_full(s, alert, &full);
	if (full)
		snprintf(named.server.name, sizeof(named.server.name), ALERT_OTHER_NAMES);
	if (!err_is(e))
		e = put(s, &named, &known, &told_ms);
	due = is_due(told_ms, alert->last_ms, suppress_ms);
	if (!err_is(e) && due)
		e = told_set(s, known.id, alert->last_ms);
	if (err_is(e))
		return e;
	*ret_alert = known;
	*ret_tell = due;
	return OK;
}

static struct err alerts_each(struct stmt *q, store_alert_fn *each, void *context)
{
	while (stmt_row(q)) {
		struct alert a = alert_get(q);

		if (!each(context, &a))
			break;
	}
	return stmt_end(q);
}

struct err store_each_alert(struct store *s, int64_t since_ms, store_alert_fn *each, void *context)
{
	static const char sql[] = "SELECT " ALERT_COLUMNS " FROM alerts WHERE last_ms >= ?"
				  " ORDER BY last_ms, id";
	struct stmt q = stmt_use(s, sql);

	stmt_int(&q, since_ms);
	return alerts_each(&q, each, context);
}

struct err store_each_alert_after(struct store *s, uint64_t after, uint16_t reason,
    uint16_t other_reason, store_alert_fn *each, void *context)
{
	static const char sql[] = "SELECT " ALERT_COLUMNS " FROM alerts WHERE id > ?"
				  " AND reason IN (?, ?) ORDER BY certificate, addr, port, id";
	struct stmt q = stmt_use(s, sql);

	stmt_int(&q, (int64_t)after);
	stmt_int(&q, reason);
	stmt_int(&q, other_reason);
	return alerts_each(&q, each, context);
}

struct err store_newest_alert(struct store *s, uint64_t *ret_id)
{
	static const char sql[] = "SELECT max(id) FROM alerts";

	return stmt_number(s, sql, ret_id);
}
