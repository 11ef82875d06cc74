/*
 * feed.h: frames for one worker, from its share of the captures or from its rings. A capture waits
 * while it is told to; a ring does not, the kernel counts what it loses.
 */
#pragma once

#include "app/watch_plan.h"
#include "net/loop.h"

struct feed;

struct feed_ops {
	void (*frame)(void *context, const struct frame *frame);
	/* Of live packets, now and then: so late is it. */
	void (*tick)(void *context, int64_t now_us);
	/* Something to tell the user: a capture that is broken, an interface that is down. */
	void (*note)(void *context, const char *text);
	/* After the last frame of the last capture. Nothing comes after it. */
	void (*end)(void *context);
};

struct feed_config {
	const struct watch_plan *plan;
	uint32_t worker, workers;
};

must_use struct err feed_new(struct loop *loop, const struct feed_config *config,
    const struct feed_ops *ops, void *context, struct feed **ret_feed);
/* What the plan opened stays open. */
void feed_free(struct feed *f);
void feed_start(struct feed *f);
/* For good; end is not told. */
void feed_stop(struct feed *f);
/* Of captures only. */
void feed_pause(struct feed *f, bool pause);
/* Packets received and dropped by all rings. */
struct caplive_counts feed_live_counts(struct feed *f);
