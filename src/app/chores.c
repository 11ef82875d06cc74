/*
 * chores.c: one thread that sleeps until the next chore wants to be asked. A clock that is set
 * back or forth is noticed within CHORE_SLEEP_MAX_MS.
 */
#include "app/chores.h"

#include "app/limits.h"
#include "net/clock.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <time.h>

struct chores {
	const char *name;
	const struct chore *table;
	int64_t *next_ms; /* of each */
	size_t n;
	struct store *store;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t change;
	bool started, woken, stopping;
};

static int64_t chores_do(struct chores *c, bool all)
{
	int64_t next = INT64_MAX;

	for (size_t i = 0; i < c->n && !chores_stopping(c); i++) {
		int64_t now_ms = clock_now_ms();

		if (all || c->next_ms[i] <= now_ms)
			c->next_ms[i] = c->table[i].run(c->table[i].context, c->store, now_ms);
		if (c->next_ms[i] < next)
			next = c->next_ms[i];
	}
	return next;
}

static struct timespec sleep_end(int64_t next_ms)
{
	int64_t now_ms = clock_now_ms();
	int64_t sleep_ms = next_ms > now_ms ? next_ms - now_ms : 1;
	struct timespec end;

	if (sleep_ms > CHORE_SLEEP_MAX_MS)
		sleep_ms = CHORE_SLEEP_MAX_MS;
	clock_gettime(CLOCK_MONOTONIC, &end);
	end.tv_nsec += sleep_ms % 1000 * 1000000;
	end.tv_sec += sleep_ms / 1000 + end.tv_nsec / 1000000000;
	end.tv_nsec %= 1000000000;
	return end;
}

/* Whether it was woken. */
static bool chores_sleep(struct chores *c, int64_t next_ms)
{
	struct timespec end = sleep_end(next_ms);
	bool woken;
	int rc = 0;

	pthread_mutex_lock(&c->lock);
	while (!c->woken && !c->stopping && rc == 0)
		rc = pthread_cond_timedwait(&c->change, &c->lock, &end);
	woken = c->woken;
	c->woken = false;
	pthread_mutex_unlock(&c->lock);
	return woken;
}

static void *chores_main(void *context)
{
	struct chores *c = context;
	bool all = true;

	prctl(PR_SET_NAME, c->name);
	while (!chores_stopping(c))
		all = chores_sleep(c, chores_do(c, all));
	return NULL;
}

bool chores_stopping(struct chores *c)
{
	bool stopping;

	pthread_mutex_lock(&c->lock);
	stopping = c->stopping;
	pthread_mutex_unlock(&c->lock);
	return stopping;
}

static void chores_tell(struct chores *c, bool *what)
{
	pthread_mutex_lock(&c->lock);
	*what = true;
	pthread_cond_signal(&c->change);
	pthread_mutex_unlock(&c->lock);
}

void chores_wake(struct chores *c)
{
	if (c)
		chores_tell(c, &c->woken);
}

static void lock_init(struct chores *c)
{
	pthread_condattr_t attr;

	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&c->change, &attr);
	pthread_condattr_destroy(&attr);
	pthread_mutex_init(&c->lock, NULL);
}

struct err chores_new(const char *name, const char *path, enum store_mode mode,
    const struct chore *table, size_t n, struct chores **ret_chores)
{
	struct chores *c = calloc(1, sizeof(*c));
	struct err e = OK;
	int rc;

	if (!c)
		return err_limit("out of memory");
	lock_init(c);
	c->name = name;
	c->table = table;
	c->n = n;
	c->next_ms = calloc(n + 1, sizeof(*c->next_ms));
	if (!c->next_ms)
		e = err_limit("out of memory");
	if (!err_is(e))
		e = store_open(path, mode, &c->store);
	if (!err_is(e)) {
		rc = pthread_create(&c->thread, NULL, chores_main, c);
		c->started = rc == 0;
		e = rc ? err_io(rc, "cannot start a thread") : OK;
	}
	if (err_is(e)) {
		chores_free(c);
		return e;
	}
	*ret_chores = c;
	return OK;
}

void chores_free(struct chores *c)
{
	if (!c)
		return;
	if (c->started) {
		chores_tell(c, &c->stopping);
		pthread_join(c->thread, NULL);
	}
	store_close(c->store);
	pthread_cond_destroy(&c->change);
	pthread_mutex_destroy(&c->lock);
	free(c->next_ms);
	free(c);
}
