/*
 * batch.c: transactions, and waiting for the write lock.
 *
 * SQLite's lock has no queue. A program that writes batch after batch lets go of it for
 * microseconds, and one that naps between its tries seldom comes in just then. So there is a
 * turnstile before the lock: flock() on the store's directory, held only while waiting for SQLite's
 * lock. Who has just committed must pass the turnstile again, and finds it held by the one who
 * waits. It makes the queue fair and nothing else: without it (a file system without flock) the
 * lock still holds.
 */
#include "store/db.h"
#include "store/listing.h"
#include "store/written.h"

#include <errno.h>
#include <sys/file.h>
#include <time.h>

static void nap(unsigned ms)
{
	struct timespec t = {.tv_nsec = (long)ms * 1000000};

	nanosleep(&t, NULL);
}

/* The n-th nap: 1 ms, rising. */
static unsigned nap_ms(unsigned n)
{
	return n < BUSY_NAP_MAX_MS ? n + 1 : BUSY_NAP_MAX_MS;
}

int lock_busy(void *context, int n)
{
	(void)context;
	if (n > BUSY_WAIT_MS / BUSY_NAP_MAX_MS)
		return 0;
	nap(nap_ms((unsigned)n));
	return 1;
}

void turnstile_enter(struct store *s)
{
	unsigned n = 0;

	if (s->turnstile < 0)
		return;
	while (flock(s->turnstile, LOCK_EX | LOCK_NB) < 0 && errno == EWOULDBLOCK &&
	       n < BUSY_WAIT_MS / BUSY_NAP_MAX_MS)
		nap(nap_ms(n++));
}

void turnstile_leave(struct store *s)
{
	if (s->turnstile >= 0)
		flock(s->turnstile, LOCK_UN);
}

/* Somebody else may have pruned the chains whose rows are kept in memory (prune.c). */
static struct err others_wrote(struct store *s)
{
	static const char sql[] = "PRAGMA data_version";
	struct stmt q = stmt_use(s, sql);
	int64_t version = stmt_row(&q) ? stmt_get_int(&q, 0) : 0;

	if (version != s->data_version)
		chain_rows_forget(s);
	s->data_version = version;
	return stmt_end(&q);
}

struct err store_begin(struct store *s)
{
	struct err e;

	turnstile_enter(s);
	s->failed = false;
	s->written = 0;
	e = db_exec(s, "BEGIN IMMEDIATE");
	turnstile_leave(s);
	s->changes = sqlite3_total_changes64(s->db);
	return err_is(e) ? e : others_wrote(s);
}

struct err version_unless_batch(struct store *s)
{
	return sqlite3_get_autocommit(s->db) ? written_tell(s) : OK;
}

struct err store_listing_version(struct store *s, uint64_t *ret_version)
{
	return written_version(s, WRITES_LISTED, ret_version);
}

/* All of a batch or nothing: also where the caller went on after a put that failed half-way. */
struct err store_commit(struct store *s)
{
	struct err e = s->failed ? err_bug("a batch is not stored: a part of it could not be") : OK;

	if (!err_is(e) && sqlite3_total_changes64(s->db) != s->changes)
		e = written_tell(s);
	if (!err_is(e))
		e = db_exec(s, "COMMIT");
	if (err_is(e))
		store_rollback(s);
	return e;
}

void store_rollback(struct store *s)
{
	if (!sqlite3_get_autocommit(s->db))
		sqlite3_exec(s->db, "ROLLBACK", NULL, NULL, NULL);
	chain_rows_forget(s); /* some of them were never stored */
}

struct err db_write_begin(struct store *s, bool *ret_began)
{
	bool began = sqlite3_get_autocommit(s->db) != 0;
	struct err e = began ? store_begin(s) : OK;

	*ret_began = began && !err_is(e);
	return e;
}

struct err db_write_end(struct store *s, bool began, struct err e)
{
	if (!began)
		return e;
	if (!err_is(e))
		return store_commit(s);
	store_rollback(s);
	return e;
}
