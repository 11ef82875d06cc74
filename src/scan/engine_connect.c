/*
 * engine_connect.c: finds open ports with plain connect(), so it needs no privilege, and its open
 * socket is the one that the grabber talks through. The walk goes over the steps of our shard: the
 * permutation says which of the shard's targets a step is, and the target's host whether it is this
 * worker's. A target taken from the walk is a probe, and is never lost: it is in flight, in
 * the queue (waiting for rate, room, or its repetition) or in the lot (its host is busy).
 *
 * A target costs socket(), connect(), epoll_ctl() and close(), and a getsockopt() if it failed. The
 * engine feeds itself: each end of a connection begins the next; its timer helps only where time
 * itself is waited for.
 */
#include "scan/engine.h"

#include "net/neigh.h"
#include "net/sock.h"
#include "scan/limits.h"
#include "scan/probe.h"
#include "scan/told.h"
#include "scan/walk.h"
#include "scan/window.h"

#include <errno.h>
#include <stdlib.h>

enum {
	ROOM_PAUSE_US = 10000, /* until we look again for room that others give back */
	SWEEP_PAUSE_US =
	    50000, /* until we look again at parked probes whose host nobody told us of */
	SWEEP_PROBES = 64,
	EARLY_TRUST = 64, /* how firmly we believe in early answers, at most */
	EARLY_RARELY = 64, /* and how seldom we look for one when we do not */
};

struct connector {
	struct engine engine;
	struct loop *loop;
	struct budget *budget;
	struct engine_config config;
	struct engine_ops ops;
	void *context;
	struct walk walk;
	struct window window;
	struct engine_counts counts;
	struct pool pool;
	struct queue queue;
	struct lot lot;
	struct told told;
	struct loop_timer wake;
	uint64_t wake_us; /* when, while armed */
	uint64_t sweep_us; /* when the lot was swept last */
	uint64_t slow_until_us; /* this machine was out of something */
	uint64_t slow_us; /* how long we paused for it last */
	int early; /* above 0: answers are there before we wait for them */
	unsigned unlooked; /* connections since we looked for one */
	uint32_t n_fed; /* asked for, and not finished */
	bool started, stopped, paused, pumping, done;
};

static void pump(struct connector *e);

static void wake_after(struct connector *e, uint64_t us)
{
	uint64_t at = loop_now_us(e->loop) + us;

	if (e->stopped || (e->wake.armed && e->wake_us <= at))
		return;
	e->wake_us = at;
	loop_timer_arm(e->loop, &e->wake, us);
}

static struct probe *probe_new(struct connector *e, const struct target *t, uint64_t step)
{
	struct probe *p = pool_take(&e->pool);

	if (!p)
		return NULL;
	e->counts.taken++;
	p->engine = e;
	p->step = step;
	p->addr = t->addr;
	p->port = t->port;
	return p;
}

/* The next target of the walk that is ours; NULL: none now, or none any more. */
static struct probe *next_probe(struct connector *e)
{
	while (e->window.end < e->walk.steps && !window_full(&e->window) && e->lot.n < PARKED_MAX) {
		uint64_t step = e->window.end;
		struct target t = walk_target(&e->walk, step);
		struct probe *p;

		if (!walk_is_mine(&e->walk, &t)) {
			window_skip(&e->window);
			continue;
		}
		p = probe_new(e, &t, step);
		if (p)
			window_begin(&e->window);
		return p;
	}
	return NULL;
}

/* A connection to that host has ended: who was parked for it may go. */
static void host_is_free(struct connector *e, const struct addr *a)
{
	struct probe *p = e->lot.n ? lot_leave(&e->lot, a) : NULL;

	if (p)
		queue_push_front(&e->queue, p);
}

static void finish(struct connector *e, struct probe *p, uint64_t *count)
{
	uint64_t index = walk_index(&e->walk, p->step);

	++*count;
	if (!e->config.fed)
		window_finish(&e->window, p->step);
	pool_give(&e->pool, p);
	if (!e->config.fed)
		return;
	e->n_fed--;
	e->ops.on_closed(e->context, index);
}

