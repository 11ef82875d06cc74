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
		e = route_ask(netlink, &r->links, &to, &way);
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
		e = kernel_only_read(netlink, &r->kernel_only);
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
		e = read_all(r, netlink);
		close(netlink);
	}
	if (err_is(e)) {
		routes_free(r);
		return e;
	}
	*ret_routes = r;
	return OK;
}

void routes_free(struct routes *r)
{
	if (!r)
		return;
	links_done(&r->links);
	kernel_only_done(&r->kernel_only);
	route_map_done(&r->map);
	free(r->ways);
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
