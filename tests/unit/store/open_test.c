#include "store/db.h"

#include "lab.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/wait.h>

static int64_t pragma(struct store *s, const char *sql)
{
	struct stmt q = stmt_once(s, sql);
	int64_t value = stmt_row(&q) ? stmt_get_int(&q, 0) : -1;

	CHECK(went_well(stmt_end(&q), s));
	return value;
}

static void an_empty_file_becomes_a_store(void)
{
	struct store *s;
	struct stat st;
	size_t n_findings;

	finding_table(&n_findings);
	lab_clear();
	s = lab_open();

	CHECK_EQ(pragma(s, "PRAGMA user_version"), 2);
	CHECK_EQ(pragma(s, "PRAGMA synchronous"), 2);
	CHECK_EQ(pragma(s, "SELECT count(*) FROM words WHERE topic = 'finding'"), n_findings);
	CHECK(stat(lab_path, &st) == 0 && (st.st_mode & 0777 & ~0640u) == 0);
	lab_sound(s);
	store_close(s);
}

static void opened_again_it_is_as_it_was(void)
{
	struct arena a;
	struct store *s = lab_store();
	const struct lab_cert cert = {"a", "ca", "k", "1", KEY_RSA, 9000, false};
	struct chain_verdict *v;
	struct observation o;

	arena_init(&a, 1 << 20);
	v = lab_chain(&a, &cert, 1);
	o = lab_seen(1, v, 0, 5000);
	lab_put(s, v, &o);
	store_close(s);
	s = lab_open();
	CHECK_EQ(pragma(s, "SELECT count(*) FROM endpoints"), 1);
	CHECK_EQ(pragma(s, "PRAGMA user_version"), 2);
	o.last_ms = o.first_ms = 6000;
	CHECK_EQ(lab_put(s, v, &o).change, CHANGE_NONE);
	store_close(s);
	arena_done(&a);
}

static void a_store_that_is_none_is_refused(void)
{
	struct store *s = NULL;
	sqlite3 *db = NULL;
	int fd;

	lab_clear();
	sqlite3_open(lab_path, &db);
	sqlite3_exec(db, "CREATE TABLE other (x)", NULL, NULL, NULL);
	sqlite3_close(db);
	CHECK_EQ(err_class(store_open(lab_path, STORE_WRITE, &s)), ERR_INPUT);
	lab_clear();
	fd = open(lab_path, O_WRONLY | O_CREAT, 0600);
	CHECK(
	    write(fd, "this is a text and no database, whatever its name may say......", 64) == 64);
	close(fd);
	CHECK_EQ(err_class(store_open(lab_path, STORE_WRITE, &s)), ERR_IO);
	CHECK(s == NULL);
}

static void one_from_the_future_is_refused(void)
{
	struct store *s = lab_store();

	CHECK(went_well(db_exec(s, "PRAGMA user_version = 77"), s));
	store_close(s);
	s = NULL;
	CHECK_EQ(err_class(store_open(lab_path, STORE_WRITE, &s)), ERR_INPUT);
	CHECK_EQ(err_class(store_open(lab_path, STORE_READ, &s)), ERR_INPUT);
	CHECK(s == NULL);
}

static void a_reader_makes_nothing(void)
{
	struct store *s = NULL;
	struct err e;

	lab_clear();
	e = store_open(lab_path, STORE_READ, &s);
	CHECK_EQ(err_class(e), ERR_IO);
	CHECK_EQ(err_detail(e), ENOENT);
	CHECK(access(lab_path, F_OK) != 0);
	s = lab_store();
	store_close(s);
	CHECK(went_well(store_open(lab_path, STORE_READ, &s), NULL));
	CHECK_EQ(pragma(s, "SELECT count(*) FROM endpoints"), 0);
	CHECK(err_is(store_begin(s)) || err_is(db_exec(s, "DELETE FROM endpoints")));
	store_rollback(s);
	store_close(s);
}

/* A reader of another user: the file can be read, its folder not be written to. */
static void a_reader_needs_no_right_to_write(void)
{
	struct store *s = lab_store();
	int status = -1;
	pid_t pid;

	store_close(s);
	chmod(lab_folder, 0755);
	chmod(lab_path, 0644);
	fflush(stdout);
	pid = fork();
	if (pid == 0) {
		bool ok = true;

		if (getuid() == 0)
			ok = setgid(65534) == 0 && setuid(65534) == 0;
		else
			ok = chmod(lab_path, 0444) == 0 && chmod(lab_folder, 0555) == 0;
		s = NULL;
		ok = ok && !err_is(store_open(lab_path, STORE_READ, &s));
		ok = ok && pragma(s, "SELECT count(*) FROM endpoints") == 0;
		store_close(s);
		_exit(!ok);
	}
	CHECK(waitpid(pid, &status, 0) == pid && status == 0);
	chmod(lab_folder, 0700);
}

