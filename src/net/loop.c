/*
 * loop.c: epoll and the timer wheel. A callback may free any watch, also one whose event has been
 * collected already and waits further down: so an event names its watch by descriptor and by the
 * generation of that descriptor's row, and a row that was taken again in between is not its own.
 * Descriptors come before timers in a turn: an answer that lay there when we came late is not a
 * time-out.
 */
#include "net/loop.h"

#include "net/clock.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <unistd.h>

enum {
	EVENTS_A_TURN = 256,
	ROWS_FIRST = 64,
	TICK_BITS = 10, /* the wheel's tick is 1.024 ms */
	WAIT_MAX_MS = 60000,
};

/* One a descriptor number. */
struct row {
	struct watch *watch;
	uint32_t generation;
};

struct loop {
	int epoll;
	bool stopped;
	size_t watched;
	size_t n_rows;
	struct row *rows;
	uint64_t now_us;
	struct wheel wheel;
};

struct err loop_new(struct loop **ret_loop)
{
	struct loop *loop = calloc(1, sizeof(*loop));

	if (!loop)
		return err_io(ENOMEM, "event loop");
	loop->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (loop->epoll < 0) {
		struct err e = err_io(errno, "epoll_create");

		free(loop);
		return e;
	}
	loop->now_us = clock_mono_us();
	wheel_init(&loop->wheel, loop->now_us >> TICK_BITS);
	*ret_loop = loop;
	return OK;
}

void loop_free(struct loop *loop)
{
	if (!loop)
		return;
	close(loop->epoll);
	free(loop->rows);
	free(loop);
}

static bool rows_reach(struct loop *loop, size_t fd)
{
	size_t n = loop->n_rows ? loop->n_rows : ROWS_FIRST;
	struct row *rows;

	if (fd < loop->n_rows)
		return true;
	while (n <= fd)
		n *= 2;
	rows = realloc(loop->rows, n * sizeof(*rows));
	if (!rows)
		return false;
	for (size_t i = loop->n_rows; i < n; i++)
		rows[i] = (struct row){0};
	loop->rows = rows;
	loop->n_rows = n;
	return true;
}

static int epoll_set(struct loop *loop, int op, const struct watch *w)
{
	struct epoll_event event = {
	    .events = (w->events & LOOP_READ ? (uint32_t)EPOLLIN : 0) |
		      (w->events & LOOP_WRITE ? (uint32_t)EPOLLOUT : 0),
	    .data.u64 = (uint64_t)loop->rows[w->fd].generation << 32 | (uint32_t)w->fd,
	};

	return epoll_ctl(loop->epoll, op, w->fd, &event);
}

struct err watch_add(struct loop *loop, struct watch *w)
{
	struct row *row;

	if (w->loop || w->fd < 0)
		return err_bug("watch added twice, or without a descriptor");
	if (!rows_reach(loop, (size_t)w->fd))
		return err_io(ENOMEM, "event loop");
	row = &loop->rows[w->fd];
	if (row->watch)
		return err_bug("descriptor watched twice");
	row->generation++;
	if (epoll_set(loop, EPOLL_CTL_ADD, w) < 0)
		return err_io(errno, "epoll_ctl");
	row->watch = w;
	w->loop = loop;
	loop->watched++;
	return OK;
}

struct err watch_change(struct watch *w, unsigned events)
{
	if (!w->loop)
		return err_bug("watch changed before it was added");
	if (events == w->events)
		return OK;
	w->events = events;
	if (epoll_set(w->loop, EPOLL_CTL_MOD, w) < 0)
		return err_io(errno, "epoll_ctl");
	return OK;
}

static void forget(struct watch *w)
{
	w->loop->rows[w->fd].watch = NULL;
	w->loop->watched--;
	w->loop = NULL;
}

void watch_remove(struct watch *w)
{
	if (!w->loop)
		return;
	epoll_ctl(w->loop->epoll, EPOLL_CTL_DEL, w->fd, NULL);
	forget(w);
}

void watch_close(struct watch *w)
{
	if (w->loop)
		forget(w);
	if (w->fd >= 0)
		close(w->fd);
	w->fd = -1;
}

void loop_timer_arm(struct loop *loop, struct loop_timer *t, uint64_t after_us)
{
	uint64_t at = loop->now_us + after_us;

	if (at < after_us)
		at = UINT64_MAX;
	/* The tick after the one it lies in: never early. */
	wheel_arm(&loop->wheel, &t->node, (at >> TICK_BITS) + 1);
	t->armed = true;
}

void loop_timer_soon(struct loop *loop, struct loop_timer *t)
{
	wheel_arm_soon(&loop->wheel, &t->node);
	t->armed = true;
}

void loop_timer_cancel(struct loop *loop, struct loop_timer *t)
{
	wheel_cancel(&loop->wheel, &t->node);
	t->armed = false;
}

uint64_t loop_now_us(const struct loop *loop)
{
	return loop->now_us;
}

void loop_stop(struct loop *loop)
{
	loop->stopped = true;
}

static void look_at_clock(struct loop *loop)
{
	loop->now_us = clock_mono_us();
	wheel_advance(&loop->wheel, loop->now_us >> TICK_BITS);
}

static int wait_ms(struct loop *loop)
{
	uint64_t next = wheel_next(&loop->wheel), us;

	if (next == UINT64_MAX)
		return -1;
	us = next << TICK_BITS;
	if (us <= loop->now_us)
		return 0;
	us = (us - loop->now_us + 999) / 1000;
	return us < WAIT_MAX_MS ? (int)us : WAIT_MAX_MS;
}

static void tell(struct loop *loop, const struct epoll_event *event)
{
	uint32_t fd = (uint32_t)event->data.u64;
	struct row *row = &loop->rows[fd];
	unsigned events = 0;

	if (!row->watch || row->generation != event->data.u64 >> 32)
		return;
	if (event->events & EPOLLIN)
		events |= LOOP_READ;
	if (event->events & EPOLLOUT)
		events |= LOOP_WRITE;
	if (event->events & (EPOLLHUP | EPOLLERR))
		events |= LOOP_HANGUP;
	row->watch->ready(row->watch, events);
}

static void fire_timers(struct loop *loop)
{
	struct wheel_node *node;

	while (!loop->stopped && (node = wheel_pop(&loop->wheel))) {
		struct loop_timer *t =
		    (struct loop_timer *)((char *)node - offsetof(struct loop_timer, node));

		t->armed = false;
		t->fire(t);
	}
}

struct err loop_run(struct loop *loop)
{
	struct epoll_event events[EVENTS_A_TURN];

	loop->stopped = false;
	look_at_clock(loop);
	while (!loop->stopped && (loop->watched || loop->wheel.armed)) {
		int n = epoll_wait(loop->epoll, events, EVENTS_A_TURN, wait_ms(loop));

		if (n < 0 && errno != EINTR)
			return err_io(errno, "epoll_wait");
		look_at_clock(loop);
		for (int i = 0; i < n && !loop->stopped; i++)
			tell(loop, &events[i]);
		fire_timers(loop);
	}
	return OK;
}
