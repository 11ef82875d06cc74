/*
 * db.c: statements, prepared once and kept by the address of their SQL, so that the SQL can stand
 * where it is used. A statement that is asked for while it is running (a callback that asks again)
 * is prepared a second time instead of being torn from under the first.
 */
#include "store/db.h"
#include "store/written.h"

#include <errno.h>
#include <stdio.h>

struct err db_error(struct store *s, int rc)
{
	static const struct {
		int rc;
		int errnum; /* 0: the system has no word for it */
		const char *what;
	} table[] = {
	    {SQLITE_BUSY, EBUSY, "another program kept the store for too long"},
	    {SQLITE_LOCKED, EBUSY, "the store is in use by this program itself"},
	    {SQLITE_FULL, ENOSPC, "cannot write to the store"},
	    {SQLITE_READONLY, EROFS, "cannot write to the store"},
	    {SQLITE_CANTOPEN, ENOENT, "cannot open the store"},
	    {SQLITE_PERM, EACCES, "cannot open the store"},
	    {SQLITE_NOMEM, ENOMEM, "no memory for the store"},
	    {SQLITE_CORRUPT, 0, "the store is damaged"},
	    {SQLITE_NOTADB, 0, "this file is not a certscape store"},
	    {SQLITE_IOERR, EIO, "cannot read or write the store"},
	    {SQLITE_INTERRUPT, EINTR, "the store was interrupted"},
	};

	s->failed = true;
	snprintf(s->detail, sizeof(s->detail), "%s", s->db ? sqlite3_errmsg(s->db) : "");
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		if ((rc & 0xff) == table[i].rc)
			return err_io(table[i].errnum, table[i].what);
	return err_bug("the store refused a statement");
}

struct err db_exec(struct store *s, const char *sql)
{
	int rc;

	written_forget(s);
	rc = sqlite3_exec(s->db, sql, NULL, NULL, NULL);
	s->written |= written_by_prepared(s);
	return rc == SQLITE_OK ? OK : db_error(s, rc);
}

struct err db_read_begin(struct store *s, bool *ret_began)
{
	struct err e = OK;
	bool began = sqlite3_get_autocommit(s->db) != 0;

	if (began)
		e = db_exec(s, "BEGIN");
	*ret_began = began && !err_is(e);
	return e;
}

void db_read_end(struct store *s, bool began)
{
	if (began)
		sqlite3_exec(s->db, "COMMIT", NULL, NULL, NULL);
}

int64_t db_changes(struct store *s)
{
	return sqlite3_changes64(s->db);
}

struct stmt stmt_once(struct store *s, const char *sql)
{
	struct stmt q = {.s = s, .own = true};

	written_forget(s);
	q.rc = sqlite3_prepare_v2(s->db, sql, -1, &q.p, NULL);
	q.writes = written_by_prepared(s);
	return q;
}

struct stmt stmt_use(struct store *s, const char *sql)
{
	struct stmt q = {.s = s};
	size_t i = 0;

	while (i < s->n_statements && s->statements[i].sql != sql)
		i++;
	if (i < s->n_statements && !sqlite3_stmt_busy(s->statements[i].p)) {
		q.p = s->statements[i].p;
		q.writes = s->statements[i].writes;
		return q;
	}
	if (i < s->n_statements || i == STATEMENTS_MAX)
		return stmt_once(s, sql);
	written_forget(s);
	q.rc = sqlite3_prepare_v3(s->db, sql, -1, SQLITE_PREPARE_PERSISTENT, &q.p, NULL);
	q.writes = written_by_prepared(s);
	if (q.rc == SQLITE_OK)
		s->statements[s->n_statements++] = (struct statement){sql, q.p, q.writes};
	return q;
}

void stmt_int(struct stmt *q, int64_t value)
{
	if (q->rc == SQLITE_OK)
		q->rc = sqlite3_bind_int64(q->p, ++q->at, value);
}

void stmt_null(struct stmt *q)
{
	if (q->rc == SQLITE_OK)
		q->rc = sqlite3_bind_null(q->p, ++q->at);
}

void stmt_text(struct stmt *q, const char *text)
{
	if (q->rc == SQLITE_OK)
		q->rc = sqlite3_bind_text(q->p, ++q->at, text ? text : "", -1, SQLITE_STATIC);
}

void stmt_blob(struct stmt *q, const void *p, size_t n)
{
	if (q->rc == SQLITE_OK)
		q->rc = sqlite3_bind_blob64(q->p, ++q->at, n ? p : "", n, SQLITE_STATIC);
}

void stmt_digest(struct stmt *q, const struct digest256 *d)
{
	stmt_blob(q, d->b, sizeof(d->b));
}

bool stmt_row(struct stmt *q)
{
	int rc;

	if (q->rc != SQLITE_OK)
		return false;
	rc = sqlite3_step(q->p);
	if (rc == SQLITE_ROW)
		return true;
	if (rc != SQLITE_DONE)
		q->rc = rc;
	return false;
}

struct err stmt_end(struct stmt *q)
{
	struct err e = q->rc == SQLITE_OK ? OK : db_error(q->s, q->rc);

	if (q->writes && sqlite3_changes64(q->s->db) > 0)
		q->s->written |= q->writes;
	if (q->own) {
		sqlite3_finalize(q->p);
	} else if (q->p) {
		sqlite3_reset(q->p);
		sqlite3_clear_bindings(q->p);
	}
	q->p = NULL;
	return e;
}

struct err stmt_run(struct stmt *q)
{
	stmt_row(q);
	return stmt_end(q);
}

struct err stmt_number(struct store *s, const char *sql, uint64_t *ret_number)
{
	struct stmt q = stmt_use(s, sql);
	uint64_t number = 0;
	struct err e;

	if (stmt_row(&q))
		number = (uint64_t)stmt_get_int(&q, 0);
	e = stmt_end(&q);
	if (!err_is(e))
		*ret_number = number;
	return e;
}

int64_t stmt_get_int(struct stmt *q, int column)
{
	return sqlite3_column_int64(q->p, column);
}

bool stmt_get_null(struct stmt *q, int column)
{
	return sqlite3_column_type(q->p, column) == SQLITE_NULL;
}

const char *stmt_get_text(struct stmt *q, int column)
{
	const unsigned char *text = sqlite3_column_text(q->p, column);

	return text ? (const char *)text : "";
}

struct span stmt_get_blob(struct stmt *q, int column)
{
	const void *p = sqlite3_column_blob(q->p, column);

	return span_of(p ? p : "", p ? (size_t)sqlite3_column_bytes(q->p, column) : 0);
}

struct digest256 stmt_get_digest(struct stmt *q, int column)
{
	struct span blob = stmt_get_blob(q, column);
	struct digest256 d = {{0}};

	if (blob.n == sizeof(d.b))
		memcpy(d.b, blob.p, sizeof(d.b));
	return d;
}

void stmt_get_chars(struct stmt *q, int column, char *text, size_t size)
{
	const char *from = stmt_get_text(q, column);
	size_t n = strnlen(from, size - 1);

	memcpy(text, from, n);
	text[n] = 0;
}
