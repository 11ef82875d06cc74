/*
 * ways_watch.h: what changes on this machine while packets go the ways that net/route found: a
 * router's MAC is taken over at once; where a target has another way now, somebody else must
 * decide, for what was asked the old way may have to be asked again.
 */
#pragma once

#include "net/loop.h"
#include "net/route.h"

struct ways_watch;

/* One line for the user. Is it the last: the ways stay changed, and nothing more is told? */
typedef void ways_trouble_fn(void *context, const char *text, bool is_last);

/* For who gives its rights up: everything but a plain netlink socket is opened here. All of it must
 * outlive the watch. */
must_use struct err ways_watch_new(struct loop *loop, struct routes *routes,
    const struct targets *targets, ways_trouble_fn *trouble, void *context,
    struct ways_watch **ret_watch);
void ways_watch_free(struct ways_watch *w); /* NULL is fine */
/* Some targets' ways are others now: they may be as before in a moment, or be the last trouble. */
bool ways_watch_moved(const struct ways_watch *w);
/* A link is waited for, whose routes are gone as long: their time to come back begins anew. */
void ways_watch_later(struct ways_watch *w);
