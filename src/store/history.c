/*
 * history.c: changes, read in the order in which they happened to be told.
 */
#include "store/db.h"
#include "store/listing.h"

#include <stdio.h>

#define CHANGES_SELECT                                                                             \
	"SELECT h.sequence, h.run, h.at_ms, h.kind, b.digest, a.digest, e.addr, e.zone, e.port,"   \
	" e.transport, e.name FROM changes h JOIN endpoints e ON e.id = h.endpoint"                \
	" JOIN chains b ON b.id = h.before JOIN chains a ON a.id = h.after "

static void change_get(struct stmt *q, struct change *ret_change)
{
	*ret_change = (struct change){
	    .sequence = (uint64_t)stmt_get_int(q, 0),
	    .run = (uint64_t)stmt_get_int(q, 1),
	    .at_ms = stmt_get_int(q, 2),
	    .kind = (enum change_kind)stmt_get_int(q, 3),
	    .before = stmt_get_digest(q, 4),
	    .after = stmt_get_digest(q, 5),
	};
	endpoint_get(q, 6, &ret_change->endpoint);
}

static struct err changes_each(struct stmt *q, store_change_fn *each, void *context)
{
	while (stmt_row(q)) {
		struct change change;

		change_get(q, &change);
		if (!each(context, &change))
			break;
	}
	return stmt_end(q);
}

struct err store_each_change(struct store *s, uint64_t after, store_change_fn *each, void *context)
{
	static const char sql[] = CHANGES_SELECT "WHERE h.sequence > ? ORDER BY h.sequence";
	struct stmt q = stmt_use(s, sql);

	stmt_int(&q, (int64_t)after);
	return changes_each(&q, each, context);
}

struct err store_history(
    struct store *s, const struct addr *addr, uint16_t port, store_change_fn *each, void *context)
{
	static const char sql[] = CHANGES_SELECT
	    "WHERE e.addr = ?1 AND (?2 = 0 OR e.port = ?2) AND (?3 = 0 OR e.zone = ?3)"
	    " ORDER BY h.sequence";
	struct stmt q = stmt_use(s, sql);

	stmt_blob(&q, addr->b, sizeof(addr->b));
	stmt_int(&q, port);
	stmt_int(&q, addr->zone);
	return changes_each(&q, each, context);
}

/* A side of a change: columns of the leaf, or NULLs. */
static const struct cert_brief *side_get(struct stmt *q, int column, struct arena *arena)
{
	struct cert_brief brief;

	if (stmt_get_null(q, column))
		return NULL;
	brief_get(q, column, arena, &brief);
	return arena_dup(arena, &brief, sizeof(brief));
}

#define SIDE(k)                                                                                    \
	k ".sha256, " k ".subject_cn, " k ".issuer_cn, " k ".not_before_s, " k ".not_after_s, " k  \
	  ".is_ca, " k ".self_signed"

/* The columns of CHANGES_SELECT, the host name, the two sides. */
static const char told_sql[] =
    "SELECT h.sequence, h.run, h.at_ms, h.kind, b.digest, a.digest, e.addr, e.zone, e.port,"
    " e.transport, e.name, e.hostname, " SIDE("kb") ", " SIDE(
	"ka") " FROM changes h JOIN endpoints e ON e.id = h.endpoint JOIN chains b ON b.id = "
	      "h.before"
	      " JOIN chains a ON a.id = h.after LEFT JOIN certificates kb ON kb.id = b.leaf"
	      " LEFT JOIN certificates ka ON ka.id = a.leaf"
	      " WHERE (?1 = 0 OR h.sequence < ?1) AND (?2 = 0 OR h.kind = ?2)";

static const char told_at_sql[] =
    " AND h.endpoint IN (SELECT id FROM endpoints WHERE addr = ?4 AND (?5 = 0 OR port = ?5))";

static struct err told_each(struct stmt *q, store_told_change_fn *each, void *context)
{
	struct arena arena;
	bool more = true;

	arena_init(&arena, ROW_BYTES_MAX);
	while (more && stmt_row(q)) {
		struct told_change t = {0};

		arena_reset(&arena);
		change_get(q, &t.change);
		t.hostname = stmt_get_text(q, 11);
		t.before = side_get(q, 12, &arena);
		t.after = side_get(q, 19, &arena);
		more = each(context, &t);
	}
	arena_done(&arena);
	return stmt_end(q);
}

struct err store_changes(
    struct store *s, const struct change_filter *filter, store_told_change_fn *each, void *context)
{
	struct stmt q;
	char sql[sizeof(told_sql) + sizeof(told_at_sql) + 64];

	snprintf(sql, sizeof(sql), "%s%s ORDER BY h.sequence DESC LIMIT ?3", told_sql,
	    filter->has_addr ? told_at_sql : "");
	q = stmt_once(s, sql);
	stmt_int(&q, (int64_t)filter->before);
	stmt_int(&q, filter->kind);
	stmt_int(&q, filter->limit ? (int64_t)filter->limit : -1);
	if (filter->has_addr) {
		stmt_blob(&q, filter->addr.b, sizeof(filter->addr.b));
		stmt_int(&q, filter->port);
	}
	return told_each(&q, each, context);
}
