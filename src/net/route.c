/*
 * route.c: the routes of this machine, made once at start. What is kept is little: the ways, of
 * which there are a handful, and for each stretch of addresses the number of its way.
 */
#include "net/route.h"

#include "base/vec.h"
#include "inet/targets.h"
#include "net/cuts.h"
#include "net/gateways.h"
#include "net/kernel_only.h"
#include "net/limits.h"
#include "net/netlink.h"
#include "net/route_ask.h"
#include "net/route_map.h"

#include <errno.h>
#include <unistd.h>

struct routes {
	struct links links;
	struct kernel_only kernel_only;
	uint32_t uid;
	struct route_map map;
	struct route *ways;
	size_t n_ways, cap;
	bool counted;
};

static bool same_way(const struct route *a, const struct route *b)
{
	return a->kind == b->kind && a->link == b->link && a->why == b->why &&
	       addr_eq(&a->from, &b->from) && addr_eq(&a->gateway, &b->gateway);
}

static struct err way_number(struct routes *r, const struct route *way, uint32_t *ret_number)
{
	struct route *v;
	size_t i = 0;

	while (i < r->n_ways && !same_way(&r->ways[i], way))
		i++;
	if (i == r->n_ways) {
		v = vec_room(r->ways, r->n_ways, &r->cap, sizeof(*v), WAYS_MAX);
		if (!v)
			return err_limit("too many routers to tell apart");
		r->ways = v;
		v[r->n_ways++] = *way;
	}
	*ret_number = (uint32_t)i;
	return OK;
}

/* One address stands for its stretch: not the first, which may be special (0.0.0.0, ::). */
static struct addr sample(const struct cuts *c, size_t i)
{
	unsigned __int128 next = i + 1 < c->n ? c->v[i + 1] : 0;

	return addr_of_number(next - c->v[i] > 1 ? c->v[i] + 1 : c->v[i]);
}

static void connect_where_frames_go_wrong(
    const struct routes *r, const struct addr *to, struct route *way)
{
	const char *why = kernel_only_why(&r->kernel_only, &way->from, to);

	if (why && way->kind != ROUTE_CONNECT)
		*way = (struct route){.kind = ROUTE_CONNECT, .link = way->link, .why = why};
}

static struct err add_stretch(struct routes *r, int netlink, const struct cuts *c, size_t i)
{
	struct route way = {
	    .why = "a link-local address without its interface", .os_error = EINVAL};
	struct addr to = sample(c, i);
	struct err e = OK;
	uint32_t number;

	if (!addr_is_link_local(&to) || to.zone)
		e = route_ask(netlink, &r->links, r->uid, &to, &way);
	if (!err_is(e))
		connect_where_frames_go_wrong(r, &to, &way);
	if (!err_is(e))
		e = way_number(r, &way, &number);
	return err_is(e) ? e : route_map_add(&r->map, c->v[i], number);
}

static struct err read_all(struct routes *r, int netlink)
{
	struct cuts cuts = {0};
	struct err e = links_read(netlink, &r->links);

	if (!err_is(e))
		e = cuts_read(netlink, &r->links, &r->kernel_only, &cuts);
	for (size_t i = 0; i < cuts.n && !err_is(e); i++)
		e = add_stretch(r, netlink, &cuts, i);
	cuts_done(&cuts);
	return e;
}

struct err routes_new(struct routes **ret_routes)
{
	struct routes *r = calloc(1, sizeof(*r));
	int netlink = -1;
	struct err e = r ? netlink_open(&netlink) : err_limit("out of memory");

	if (!err_is(e)) {
		r->uid = geteuid();
		e = kernel_only_read(netlink, &r->kernel_only);
	}
	if (!err_is(e))
		e = read_all(r, netlink);
	if (netlink >= 0)
		close(netlink);
	if (err_is(e)) {
		routes_free(r);
		return e;
	}
	*ret_routes = r;
	return OK;
}

static void clear(struct routes *r)
{
	links_done(&r->links);
	kernel_only_done(&r->kernel_only);
	route_map_done(&r->map);
	free(r->ways);
}

void routes_free(struct routes *r)
{
	if (r)
		clear(r);
	free(r);
}

const struct route *routes_find(const struct routes *r, const struct addr *to)
{
	return &r->ways[r->map.way[route_map_find(&r->map, addr_number(to))]];
}

const struct link_info *routes_link(const struct routes *r, int link)
{
	return links_find(&r->links, link);
}

