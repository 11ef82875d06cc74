/*
 * deliveries.c: who may be sent next. Of the lanes that have something due, are not on their way
 * and need not wait, the one that was served longest ago. A message is marked after it was carried:
 * a crash in between sends it twice, never not at all.
 */
#include "alert/deliveries.h"

#include "alert/limits.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Troubles of a lane, kept as long as it has any. */
struct lane_state {
	char name[LANE_NAME_MAX]; /* "": free */
	unsigned fails; /* one after the other */
	int64_t next_ms; /* not before */
	uint64_t served; /* when it was last served, in messages */
	bool out; /* a message is on its way */
};

enum job_state {
	JOB_FREE,
	JOB_OUT,
	JOB_BACK,
};

/* A carrier and what it carries. */
struct job {
	struct deliveries *d;
	pthread_t thread;
	bool started;
	enum job_state state; /* under the lock */
	struct arena arena;
	struct parcel parcel;
	struct delivery delivery;
	uint64_t message;
	int64_t created_ms;
	struct lane_state *lane;
};

struct deliveries {
	struct deliveries_config config;
	pthread_mutex_t lock;
	pthread_cond_t change; /* a job for a carrier, a job back, the end */
	bool ending;
	uint64_t served;
	struct job jobs[CARRIERS_MAX];
	struct lane_state lanes[DELIVERY_LANES_MAX];
};

/* Carriers. */

static void *carrier_main(void *context)
{
	struct job *job = context;
	struct deliveries *d = job->d;

	pthread_mutex_lock(&d->lock);
	for (;;) {
		while (job->state != JOB_OUT && !d->ending)
			pthread_cond_wait(&d->change, &d->lock);
		if (job->state != JOB_OUT)
			break;
		pthread_mutex_unlock(&d->lock);
		d->config.carry(d->config.context, &job->parcel, &job->delivery);
		pthread_mutex_lock(&d->lock);
		job->state = JOB_BACK;
		pthread_cond_broadcast(&d->change);
		pthread_mutex_unlock(&d->lock);
		d->config.wake(d->config.context);
		pthread_mutex_lock(&d->lock);
	}
	pthread_mutex_unlock(&d->lock);
	return NULL;
}

static enum job_state job_state(struct job *job)
{
	enum job_state state;

	pthread_mutex_lock(&job->d->lock);
	state = job->state;
	pthread_mutex_unlock(&job->d->lock);
	return state;
}

static void job_set(struct job *job, enum job_state state)
{
	pthread_mutex_lock(&job->d->lock);
	job->state = state;
	pthread_cond_broadcast(&job->d->change);
	pthread_mutex_unlock(&job->d->lock);
}

static struct job *job_free(struct deliveries *d)
{
	for (unsigned i = 0; i < d->config.carriers; i++)
		if (job_state(&d->jobs[i]) == JOB_FREE)
			return &d->jobs[i];
	return NULL;
}

/* Lanes. */

static struct lane_state *lane_find(struct deliveries *d, const char *name)
{
	for (size_t i = 0; i < DELIVERY_LANES_MAX; i++)
		if (!strcmp(d->lanes[i].name, name))
			return &d->lanes[i];
	return NULL;
}

/* A new one takes the place of one that has no troubles, the longest unserved. */
static struct lane_state *lane_made(struct deliveries *d, const char *name)
{
	struct lane_state *best = NULL;

	for (size_t i = 0; i < DELIVERY_LANES_MAX; i++) {
		struct lane_state *l = &d->lanes[i];

		if (!l->out && !l->fails && (!best || l->served < best->served))
			best = l;
	}
	if (best) {
		*best = (struct lane_state){.served = 0};
		snprintf(best->name, sizeof(best->name), "%s", name);
	}
	return best;
}

static int64_t backoff_ms(unsigned fails, uint64_t message)
{
	int64_t wait_ms = RETRY_FIRST_MS;

	for (unsigned i = 1; i < fails && wait_ms < RETRY_MAX_MS; i++)
		wait_ms *= 2;
	if (wait_ms > RETRY_MAX_MS)
		wait_ms = RETRY_MAX_MS;
	/* Up to a fifth more, so that what failed together does not come back together. */
	return wait_ms +
	       (int64_t)((message * 2654435761u + fails * 40503u) % 1000) * wait_ms / 5000;
}