static void many_open_a_new_store_at_once(void)
{
	int failed = 0;
	pid_t pids[8];

	lab_clear();
	fflush(stdout);
	for (int i = 0; i < 8; i++) {
		pids[i] = fork();
		if (pids[i] == 0) {
			struct store *s = NULL;

			_exit(err_is(store_open(lab_path, STORE_WRITE, &s)) ||
			      pragma(s, "SELECT count(*) FROM words") < 20);
		}
	}
	for (int i = 0; i < 8; i++) {
		int status = -1;

		waitpid(pids[i], &status, 0);
		failed += status != 0;
	}
	CHECK_EQ(failed, 0);
}

static void what_is_rolled_back_is_forgotten(void)
{
	struct arena a;
	struct store *s = lab_store();
	const struct lab_cert cert = {"a", "ca", "k", "1", KEY_RSA, 9000, false};
	struct chain_verdict *v;
	struct observation o;

	arena_init(&a, 1 << 20);
	v = lab_chain(&a, &cert, 1);
	o = lab_seen(1, v, 0, 5000);
	CHECK(went_well(store_begin(s), s));
	lab_put(s, v, &o);
	store_rollback(s);
	CHECK_EQ(pragma(s, "SELECT count(*) FROM chains"), 1);
	CHECK_EQ(lab_put(s, v, &o).change, CHANGE_NEW);
	lab_sound(s);
	store_close(s);
	arena_done(&a);
}

/* Another program, forked before this one has opened anything: it waits to be told, opens the
 * store, and closes it. */
static pid_t visitor(int *ret_tell)
{
	struct store *s = NULL;
	int fds[2];
	pid_t pid;
	char byte;

	if (pipe(fds) < 0)
		exit(1);
	pid = fork();
	if (pid == 0) {
		close(fds[1]);
		if (read(fds[0], &byte, 1) == 1 && !err_is(store_open(lab_path, STORE_WRITE, &s)))
			store_close(s);
		_exit(s == NULL);
	}
	close(fds[0]);
	*ret_tell = fds[1];
	return pid;
}

/* What one handle writes is there for all, after others of this process came and went, and after
 * another program believed to be the last. */
static void a_visitor_takes_no_log_away(void)
{
	static const char sql[] = "INSERT INTO words VALUES ('test', 1, 'kept')";
	struct store *s = lab_store(), *second = NULL, *third = NULL;
	struct stat before, after;
	struct stmt q;
	char log[128];
	int tell, status = 1;
	pid_t pid;

	store_close(s);
	pid = visitor(&tell);
	s = lab_open();
	CHECK(went_well(store_open(lab_path, STORE_WRITE, &second), NULL));
	CHECK(went_well(store_open(lab_path, STORE_READ, &third), NULL));
	store_close(third);
	CHECK_EQ(pragma(second, "SELECT count(*) FROM words WHERE topic = 'test'"), 0);
	snprintf(log, sizeof(log), "%s-wal", lab_path);
	CHECK(stat(log, &before) == 0);
	CHECK(write(tell, "x", 1) == 1 && waitpid(pid, &status, 0) == pid && status == 0);
	CHECK(stat(log, &after) == 0 && after.st_ino == before.st_ino);
	q = stmt_use(s, sql);
	CHECK(went_well(stmt_run(&q), s));
	store_close(s);
	store_close(second);
	close(tell);
	s = lab_open();
	CHECK_EQ(pragma(s, "SELECT count(*) FROM words WHERE topic = 'test'"), 1);
	lab_sound(s);
	store_close(s);
}

int main(void)
{
	lab_make();
	RUN(an_empty_file_becomes_a_store);
	RUN(opened_again_it_is_as_it_was);
	RUN(a_store_that_is_none_is_refused);
	RUN(one_from_the_future_is_refused);
	RUN(a_reader_makes_nothing);
	RUN(a_reader_needs_no_right_to_write);
	RUN(many_open_a_new_store_at_once);
	RUN(what_is_rolled_back_is_forgotten);
	RUN(a_visitor_takes_no_log_away);
	lab_drop();
	return test_done();
}
