/*
 * gateways.c: asking for a router's MAC is left to the kernel, which does it anyway for the
 * grabber's connections and keeps the answer fresh. A stale entry counts: the kernel would use it,
 * too.
 */
#include "net/gateways.h"

#include "net/clock.h"
#include "net/netlink.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

enum { LOOK_PAUSE_MS = 20, PORT_DISCARD = 9 };
enum { USABLE = NUD_REACHABLE | NUD_STALE | NUD_DELAY | NUD_PROBE | NUD_PERMANENT };

struct gateways {
	struct route *v;
	size_t n;
};

static bool neighbour_read(const struct nlmsghdr *row, struct addr *ret_addr, uint8_t ret_mac[6])
{
	const struct ndmsg *head = NLMSG_DATA(row);
	size_t n = netlink_addr_bytes(head->ndm_family);
	const void *to = netlink_attr(row, sizeof(*head), NDA_DST, n);
	const void *mac = netlink_attr(row, sizeof(*head), NDA_LLADDR, 6);

	if (row->nlmsg_type != RTM_NEWNEIGH || !n || !to || !mac || !(head->ndm_state & USABLE))
		return false;
	*ret_addr = netlink_addr(head->ndm_family, to);
	memcpy(ret_mac, mac, 6);
	return true;
}

static void neighbour_row(void *context, const struct nlmsghdr *row)
{
	const struct ndmsg *head = NLMSG_DATA(row);
	const struct gateways *g = context;
	struct addr who;
	uint8_t mac[6];

	if (!neighbour_read(row, &who, mac))
		return;
	for (size_t i = 0; i < g->n; i++) {
		struct route *r = &g->v[i];

		if (r->kind != ROUTE_GATEWAY || r->link != head->ndm_ifindex ||
		    memcmp(r->gateway.b, who.b, sizeof(who.b)) != 0)
			continue;
		memcpy(r->mac, mac, sizeof(mac));
		r->has_mac = true;
	}
}

static bool is_missing(const struct route *r, bool with_hosts)
{
	return r->kind == ROUTE_GATEWAY && !r->has_mac && (r->hosts || !with_hosts);
}

static size_t missing(const struct gateways *g, bool with_hosts)
{
	size_t n = 0;

	for (size_t i = 0; i < g->n; i++)
		n += is_missing(&g->v[i], with_hosts);
	return n;
}

/* What cannot be sent just leaves the gateway without its MAC. Other rules may lead to the router's
 * own address by another link, so the link is set. */
static void provoke(const struct route *r)
{
	struct sockaddr_storage to;
	socklen_t n = addr_to_sockaddr(&r->gateway, PORT_DISCARD, &to);
	int fd = socket(to.ss_family, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd < 0)
		return;
	(void)setsockopt(fd, SOL_SOCKET, SO_BINDTOIFINDEX, &r->link, sizeof(r->link));
	(void)sendto(fd, "", 0, 0, (const struct sockaddr *)&to, n);
	close(fd);
}

static struct err wait_for_all(
    const struct gateways *g, int netlink, bool with_hosts, uint64_t wait_us)
{
	uint64_t begun_us = clock_mono_us();
	struct err e;

	for (;;) {
		struct gateways context = *g;

		e = netlink_dump(netlink, RTM_GETNEIGH, neighbour_row, &context);
		if (err_is(e) || missing(g, with_hosts) == 0 ||
		    clock_mono_us() - begun_us >= wait_us)
			return e;
		poll(NULL, 0, LOOK_PAUSE_MS);
	}
}

void gateways_heard(struct route *ways, size_t n, const void *row)
{
	struct gateways g = {ways, n};

	neighbour_row(&g, row);
}

struct err gateways_refresh(struct route *ways, size_t n)
{
	struct gateways g = {ways, n};
	int netlink;
	struct err e = netlink_open(&netlink);

	if (err_is(e))
		return e;
	e = netlink_dump(netlink, RTM_GETNEIGH, neighbour_row, &g);
	close(netlink);
	return e;
}

struct err gateways_resolve(struct route *ways, size_t n, bool with_hosts, uint64_t wait_us)
{
	struct gateways g = {ways, n};
	int netlink;
	struct err e = gateways_refresh(ways, n);

	if (err_is(e) || missing(&g, with_hosts) == 0)
		return e;
	for (size_t i = 0; i < n; i++)
		if (is_missing(&ways[i], with_hosts))
			provoke(&ways[i]);
	e = netlink_open(&netlink);
	if (err_is(e))
		return e;
	e = wait_for_all(&g, netlink, with_hosts, wait_us);
	close(netlink);
	return e;
}
