/*
 * open.c: a connection to the store.
 *
 * Durability: WAL with synchronous=FULL, so that a commit is on the disk before it returns. NORMAL
 * would survive kill -9 too, but not a power cut, and with batches the difference is one fsync
 * each.
 */
#include "store/functions.h"
#include "store/written.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static int directory_open(const char *path)
{
	const char *slash = strrchr(path, '/');
	char *directory;
	int fd;

	if (!slash)
		return open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	directory = strndup(path, slash == path ? 1 : (size_t)(slash - path));
	fd = directory ? open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
	free(directory);
	return fd;
}

/*
 * SQLite would make the file with mode 0644, and tells less of why it cannot open one.
 *
 * A file that is there must not be opened here: the close would take away the locks that other
 * handles of this process have on it (POSIX: they belong to the process, and end with any close).
 * Another program that ends then believes to be the last, and removes the log that is in use.
 */
static struct err file_prepare(const char *path, enum store_mode mode)
{
	int fd = -1;

	if (mode == STORE_WRITE)
		fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0640);
	if (fd >= 0) {
		close(fd);
		return OK;
	}
	if (faccessat(AT_FDCWD, path, mode == STORE_WRITE ? R_OK | W_OK : R_OK, AT_EACCESS) == 0)
		return OK;
	return err_io(errno, "cannot open the store");
}

/* The database behind the handle. A reader who may not write to the directory cannot join the
 * writers' index of the log; where there is no log there are no writers, and the file can be read
 * as it is. */
static struct err connect_to(struct store *s, const char *path)
{
	char *log = sqlite3_mprintf("%s-wal", path);
	char *uri = NULL;
	int flags = s->mode == STORE_WRITE ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY;
	int rc = SQLITE_NOMEM;

	if (!log)
		goto out;
	rc = sqlite3_open_v2(path, &s->db, flags | SQLITE_OPEN_NOMUTEX, NULL);
	if (rc != SQLITE_OK)
		goto out;
	sqlite3_busy_handler(s->db, lock_busy, NULL);
	rc = sqlite3_exec(s->db, "SELECT 1 FROM sqlite_schema", NULL, NULL, NULL);
	if ((rc != SQLITE_CANTOPEN && rc != SQLITE_READONLY) || s->mode == STORE_WRITE ||
	    access(log, F_OK) == 0 || strpbrk(path, "?#%"))
		goto out;
	sqlite3_close(s->db);
	s->db = NULL;
	uri = sqlite3_mprintf("file:%s?immutable=1", path);
	rc = SQLITE_NOMEM;
	if (uri)
		rc = sqlite3_open_v2(
		    uri, &s->db, flags | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX, NULL);
out:
	sqlite3_free(log);
	sqlite3_free(uri);
	return rc == SQLITE_OK ? OK : db_error(s, rc);
}

/* A connection is one thread's, so SQLite needs no lock around each of its calls; nor does anybody
 * ask it how many bytes it has. Can be said only before the first connection of a process; later it
 * is refused and has been said. */
static void settings_of_process(void)
{
	sqlite3_config(SQLITE_CONFIG_MULTITHREAD);
	sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

/* Foreign keys stay off (SQLite's default): looking for the parent of every new row is a tenth of
 * the time to store it, and all rows are written by this room alone. The tests have them on, and
 * `db check` looks for rows without their parent. */
static struct err settings(struct store *s)
{
	char sql[256];

	snprintf(sql, sizeof(sql), "PRAGMA cache_size = -%d; PRAGMA trusted_schema = OFF;",
	    PAGE_CACHE_KIB);
	return db_exec(s, sql);
}

static struct err settings_for_writing(struct store *s)
{
	char sql[256];
	struct err e;

	snprintf(sql, sizeof(sql),
	    "PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = %d;"
	    "PRAGMA journal_size_limit = %d;",
	    CHECKPOINT_PAGES, LOG_KEPT_BYTES);
	turnstile_enter(s); /* the first one of all changes the file's mode, alone */
	e = db_exec(s, "PRAGMA journal_mode = WAL");
	turnstile_leave(s);
	return err_is(e) ? e : db_exec(s, sql);
}

struct err store_open(const char *path, enum store_mode mode, struct store **ret_store)
{
	struct store *s = NULL;
	struct err e = file_prepare(path, mode);

	if (err_is(e))
		return e;
	settings_of_process();
	s = calloc(1, sizeof(*s));
	if (s)
		s->chains = calloc(CHAIN_SLOTS, sizeof(*s->chains));
	if (!s || !s->chains) {
		e = err_limit("no memory for the store");
		goto out;
	}
	s->walk_steps_max = WALK_STEPS_MAX;
	s->hits_max = HITS_MAX;
	s->mode = mode;
	s->turnstile = mode == STORE_WRITE ? directory_open(path) : -1;
	e = connect_to(s, path);
	if (!err_is(e))
		e = settings(s);
	if (!err_is(e))
		e = functions_register(s);
	if (!err_is(e))
		e = written_register(s);
	if (!err_is(e) && mode == STORE_WRITE)
		e = settings_for_writing(s);
	if (!err_is(e))
		e = migrate(s);
	if (err_is(e))
		goto out;
	*ret_store = s;
	s = NULL;
out:
	store_close(s);
	return e;
}

void store_close(struct store *s)
{
	if (!s)
		return;
	for (size_t i = 0; i < s->n_statements; i++)
		sqlite3_finalize(s->statements[i].p);
	sqlite3_close(s->db);
	if (s->turnstile >= 0)
		close(s->turnstile);
	overview_forget(s);
	kept_forget(s);
	free(s->chains);
	free(s);
}

const char *store_detail(const struct store *s)
{
	return s->detail;
}
