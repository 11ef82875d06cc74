/*
 * lanes.c: a ring of calls under a lock for each lane, and threads that take from it. The work is
 * milliseconds of SQLite each, so a lock a call costs nothing that could be measured.
 */
#include "app/lanes.h"

#include "app/limits.h"
#include "store/store.h"
#include "web/web.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/prctl.h>

static const struct lane_row {
	const char *name;
	enum store_mode mode;
	size_t threads;
} rows[LANE_MAX] = {
    [LANE_READ] = {"read", STORE_READ, LANE_READERS},
    [LANE_WRITE] = {"write", STORE_WRITE, 1},
    [LANE_LOGIN] = {"login", STORE_WRITE, 1},
    [LANE_EXPORT] = {"export", STORE_READ, 1},
};

struct queue {
	pthread_mutex_t lock;
	pthread_cond_t some;
	struct web_call *calls[LANE_WAITING_MAX]; /* a ring */
	size_t first, n;
	uint64_t refused;
	bool closed;
};

struct lane_thread {
	struct queue *queue;
	const struct lane_row *row;
	struct store *store;
	pthread_t thread;
	bool started;
};

struct lanes {
	struct queue queues[LANE_MAX];
	struct lane_thread threads[LANE_THREADS_MAX];
	size_t n_threads;
};

const char *lane_text(enum lane lane)
{
	return rows[lane].name;
}

/* NULL: the lane is closed. */
static struct web_call *queue_take(struct queue *q)
{
	struct web_call *call = NULL;

	pthread_mutex_lock(&q->lock);
	while (!q->n && !q->closed)
		pthread_cond_wait(&q->some, &q->lock);
	if (q->n && !q->closed) {
		call = q->calls[q->first];
		q->first = (q->first + 1) % LANE_WAITING_MAX;
		q->n--;
	}
	pthread_mutex_unlock(&q->lock);
	return call;
}

static void *lane_main(void *context)
{
	struct lane_thread *t = context;
	struct web_call *call;

	prctl(PR_SET_NAME, t->row->name);
	while ((call = queue_take(t->queue)))
		web_work(call, t->store);
	return NULL;
}

bool lanes_submit(struct lanes *l, enum lane lane, struct web_call *call)
{
	struct queue *q = &l->queues[lane];
	bool taken;

	pthread_mutex_lock(&q->lock);
	taken = !q->closed && q->n < LANE_WAITING_MAX;
	if (taken) {
		q->calls[(q->first + q->n++) % LANE_WAITING_MAX] = call;
		pthread_cond_signal(&q->some);
	} else {
		q->refused++;
	}
	pthread_mutex_unlock(&q->lock);
	return taken;
}

void lanes_count(struct lanes *l, enum lane lane, size_t *ret_waiting, uint64_t *ret_refused)
{
	struct queue *q = &l->queues[lane];

	pthread_mutex_lock(&q->lock);
	*ret_waiting = q->n;
	*ret_refused = q->refused;
	pthread_mutex_unlock(&q->lock);
}

static struct err thread_start(struct lanes *l, const char *store, enum lane lane)
{
	struct lane_thread *t = &l->threads[l->n_threads++];
	struct err e;
	int rc;

	t->row = &rows[lane];
	t->queue = &l->queues[lane];
	e = store_open(store, t->row->mode, &t->store);
	if (err_is(e))
		return e;
	rc = pthread_create(&t->thread, NULL, lane_main, t);
	t->started = rc == 0;
	return rc ? err_io(rc, "cannot start a thread") : OK;
}

/* Writers first: they make the store where there is none. */
static struct err threads_start(struct lanes *l, const char *store)
{
	static const enum lane order[] = {LANE_WRITE, LANE_LOGIN, LANE_READ, LANE_EXPORT};

	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++)
		for (size_t k = 0; k < rows[order[i]].threads; k++) {
			struct err e = thread_start(l, store, order[i]);

			if (err_is(e))
				return e;
		}
	return OK;
}

struct err lanes_new(const char *store, struct lanes **ret_lanes)
{
	struct lanes *l = calloc(1, sizeof(*l));
	struct err e;

	if (!l)
		return err_limit("out of memory");
	for (size_t i = 0; i < LANE_MAX; i++) {
		pthread_mutex_init(&l->queues[i].lock, NULL);
		pthread_cond_init(&l->queues[i].some, NULL);
	}
	e = threads_start(l, store);
	if (err_is(e)) {
		lanes_free(l);
		return e;
	}
	*ret_lanes = l;
	return OK;
}

static void queue_close(struct queue *q)
{
	pthread_mutex_lock(&q->lock);
	q->closed = true;
	pthread_cond_broadcast(&q->some);
	pthread_mutex_unlock(&q->lock);
}

static void queue_done(struct queue *q)
{
	for (; q->n; q->n--) {
		web_turn_away(q->calls[q->first]);
		q->first = (q->first + 1) % LANE_WAITING_MAX;
	}
	pthread_cond_destroy(&q->some);
	pthread_mutex_destroy(&q->lock);
}

void lanes_free(struct lanes *l)
{
	if (!l)
		return;
	for (size_t i = 0; i < LANE_MAX; i++)
		queue_close(&l->queues[i]);
	for (size_t i = 0; i < l->n_threads; i++) {
		if (l->threads[i].started)
			pthread_join(l->threads[i].thread, NULL);
		store_close(l->threads[i].store);
	}
	for (size_t i = 0; i < LANE_MAX; i++)
		queue_done(&l->queues[i]);
	free(l);
}
