/*
 * ways_watch.c: the kernel tells of each change of a link, address, route, rule or neighbour
 * (rtnetlink(7)). Most are nobody's business here, and which are is not for us to understand: all
 * ways are asked for anew and compared, a moment after the last of them, for they come in showers.
 */
#include "net/ways_watch.h"

#include "net/clock.h"
#include "net/limits.h"
#include "net/netlink.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum {
	SHOWER_US = 100 * 1000,
	LOOK_US = 1000 * 1000, /* at ways that have changed: are they back? */
	BACK_US = 5 * 1000 * 1000, /* an address by DHCP takes so long */
	CARRIER_US = 30 * 1000 * 1000, /* a switch that starts again, a cable that is changed */
};

struct ways_watch {
	struct loop *loop;
	struct routes *routes;
	const struct targets *targets;
	ways_trouble_fn *trouble;
	void *context;
	struct watch news;
	struct loop_timer look;
	bool moved, last;
	bool blind; /* to routes */
	bool missed; /* some news */
	uint64_t moved_us;
};

static void look_soon(struct ways_watch *w)
{
	if (!w->look.armed && !w->last)
		loop_timer_arm(w->loop, &w->look, SHOWER_US);
}

static void news_row(void *context, const struct nlmsghdr *row)
{
	struct ways_watch *w = context;

	if (row->nlmsg_type == RTM_NEWNEIGH)
		routes_neighbour(w->routes, row);
	else if (row->nlmsg_type != RTM_DELNEIGH)
		look_soon(w);
}

static void news_ready(struct watch *watch, unsigned events)
{
	struct ways_watch *w = watch->context;

	(void)events;
	if (netlink_hear(watch->fd, news_row, w))
		return;
	w->missed = true;
	look_soon(w);
}

static void way_put(const struct route_end *end, char *text, size_t size)
{
	const struct route *r = &end->route;
	char from[ADDR_TEXT_MAX], gateway[ADDR_TEXT_MAX];

	if (r->why)
		snprintf(text, size, "%s", r->why);
	else if (r->kind == ROUTE_GATEWAY)
		snprintf(text, size, "%s by %s from %s", end->link, addr_text(&r->gateway, gateway),
		    addr_text(&r->from, from));
	else
		snprintf(text, size, "%s from %s", end->link, addr_text(&r->from, from));
}

static bool has_lost_carrier(const struct route_move *m)
{
	return m->was.running && !m->is.running && m->was.route.link == m->is.route.link;
}

static void tell_moved(struct ways_watch *w, const struct route_move *m, bool is_last)
{
	char to[ADDR_TEXT_MAX], was[160], is[160], text[512];

	way_put(&m->was, was, sizeof(was));
	way_put(&m->is, is, sizeof(is));
	if (strcmp(was, is) == 0)
		snprintf(is, sizeof(is), "%s",
		    has_lost_carrier(m) ? "the same without a carrier"
					: "the same with another MAC of ours");
	snprintf(text, sizeof(text), "the way to %s was %s, and is now %s: %s",
	    addr_text(&m->to, to), was, is,
	    is_last ? "the scan stops, for it began the other way" : "the scan waits");
	w->trouble(w->context, text, is_last);
}

static void is_moved(struct ways_watch *w, const struct route_move *m)
{
	uint64_t now = loop_now_us(w->loop);

	if (!w->moved) {
		w->moved = true;
		w->moved_us = now;
		tell_moved(w, m, false);
	}
	w->last = now - w->moved_us >= (has_lost_carrier(m) ? CARRIER_US : BACK_US);
	if (w->last)
		tell_moved(w, m, true);
	else
		loop_timer_arm(w->loop, &w->look, LOOK_US);
}

static void is_as_before(struct ways_watch *w)
{
	if (w->moved)
		w->trouble(w->context, "the ways are as they were: the scan goes on", false);
	w->moved = false;
}

/* Who has so many routes that a look holds everything up has to do without. */
static void give_up_looking(struct ways_watch *w)
{
	w->blind = true;
	w->trouble(w->context,
	    "too many routes to watch: if the way to a target changes, this scan does not see it",
	    false);
}

static struct err look_at_ways(struct ways_watch *w)
{
	uint64_t begun_us = clock_mono_us();
	struct route_move move;
	bool moved = false;
	struct err e = w->blind ? OK : routes_moved(w->routes, w->targets, &moved, &move);

	if (err_is(e))
		return e;
	if (moved)
		is_moved(w, &move);
	else
		is_as_before(w);
	if (!moved && !w->blind && clock_mono_us() - begun_us > WAYS_LOOK_MAX_US)
		give_up_looking(w);
	return OK;
}

static void look(struct loop_timer *t)
{
	struct ways_watch *w = t->context;
	struct err e = w->missed ? routes_refresh(w->routes) : OK;

	w->missed = err_is(e);
	if (!err_is(e))
		e = look_at_ways(w);
	if (err_is(e))
		loop_timer_arm(w->loop, t, LOOK_US);
}

struct err ways_watch_new(struct loop *loop, struct routes *routes, const struct targets *targets,
    ways_trouble_fn *trouble, void *context, struct ways_watch **ret_watch)
{
	struct ways_watch *w = calloc(1, sizeof(*w));
	struct err e;
	int fd = -1;

	if (!w)
		return err_limit("out of memory");
	*w = (struct ways_watch){.loop = loop,
	    .routes = routes,
	    .targets = targets,
	    .trouble = trouble,
	    .context = context,
	    .look = {.fire = look, .context = w}};
	e = netlink_listen(&fd);
	w->news = (struct watch){.fd = fd, .events = LOOP_READ, .ready = news_ready, .context = w};
	if (!err_is(e))
		e = watch_add(loop, &w->news);
	if (err_is(e))
		ways_watch_free(w);
	else
		*ret_watch = w;
	return e;
}

void ways_watch_free(struct ways_watch *w)
{
	if (!w)
		return;
	loop_timer_cancel(w->loop, &w->look);
	if (w->news.fd >= 0)
		watch_close(&w->news);
	free(w);
}

bool ways_watch_moved(const struct ways_watch *w)
{
	return w->moved;
}

void ways_watch_later(struct ways_watch *w)
{
	w->moved_us = loop_now_us(w->loop);
}