static void finish_unreachable(struct connector *e, struct probe *p, int errnum, uint64_t *count)
{
	struct addr a = p->addr;
	uint16_t port = p->port;

	finish(e, p, count);
	if (!e->ops.on_unreachable || !told_first(&e->told, &a, errnum))
		return;
	if (errnum == ENETUNREACH && sock_is_broadcast(&a))
		errnum = ENGINE_BROADCAST;
	e->ops.on_unreachable(e->context, &a, port, errnum);
}

static void no_answer(struct connector *e, struct probe *p)
{
	if (p->timeouts++ < e->config.retries)
		queue_push(&e->queue, p);
	else
		finish(e, p, &e->counts.timeout);
}

/* Out of descriptors, memory or ports: the probe waits, and so does everything. */
static void slow_down(struct connector *e, struct probe *p, int errnum)
{
	e->counts.busy++;
	e->slow_us *= 2;
	if (e->slow_us < BUSY_PAUSE_MIN_US)
		e->slow_us = BUSY_PAUSE_MIN_US;
	if (e->slow_us > BUSY_PAUSE_MAX_US)
		e->slow_us = BUSY_PAUSE_MAX_US;
	e->slow_until_us = loop_now_us(e->loop) + e->slow_us;
	wake_after(e, e->slow_us);
	if (p->busy++ < BUSY_TRIES_MAX)
		queue_push(&e->queue, p);
	else
		finish_unreachable(e, p, errnum, &e->counts.local_errors);
}

/* The connection failed, and its descriptor is closed. */
static void failed(struct connector *e, struct probe *p, int errnum)
{
	budget_release(e->budget, &p->addr);
	host_is_free(e, &p->addr);
	switch (sock_trouble(errnum)) {
	case SOCK_REFUSED:
	case SOCK_RESET:
		finish(e, p, &e->counts.refused);
		break;
	case SOCK_TIMEOUT:
		no_answer(e, p);
		break;
	case SOCK_UNREACHABLE:
		finish_unreachable(e, p, errnum, &e->counts.unreachable);
		break;
	case SOCK_BUSY:
		slow_down(e, p, errnum);
		break;
	case SOCK_LOCAL:
		finish_unreachable(e, p, errnum, &e->counts.local_errors);
		break;
	}
}

/* The step stays unfinished, and its budget taken, until the receiver has done with it. */
static void opened(struct connector *e, struct probe *p)
{
	struct target t = walk_target(&e->walk, p->step);
	struct open open = {
	    p->addr, p->port, p->watch.fd, walk_index(&e->walk, p->step), t.name, t.alone};

	watch_remove(&p->watch);
	p->watch.fd = -1;
	e->counts.open++;
	pool_give(&e->pool, p);
	e->ops.on_open(e->context, &open);
}

static void connection_ended(struct watch *w, unsigned events)
{
	struct probe *p = w->context;
	struct connector *e = p->engine;
	int errnum = events & LOOP_HANGUP ? sock_result(w->fd) : 0;

	loop_timer_cancel(e->loop, &p->timer);
	if ((errnum == 0 || sock_trouble(errnum) == SOCK_RESET) &&
	    !sock_is_self(w->fd, &p->addr, p->port)) {
		opened(e, p);
	} else {
		watch_close(w);
		failed(e, p, errnum ? errnum : ECONNREFUSED);
	}
	pump(e);
}

static void time_is_over(struct loop_timer *t)
{
	struct probe *p = t->context;
	struct connector *e = p->engine;

	watch_close(&p->watch);
	failed(e, p, ETIMEDOUT);
	pump(e);
}

/*
 * This machine's own addresses refuse before connect() has returned, though it does not say so: one
 * look then saves the wait. Elsewhere it is a call for nothing, so how often we look follows from
 * what was seen. 0: no failure so far; who was open and has reset us already is found by waiting,
 * too.
 */
static int early_failure(struct connector *e, int fd)
{
	int errnum;

	if (e->early <= 0 && e->unlooked++ < EARLY_RARELY)
		return 0;
	e->unlooked = 0;
	errnum = sock_result(fd);
	if (errnum == 0)
		e->early -= e->early > 0;
	else
		e->early += e->early < EARLY_TRUST;
	return errnum && sock_trouble(errnum) == SOCK_RESET ? 0 : errnum;
}

