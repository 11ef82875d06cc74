/*
 * touched.c: which endpoints, chains and certificates a batch wrote to, as one row of listing_log
 * in the same transaction: who keeps anything of the inventory in memory knows what is new. 5 bytes
 * a thing, one row a batch; the oldest rows go, and a reader that is further behind reads
 * everything anew.
 */
#include "store/db.h"
#include "store/listing.h"

enum { TOUCHED_ID_BYTES = 5 };

void touched_init(struct store *s)
{
	for (size_t i = 0; i < TOUCHED_KINDS; i++)
		buf_init(&s->touched[i], TOUCHED_BYTES_MAX);
}

void touched_forget(struct store *s)
{
	s->touched_any = false;
	for (size_t i = 0; i < TOUCHED_KINDS; i++)
		buf_reset(&s->touched[i]);
}

void touched_done(struct store *s)
{
	for (size_t i = 0; i < TOUCHED_KINDS; i++)
		buf_done(&s->touched[i]);
}

void touched(struct store *s, enum touched_kind kind, int64_t row)
{
	s->touched_any = true;
	if (kind < TOUCHED_KINDS)
		buf_le(&s->touched[kind], (uint64_t)row, TOUCHED_ID_BYTES);
}

int64_t touched_next(struct span *ids)
{
	return ids->n ? (int64_t)span_le(ids, TOUCHED_ID_BYTES) : 0;
}

static struct err log_trim(struct store *s)
{
	static const char sql[] = "DELETE FROM listing_log WHERE id <= ?";
	struct stmt q = stmt_use(s, sql);

	stmt_int(&q, sqlite3_last_insert_rowid(s->db) - TOUCHED_LOG_MAX);
	return stmt_run(&q);
}

/* A list that did not fit is NULL: everything. */
static struct err log_add(struct store *s)
{
	static const char sql[] = "INSERT INTO listing_log (endpoints, chains, certificates)"
				  " VALUES (?, ?, ?)";
	struct stmt q = stmt_use(s, sql);

	for (size_t i = 0; i < TOUCHED_KINDS; i++) {
		if (s->touched[i].full)
			stmt_null(&q);
		else
			stmt_blob(&q, s->touched[i].p, s->touched[i].n);
	}
	return stmt_run(&q);
}

struct err touched_log(struct store *s)
{
	struct err e = OK;

	if (s->touched_any)
		e = log_add(s);
	if (!err_is(e) && s->touched_any)
		e = log_trim(s);
	touched_forget(s);
	return e;
}

struct err touched_unless_batch(struct store *s)
{
	return sqlite3_get_autocommit(s->db) ? touched_log(s) : OK;
}

struct err store_listing_version(struct store *s, uint64_t *ret_version)
{
	return stmt_number(s, "SELECT max(id) FROM listing_log", ret_version);
}