const struct route *routes_ways(const struct routes *r, size_t *ret_n)
{
	*ret_n = r->n_ways;
	return r->ways;
}

bool routes_next(
    const struct routes *r, size_t *at, struct range *ret_range, const struct route **ret_route)
{
	if (*at >= r->map.n)
		return false;
	*ret_range = (struct range){r->map.first[*at], route_map_last(&r->map, *at)};
	*ret_route = &r->ways[r->map.way[*at]];
	++*at;
	return true;
}

void routes_count(struct routes *r, const struct targets *t)
{
	for (size_t i = 0; i < r->n_ways; i++)
		r->ways[i].hosts = 0;
	for (size_t i = 0; i < r->map.n; i++) {
		struct range range = {r->map.first[i], route_map_last(&r->map, i)};
		struct stretch hosts[2];

		targets_hosts_in(t, range, hosts);
		r->ways[r->map.way[i]].hosts += hosts[0].n + hosts[1].n;
	}
	r->counted = true;
}

struct err routes_resolve(struct routes *r, uint64_t wait_us)
{
	return gateways_resolve(r->ways, r->n_ways, r->counted, wait_us);
}

struct err routes_refresh(struct routes *r)
{
	return gateways_refresh(r->ways, r->n_ways);
}

void routes_neighbour(struct routes *r, const void *row)
{
	gateways_heard(r->ways, r->n_ways, row);
}

static struct route_end end_of(const struct routes *r, const struct route *way)
{
	const struct link_info *link = links_find(&r->links, way->link);
	struct route_end end = {.route = *way};

	if (!link)
		return end;
	memcpy(end.link, link->name, sizeof(end.link));
	end.running = link->running;
	return end;
}

static bool same_link(const struct routes *a, const struct routes *b, int index)
{
	const struct link_info *x = links_find(&a->links, index);
	const struct link_info *y = links_find(&b->links, index);

	return x == y || (x && y && memcmp(x->mac, y->mac, sizeof(x->mac)) == 0 &&
			     (y->running || !x->running));
}

/* The kernel may like another address of ours better now; ours as before is as good. */
static bool still_goes(const struct routes *before, const struct route *was,
    const struct routes *after, const struct route *is)
{
	return was->kind == is->kind && was->link == is->link && was->why == is->why &&
	       addr_eq(&was->gateway, &is->gateway) &&
	       (addr_eq(&was->from, &is->from) ||
		   routes_find(after, &was->from)->kind == ROUTE_CONNECT) &&
	       same_link(before, after, was->link);
}

/* Of the addresses of a stretch before and one after: has a target there another way? */
static bool moved_within(
    const struct targets *t, struct range a, struct range b, struct addr *ret_to)
{
	struct range both = {
	    a.first > b.first ? a.first : b.first, a.last < b.last ? a.last : b.last};
	struct stretch hosts[2];

	if (both.first > both.last)
		return false;
	targets_hosts_in(t, both, hosts);
	if (hosts[0].n + hosts[1].n == 0)
		return false;
	*ret_to = targets_host(t, hosts[hosts[0].n == 0].first);
	return true;
}

/* Two lists of stretches side by side: whichever ends first goes on. */
static bool compare(const struct routes *before, const struct routes *after,
    const struct targets *t, struct route_move *ret_move)
{
	struct range a, b;
	const struct route *was, *is;
	size_t i = 0, k = 0;
	bool more = routes_next(before, &i, &a, &was) && routes_next(after, &k, &b, &is);

	while (more) {
		struct addr to;

		if (!still_goes(before, was, after, is) && moved_within(t, a, b, &to)) {
			*ret_move = (struct route_move){to, end_of(before, was), end_of(after, is)};
			return true;
		}
		if (a.last < b.last)
			more = routes_next(before, &i, &a, &was);
		else if (a.last > b.last)
			more = routes_next(after, &k, &b, &is);
		else
			more = routes_next(before, &i, &a, &was) && routes_next(after, &k, &b, &is);
	}
	return false;
}

struct err routes_moved(
    const struct routes *r, const struct targets *t, bool *ret_moved, struct route_move *ret_move)
{
	struct routes now = {.kernel_only = r->kernel_only, .uid = r->uid};
	int netlink = -1;
	struct err e = netlink_open(&netlink);

	if (err_is(e))
		return e;
	e = read_all(&now, netlink);
	close(netlink);
	if (!err_is(e))
		*ret_moved = compare(r, &now, t, ret_move);
	now.kernel_only = (struct kernel_only){0}; /* which is r's */
	clear(&now);
	return e;
}