/* 0: its answer or its time will come. Else it failed, and the descriptor is closed. */
static int await(struct connector *e, struct probe *p, int fd)
{
	int errnum = early_failure(e, fd);

	p->watch = (struct watch){fd, LOOP_WRITE, connection_ended, p, NULL};
	if (errnum == 0 && err_is(watch_add(e->loop, &p->watch)))
		errnum = ENOBUFS;
	if (errnum) {
		watch_close(&p->watch);
		return errnum;
	}
	p->timer.fire = time_is_over;
	p->timer.context = p;
	loop_timer_arm(e->loop, &p->timer, e->config.timeout_us);
	return 0;
}

/* The budget has been taken. */
static void begin_connection(struct connector *e, struct probe *p)
{
	int fd, errnum = sock_connect(&p->addr, p->port, &fd);

	if (errnum == 0 || errnum == EINPROGRESS)
		errnum = await(e, p, fd);
	if (errnum == 0 || sock_trouble(errnum) != SOCK_BUSY) {
		e->counts.tried++;
		e->slow_us = 0;
	}
	if (errnum)
		failed(e, p, errnum);
}

/* false: nothing can begin now, and the probe is back in the queue. */
static bool begin(struct connector *e, struct probe *p)
{
	uint64_t now = loop_now_us(e->loop), wait = ROOM_PAUSE_US;

	switch (budget_take_spare(e->budget, &p->addr, now, &wait)) {
	case BUDGET_GO:
		break;
	case BUDGET_HOST:
		lot_park(&e->lot, p);
		return true;
	case BUDGET_RATE:
	case BUDGET_OPEN:
		queue_push_front(&e->queue, p);
		wake_after(e, wait);
		return false;
	}
	if (e->config.neigh && !neigh_take(e->config.neigh, &p->addr, now)) {
		budget_release(e->budget, &p->addr);
		queue_push_front(&e->queue, p);
		wake_after(e, ROOM_PAUSE_US);
		return false;
	}
	begin_connection(e, p);
	return true;
}

static void sweep_lot(struct connector *e)
{
	uint64_t now = loop_now_us(e->loop);

	if (e->lot.n == 0 || now - e->sweep_us < SWEEP_PAUSE_US)
		return;
	e->sweep_us = now;
	for (int i = 0; i < SWEEP_PROBES && e->lot.n; i++)
		queue_push(&e->queue, lot_any(&e->lot));
}

static void check_done(struct connector *e)
{
	if (e->window.end == e->walk.steps && e->window.low == e->walk.steps && !e->done &&
	    !e->config.fed)
		wake_after(e, 0);
}

/* Begins what can begin now, and sees to it that somebody calls again. */
static void pump(struct connector *e)
{
	int begun = 0;

	if (!e->started || e->stopped || e->paused || e->pumping)
		return;
	if (loop_now_us(e->loop) < e->slow_until_us) {
		wake_after(e, e->slow_until_us - loop_now_us(e->loop));
		return;
	}
	e->pumping = true;
	sweep_lot(e);
	while (begun < BEGUN_A_TURN && loop_now_us(e->loop) >= e->slow_until_us) {
		struct probe *p = queue_pop(&e->queue);

		if (!p)
			p = next_probe(e);
		if (!p || !begin(e, p))
			break;
		begun++;
	}
	if (begun == BEGUN_A_TURN)
		wake_after(e, 0);
	else if (e->lot.n || e->window.end < e->walk.steps)
		wake_after(e, SWEEP_PAUSE_US);
	e->pumping = false;
	check_done(e);
}

static void woken(struct loop_timer *t)
{
	struct connector *e = t->context;

	pump(e);
	if (e->window.low < e->walk.steps || e->done || e->stopped || e->config.fed)
		return;
	e->done = true;
	e->ops.on_done(e->context);
}

static struct err start(struct engine *engine)
{
	struct connector *e = (struct connector *)engine;

	if (e->started)
		return err_bug("scan engine started twice");
	e->started = true;
	wake_after(e, 0);
	return OK;
}

