#include "app/chores.h"

#include "lib/test.h"

#include <stdatomic.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

static char folder[64], path[96], thread_name[16];
static atomic_uint ticks, waits;
static atomic_bool busy, asked_to_stop;
static struct store *seen_store;
static _Atomic(struct chores *) self;

static void begin(void)
{
	snprintf(folder, sizeof(folder), "/tmp/chores-XXXXXX");
	if (!mkdtemp(folder))
		exit(1);
	snprintf(path, sizeof(path), "%s/certscape.db", folder);
	atomic_store(&ticks, 0);
	atomic_store(&waits, 0);
	atomic_store(&busy, false);
	atomic_store(&asked_to_stop, false);
}

static void end(void)
{
	static const char *const ends[] = {"", "-wal", "-shm", "-lock"};
	char file[128];

	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		snprintf(file, sizeof(file), "%s%s", path, ends[i]);
		unlink(file);
	}
	rmdir(folder);
}

/* Wants to be asked each 20 ms. */
static int64_t tick(void *context, struct store *store, int64_t now_ms)
{
	(void)context;
	seen_store = store;
	prctl(PR_GET_NAME, thread_name);
	atomic_fetch_add(&ticks, 1);
	return now_ms + 20;
}

static int64_t wait_for_word(void *context, struct store *store, int64_t now_ms)
{
	(void)store;
	(void)now_ms;
	CHECK_STR(context, "mine");
	atomic_fetch_add(&waits, 1);
	return INT64_MAX;
}

/* As a long pass over the inventory does it. */
static int64_t take_long(void *context, struct store *store, int64_t now_ms)
{
	struct chores *c;

	(void)context;
	(void)store;
	(void)now_ms;
	atomic_store(&busy, true);
	for (int i = 0; i < 1000 && !atomic_load(&asked_to_stop); i++) {
		usleep(5000);
		c = atomic_load(&self);
		if (c && chores_stopping(c))
			atomic_store(&asked_to_stop, true);
	}
	return INT64_MAX;
}

static bool comes_to(atomic_uint *sum, unsigned n)
{
	for (int i = 0; i < 1000 && atomic_load(sum) < n; i++)
		usleep(5000);
	return atomic_load(sum) >= n;
}

/* All are asked when the thread begins. */
static void each_chore_has_its_time(void)
{
	static char mine[] = "mine";
	const struct chore table[] = {{"tick", tick, NULL}, {"wait", wait_for_word, mine}};
	struct chores *c = NULL;

	begin();
	CHECK(!err_is(chores_new("tester", path, STORE_WRITE, table, 2, &c)));
	CHECK(comes_to(&ticks, 5));
	CHECK_EQ(atomic_load(&waits), 1);
	CHECK(seen_store != NULL);
	CHECK_STR(thread_name, "tester");
	chores_free(c);
	end();
}

static void who_is_woken_asks_all_of_them(void)
{
	static char mine[] = "mine";
	const struct chore table[] = {{"wait", wait_for_word, mine}, {"too", wait_for_word, mine}};
	struct chores *c = NULL;

	begin();
	CHECK(!err_is(chores_new("tester", path, STORE_WRITE, table, 2, &c)));
	CHECK(comes_to(&waits, 2));
	for (unsigned i = 2; i < 5; i++) {
		chores_wake(c);
		CHECK(comes_to(&waits, 2 * i));
	}
	usleep(30 * 1000);
	CHECK_EQ(atomic_load(&waits), 8); /* a word is one round */
	chores_free(c);
	chores_wake(NULL);
	end();
}

static void an_end_waits_for_the_chore_that_is_done(void)
{
	struct chores *c = NULL;
	const struct chore table[] = {{"long", take_long, NULL}, {"tick", tick, NULL}};

	begin();
	CHECK(!err_is(chores_new("tester", path, STORE_WRITE, table, 2, &c)));
	atomic_store(&self, c);
	while (!atomic_load(&busy))
		usleep(1000);
	CHECK(!chores_stopping(c));
	chores_free(c);
	CHECK(atomic_load(&asked_to_stop));
	CHECK_EQ(atomic_load(&ticks), 0); /* the next one is not begun */
	end();
}

static void without_a_store_there_are_none(void)
{
	const struct chore table[] = {{"tick", tick, NULL}};
	struct chores *c = NULL;

	atomic_store(&ticks, 0);
	CHECK(err_is(chores_new("tester", "/nowhere/at/all.db", STORE_WRITE, table, 1, &c)));
	CHECK(c == NULL);
	CHECK_EQ(atomic_load(&ticks), 0);
	chores_free(NULL);
}

int main(void)
{
	RUN(each_chore_has_its_time);
	RUN(who_is_woken_asks_all_of_them);
	RUN(an_end_waits_for_the_chore_that_is_done);
	RUN(without_a_store_there_are_none);
	return test_done();
}
