/*
 * neigh.c: counts the neighbours that the kernel cannot forget, a few times a second, while on-link
 * hosts are being tried, and hands out what is left of half the table until the next count. That is
 * always on the safe side: they only become fewer but by the connections that are counted here.
 *
 * Where the table is full, the kernel forgets entries that have not changed for five seconds
 * (neigh_forced_gc() in net/core/neighbour.c).
 */
#include "net/neigh.h"

#include "base/vec.h"
#include "inet/cidr.h"
#include "net/limits.h"
#include "net/netlink.h"

#include <errno.h>
#include <linux/neighbour.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { COUNT_PAUSE_US = 100000, TABLE_DEFAULT = 1024, KEPT_S = 5, USER_HZ = 100 };
enum { V4, V6, FAMILIES };

struct neigh {
	int netlink;
	uint32_t share;
	uint32_t limit[FAMILIES]; /* half of gc_thresh3 */
	uint32_t kept[FAMILIES]; /* that it cannot forget */
	uint32_t room[FAMILIES]; /* left until the next count */
	bool counted;
	uint64_t counted_us;
	struct cidr *on_link;
	size_t n_on_link, on_link_cap;
	uint32_t *quiet; /* interfaces without neighbour discovery */
	size_t n_quiet, quiet_cap;
};

static uint32_t read_limit(const char *path)
{
	FILE *f = fopen(path, "re");
	unsigned size = 0;

	if (f) {
		if (fscanf(f, "%u", &size) != 1)
			size = 0;
		fclose(f);
	}
	/* Only the first network namespace shows it; the others share its value. */
	return (size ? size : TABLE_DEFAULT) / 2;
}

static void link_row(void *context, const struct nlmsghdr *row)
{
	const struct ifinfomsg *link = NLMSG_DATA(row);
	struct neigh *n = context;
	uint32_t *v;

	if (row->nlmsg_type != RTM_NEWLINK || !(link->ifi_flags & (IFF_LOOPBACK | IFF_NOARP)))
		return;
	v = vec_room(n->quiet, n->n_quiet, &n->quiet_cap, sizeof(*v), LINKS_MAX);
	if (!v)
		return;
	n->quiet = v;
	v[n->n_quiet++] = (uint32_t)link->ifi_index;
}

static bool is_quiet(const struct neigh *n, uint32_t link)
{
	for (size_t i = 0; i < n->n_quiet; i++)
		if (n->quiet[i] == link)
			return true;
	return false;
}

/* A route to a network of our own: no router, and an interface that asks for neighbours. */
static bool is_on_link(const struct neigh *n, const struct nlmsghdr *row)
{
	const struct rtmsg *route = NLMSG_DATA(row);
	const uint32_t *link = netlink_attr(row, sizeof(*route), RTA_OIF, sizeof(*link));

	return row->nlmsg_type == RTM_NEWROUTE && route->rtm_type == RTN_UNICAST &&
	       !(route->rtm_flags & RTM_F_CLONED) && link && !is_quiet(n, *link) &&
	       !netlink_attr(row, sizeof(*route), RTA_GATEWAY, 0) &&
	       !netlink_attr(row, sizeof(*route), RTA_VIA, 0) &&
	       !netlink_attr(row, sizeof(*route), RTA_MULTIPATH, 0);
}

static void route_row(void *context, const struct nlmsghdr *row)
{
	const struct rtmsg *route = NLMSG_DATA(row);
	size_t bytes = netlink_addr_bytes(route->rtm_family);
	const void *to = netlink_attr(row, sizeof(*route), RTA_DST, bytes);
	struct neigh *n = context;
	struct cidr *v;

	if (!bytes || !is_on_link(n, row))
		return;
	v = vec_room(n->on_link, n->n_on_link, &n->on_link_cap, sizeof(*v), ROUTES_MAX);
	if (!v)
		return;
	n->on_link = v;
	v[n->n_on_link++] = netlink_prefix(route->rtm_family, to, route->rtm_dst_len);
}

static bool is_kept(const struct nlmsghdr *row, const struct ndmsg *neighbour)
{
	const struct nda_cacheinfo *times =
	    netlink_attr(row, sizeof(*neighbour), NDA_CACHEINFO, sizeof(*times));

	if (neighbour->ndm_state & (NUD_PERMANENT | NUD_NOARP | NUD_FAILED))
		return false;
	return neighbour->ndm_state & NUD_INCOMPLETE || !times ||
	       times->ndm_updated < KEPT_S * USER_HZ;
}

static void neigh_row(void *context, const struct nlmsghdr *row)
{
	const struct ndmsg *neighbour = NLMSG_DATA(row);
	struct neigh *n = context;

	if (row->nlmsg_type == RTM_NEWNEIGH && is_kept(row, neighbour))
		n->kept[neighbour->ndm_family == AF_INET6 ? V6 : V4]++;
}

struct err neigh_new(uint32_t share, struct neigh **ret_neigh)
{
	struct neigh *n = calloc(1, sizeof(*n));
	struct err e;

	if (!n)
		return err_io(ENOMEM, "neighbours");
	n->share = share ? share : 1;
	n->netlink = -1;
	n->limit[V4] = read_limit("/proc/sys/net/ipv4/neigh/default/gc_thresh3");
	n->limit[V6] = read_limit("/proc/sys/net/ipv6/neigh/default/gc_thresh3");
	e = netlink_open(&n->netlink);
	if (!err_is(e))
		e = netlink_dump(n->netlink, RTM_GETLINK, link_row, n);
	if (!err_is(e))
		e = netlink_dump(n->netlink, RTM_GETROUTE, route_row, n);
	if (err_is(e)) {
		neigh_free(n);
		return e;
	}
	*ret_neigh = n;
	return OK;
}

void neigh_free(struct neigh *n)
{
	if (!n)
		return;
	if (n->netlink >= 0)
		close(n->netlink);
	free(n->on_link);
	free(n->quiet);
	free(n);
}

static void count(struct neigh *n, uint64_t now_us)
{
	n->kept[V4] = n->kept[V6] = 0;
	n->counted = true;
	n->counted_us = now_us;
	if (err_is(netlink_dump(n->netlink, RTM_GETNEIGH, neigh_row, n))) {
		n->room[V4] = n->room[V6] = 1; /* blind, so slowly */
		return;
	}
	for (size_t f = 0; f < FAMILIES; f++)
		n->room[f] = n->limit[f] > n->kept[f]
				 ? (n->limit[f] - n->kept[f] + n->share - 1) / n->share
				 : 0;
}

static bool on_link(const struct neigh *n, const struct addr *a)
{
	for (size_t i = 0; i < n->n_on_link; i++)
		if (cidr_contains(&n->on_link[i], a))
			return true;
	return false;
}

/* NULL: it is not on-link. */
static uint32_t *room_for(struct neigh *n, const struct addr *a, uint64_t now_us)
{
	if (!on_link(n, a))
		return NULL;
	if (!n->counted || now_us - n->counted_us >= COUNT_PAUSE_US)
		count(n, now_us);
	return &n->room[addr_is_v4(a) ? V4 : V6];
}

bool neigh_has_room(struct neigh *n, const struct addr *a, uint64_t now_us)
{
	const uint32_t *room = room_for(n, a, now_us);

	return !room || *room > 0;
}

bool neigh_take(struct neigh *n, const struct addr *a, uint64_t now_us)
{
	uint32_t *room = room_for(n, a, now_us);

	if (room && *room == 0)
		return false;
	if (room)
		--*room;
	return true;
}
