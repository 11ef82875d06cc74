/*
 * loop.h: one event loop a process: descriptors (epoll) and timers. Single-threaded. A callback may
 * add, change, remove or free any watch or timer, its own included.
 */
#pragma once

#include "base/err.h"
#include "base/wheel.h"

enum loop_events { LOOP_READ = 1, LOOP_WRITE = 2, LOOP_HANGUP = 4 };

struct loop;

/* Embedded in the object of the caller, who keeps the descriptor. Registered while loop is set. */
struct watch {
	int fd;
	unsigned events; /* enum loop_events wanted; HANGUP is always told */
	void (*ready)(struct watch *w, unsigned events);
	void *context;
	struct loop *loop;
};

/* One shot. Zeroed before its first use, then `fire` and `context` are set. */
struct loop_timer {
	void (*fire)(struct loop_timer *t);
	void *context;
	bool armed;
	struct wheel_node node;
};

must_use struct err loop_new(struct loop **ret_loop);
/* Watches and timers that are still there are forgotten, not closed. */
void loop_free(struct loop *loop);

must_use struct err watch_add(struct loop *loop, struct watch *w);
/* New w->events. */
must_use struct err watch_change(struct watch *w, unsigned events);
/* Before the descriptor is closed; harmless if not added. No callback comes after it, not even one
 * already collected in this turn. */
void watch_remove(struct watch *w);
/* Removes it and closes the descriptor, which must not have been duplicated: saves a system call.
 * fd is -1 then. */
void watch_close(struct watch *w);

/* An armed timer is moved. Never early, and late by a millisecond or two. */
void loop_timer_arm(struct loop *loop, struct loop_timer *t, uint64_t after_us);
/* In the next turn, which does not wait for it: for work that lets others speak in between. */
void loop_timer_soon(struct loop *loop, struct loop_timer *t);
void loop_timer_cancel(struct loop *loop, struct loop_timer *t);

/* Monotonic microseconds, read once a turn. */
uint64_t loop_now_us(const struct loop *loop);
/* Until loop_stop, or until nothing is watched and no timer is armed. */
must_use struct err loop_run(struct loop *loop);
void loop_stop(struct loop *loop);
