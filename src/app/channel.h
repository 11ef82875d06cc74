/*
 * channel.h: one end of the socketpair between two roles: records out, records in, on the loop. A
 * full pipe is the push-back: channel_congested tells the writer to pause, `drained` that it may go
 * on.
 */
#pragma once

#include "net/loop.h"
#include "observe/codec.h"

struct channel;

struct channel_ops {
	/* One record; what it points to is valid during the call. */
	void (*record)(void *context, struct channel *c, const struct record *record);
	/* The queue has fallen below half of CHANNEL_PAUSE after it was congested. May be NULL. */
	void (*drained)(void *context, struct channel *c);
	/* The other end is gone, or spoke nonsense (e is set). No call comes after it. */
	void (*closed)(void *context, struct channel *c, struct err e);
};

/* Owns fd from here on, failed or not. */
must_use struct err channel_new(struct loop *loop, int fd, const struct channel_ops *ops,
    void *context, struct channel **ret_channel);
/* Not from within one of its own callbacks. */
void channel_free(struct channel *c);

/* Queues; sends within CHANNEL_DELAY_US. ERR_LIMIT: the queue is at CHANNEL_MAX, ERR_IO: the other
 * end is gone. */
must_use struct err channel_send(struct channel *c, const struct record *record);
bool channel_congested(const struct channel *c);
/* Half of CHANNEL_MAX waits: what can be done without is not to be sent any more. */
bool channel_full(const struct channel *c);
/* Nothing is waiting to be sent. */
bool channel_idle(const struct channel *c);