/* What has come back. */

static struct err mark(struct deliveries *d, struct job *job, struct store *s, int64_t now_ms)
{
	const struct delivery *got = &job->delivery;
	enum message_state state = MESSAGE_SENT;
	struct lane_state *lane = job->lane;
	struct err e;

	if (got->end == DELIVERY_DONE) {
		e = store_message_sent(s, job->message, now_ms);
		lane->fails = 0;
		lane->next_ms = 0;
	} else if (got->end == DELIVERY_REFUSED) {
		state = MESSAGE_FAILED;
		e = store_message_failed(s, job->message, state, now_ms, got->why);
		lane->fails = 0;
	} else if (now_ms - job->created_ms >= d->config.give_up_ms) {
		state = MESSAGE_DEAD;
		e = store_message_failed(s, job->message, state, now_ms, got->why);
	} else {
		int64_t wait_ms = backoff_ms(++lane->fails, job->message);

		if ((int64_t)got->retry_after_s * 1000 > wait_ms)
			wait_ms = (int64_t)got->retry_after_s * 1000;
		state = MESSAGE_QUEUED;
		lane->next_ms = now_ms + wait_ms;
		e = store_message_failed(s, job->message, state, lane->next_ms, got->why);
	}
	if (!err_is(e) && d->config.told)
		d->config.told(d->config.context, job->message, state);
	return e;
}

static struct err collect(struct deliveries *d, struct store *s, int64_t now_ms)
{
	struct err e = OK;

	for (unsigned i = 0; i < d->config.carriers && !err_is(e); i++) {
		struct job *job = &d->jobs[i];

		if (job_state(job) != JOB_BACK)
			continue;
		e = mark(d, job, s, now_ms);
		if (err_is(e)) /* it stays, and is marked by the next tick */
			break;
		job->lane->out = false;
		arena_done(&job->arena);
		job_set(job, JOB_FREE);
	}
	return e;
}

/* What goes out. */

struct candidate {
	uint64_t message;
	char lane[LANE_NAME_MAX];
	uint64_t served;
};

struct candidates {
	struct deliveries *d;
	int64_t now_ms;
	int64_t next_ms; /* when the first lane that waits may go on */
	size_t n;
	struct candidate each[DELIVERY_LANES_MAX];
};

static bool add_candidate(void *context, const struct message *m)
{
	struct candidates *all = context;
	const struct lane_state *lane = lane_find(all->d, m->lane);
	struct candidate *c = &all->each[all->n];

	if (lane && lane->out)
		return true;
	if (lane && lane->next_ms > all->now_ms) {
		if (lane->next_ms < all->next_ms)
			all->next_ms = lane->next_ms;
		return true;
	}
	c->message = m->id;
	c->served = lane ? lane->served : 0;
	snprintf(c->lane, sizeof(c->lane), "%s", m->lane);
	return ++all->n < DELIVERY_LANES_MAX;
}

static int by_service(const void *a, const void *b)
{
	const struct candidate *x = a, *y = b;

	return (x->served > y->served) - (x->served < y->served);
}

/* One that cannot be made into a parcel has failed, whatever the time. */
static struct err send_out(struct deliveries *d, struct job *job, const struct candidate *c,
    struct store *s, int64_t now_ms)
{
	char why[CHANNEL_WHY_MAX];
	struct lane_state *lane = lane_find(d, c->lane);
	struct message m;
	struct err e;

	if (!lane)
		lane = lane_made(d, c->lane);
	if (!lane)
		return OK; /* every lane is in trouble: later */
	arena_init(&job->arena, DELIVERY_BYTES_MAX);
	e = store_get_message(s, c->message, &job->arena, &m);
	if (err_is(e))
		return e;
	lane->served = ++d->served;
	if (err_is(channel_render(&m, d->config.host, now_ms, &job->arena, &job->parcel, why))) {
		e = store_message_failed(s, m.id, MESSAGE_FAILED, now_ms, why);
		arena_done(&job->arena);
		if (!err_is(e) && d->config.told)
			d->config.told(d->config.context, m.id, MESSAGE_FAILED);
		return e;
	}
	job->message = m.id;
	job->created_ms = m.created_ms;
	job->lane = lane;
	lane->out = true;
	job_set(job, JOB_OUT);
	return OK;
}

