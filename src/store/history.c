/*
 * history.c: changes, read in the order in which they happened to be told.
 */
#include "store/db.h"

#define CHANGES_SELECT                                                                             \
	"SELECT h.sequence, h.run, h.at_ms, h.kind, b.digest, a.digest, e.addr, e.zone, e.port,"   \
	" e.transport, e.name FROM changes h JOIN endpoints e ON e.id = h.endpoint"                \
	" JOIN chains b ON b.id = h.before JOIN chains a ON a.id = h.after "

static struct err changes_each(struct stmt *q, store_change_fn *each, void *context)
{
	while (stmt_row(q)) {
		struct change change = {
		    .sequence = (uint64_t)stmt_get_int(q, 0),
		    .run = (uint64_t)stmt_get_int(q, 1),
		    .at_ms = stmt_get_int(q, 2),
		    .kind = (enum change_kind)stmt_get_int(q, 3),
		    .before = stmt_get_digest(q, 4),
		    .after = stmt_get_digest(q, 5),
		};

		endpoint_get(q, 6, &change.endpoint);
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