static void stop(struct engine *engine)
{
	struct connector *e = (struct connector *)engine;

	e->stopped = true;
	loop_timer_cancel(e->loop, &e->wake);
	for (struct slab *slab = e->pool.slabs; slab; slab = slab->next) {
		for (size_t i = 0; i < SLAB_PROBES; i++) {
			struct probe *p = &slab->probes[i];

			if (p->watch.fd < 0)
				continue;
			loop_timer_cancel(e->loop, &p->timer);
			watch_close(&p->watch);
			budget_release(e->budget, &p->addr);
		}
	}
}

static void release(struct engine *engine)
{
	struct connector *e = (struct connector *)engine;

	stop(engine);
	window_done(&e->window);
	told_done(&e->told);
	pool_done(&e->pool);
	free(e);
}

static void finished(struct engine *engine, uint64_t index)
{
	struct connector *e = (struct connector *)engine;
	uint64_t step;

	if (!walk_step(&e->walk, index, &step))
		return;
	if (!e->config.fed && !window_finish(&e->window, step))
		return;
	e->n_fed -= e->config.fed;
	if (e->lot.n) {
		struct target t = walk_target(&e->walk, step);

		host_is_free(e, &t.addr);
	}
	pump(e);
	check_done(e);
}

static struct engine_counts counts(const struct engine *engine)
{
	const struct connector *e = (const struct connector *)engine;
	struct engine_counts counts = e->counts;

	counts.low_water = e->window.low == e->walk.steps ? targets_count(e->config.targets)
							  : walk_index(&e->walk, e->window.low);
	if (e->window.end == e->walk.steps)
		counts.total = counts.taken;
	return counts;
}

static void pause_walk(struct engine *engine, bool paused)
{
	struct connector *e = (struct connector *)engine;

	e->paused = paused;
	if (!paused)
		wake_after(e, 0);
}

/* The low-water mark waits for all. */
static size_t held(const struct engine *engine, uint64_t ret_index[ENGINE_HELD_MAX])
{
	(void)engine;
	(void)ret_index;
	return 0;
}

bool engine_connect_ask(struct engine *engine, uint64_t index)
{
	struct connector *e = (struct connector *)engine;
	struct target t;
	struct probe *p;
	uint64_t step;

	if (e->n_fed >= FED_MAX || e->lot.n >= PARKED_MAX || !walk_step(&e->walk, index, &step))
		return false;
	t = walk_target(&e->walk, step);
	p = probe_new(e, &t, step);
	if (!p)
		return false;
	e->n_fed++;
	queue_push(&e->queue, p);
	wake_after(e, 0);
	return true;
}

static const struct engine_kind kind = {
    .start = start,
    .stop = stop,
    .free = release,
    .finished = finished,
    .counts = counts,
    .pause = pause_walk,
    .held = held,
};

struct err engine_connect_new(struct loop *loop, struct budget *budget,
    const struct engine_config *config, const struct engine_ops *ops, void *context,
    struct engine **ret_engine)
{
	uint64_t count = targets_count(config->targets), first;
	struct connector *e = calloc(1, sizeof(*e));
	struct err error;

	if (!e)
		return err_io(ENOMEM, "scan engine");
	*e = (struct connector){.engine = {&kind},
	    .loop = loop,
	    .budget = budget,
	    .config = *config,
	    .ops = *ops,
	    .context = context};
	e->wake = (struct loop_timer){.fire = woken, .context = e};
	error = walk_init(&e->walk, config->targets, config->seed, &config->share);
	if (err_is(error))
		goto out;
	first = config->first - (config->owed < config->first ? config->owed : config->first);
	first = first < count ? first : count;
	for (size_t i = 0; i < config->n_held; i++)
		first = config->held[i] < first ? config->held[i] : first;
	first = config->fed ? e->walk.steps : walk_steps_below(&e->walk, first);
	e->counts.total = walk_mine(&e->walk, first);
	error = err_io(ENOMEM, "scan engine");
	if (!window_init(&e->window, first, WINDOW_MAX))
		goto out;
	*ret_engine = &e->engine;
	return OK;
out:
	free(e);
	return error;
}