static struct err send_all(
    struct deliveries *d, struct store *s, int64_t now_ms, int64_t *ret_next_ms)
{
	struct candidates *all = calloc(1, sizeof(*all));
	struct err e;

	if (!all)
		return err_limit("out of memory");
	all->d = d;
	all->now_ms = now_ms;
	all->next_ms = INT64_MAX;
	e = store_each_due_message(s, now_ms, 1, add_candidate, all);
	qsort(all->each, all->n, sizeof(all->each[0]), by_service);
	for (size_t i = 0; i < all->n && !err_is(e); i++) {
		struct job *job = job_free(d);

		if (!job)
			break;
		e = send_out(d, job, &all->each[i], s, now_ms);
		if (!err_is(e) && job_state(job) == JOB_FREE)
			all->next_ms = now_ms; /* it failed at once: look at the lane's next */
	}
	*ret_next_ms = all->next_ms;
	free(all);
	return e;
}

struct err deliveries_tick(
    struct deliveries *d, struct store *store, int64_t now_ms, int64_t *ret_next_ms)
{
	int64_t waiting_ms = INT64_MAX, due_ms = INT64_MAX;
	struct err e = collect(d, store, now_ms);

	if (!err_is(e))
		e = send_all(d, store, now_ms, &waiting_ms);
	if (!err_is(e))
		e = store_next_message_ms(store, now_ms, &due_ms);
	if (err_is(e))
		return e;
	*ret_next_ms = waiting_ms < due_ms ? waiting_ms : due_ms;
	return OK;
}

/* Beginning and end. */

struct err deliveries_new(
    const struct deliveries_config *config, struct deliveries **ret_deliveries)
{
	struct deliveries *d = calloc(1, sizeof(*d));
	int rc = 0;

	if (!d)
		return err_limit("out of memory");
	d->config = *config;
	if (d->config.carriers > CARRIERS_MAX)
		d->config.carriers = CARRIERS_MAX;
	if (d->config.give_up_ms == 0)
		d->config.give_up_ms = GIVE_UP_MS;
	pthread_mutex_init(&d->lock, NULL);
	pthread_cond_init(&d->change, NULL);
	for (unsigned i = 0; i < d->config.carriers && rc == 0; i++) {
		d->jobs[i].d = d;
		rc = pthread_create(&d->jobs[i].thread, NULL, carrier_main, &d->jobs[i]);
		d->jobs[i].started = rc == 0;
	}
	if (rc == 0) {
		*ret_deliveries = d;
		return OK;
	}
	deliveries_free(d);
	return err_io(rc, "cannot start a thread");
}

static bool any_out(const struct deliveries *d)
{
	for (unsigned i = 0; i < d->config.carriers; i++)
		if (d->jobs[i].state == JOB_OUT)
			return true;
	return false;
}

struct err deliveries_end(
    struct deliveries *d, struct store *store, int64_t now_ms, unsigned wait_ms)
{
	struct timespec until;
	int rc = 0;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += wait_ms / 1000;
	pthread_mutex_lock(&d->lock);
	while (any_out(d) && rc != ETIMEDOUT)
		rc = pthread_cond_timedwait(&d->change, &d->lock, &until);
	pthread_mutex_unlock(&d->lock);
	return collect(d, store, now_ms);
}

void deliveries_free(struct deliveries *d)
{
	if (!d)
		return;
	pthread_mutex_lock(&d->lock);
	d->ending = true;
	pthread_cond_broadcast(&d->change);
	pthread_mutex_unlock(&d->lock);
	for (unsigned i = 0; i < d->config.carriers; i++) {
		if (!d->jobs[i].started)
			continue;
		pthread_join(d->jobs[i].thread, NULL);
		arena_done(&d->jobs[i].arena);
	}
	pthread_cond_destroy(&d->change);
	pthread_mutex_destroy(&d->lock);
	free(d);
}
