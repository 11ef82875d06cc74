/*
 * cuts.c: which table or rule a prefix is of does not matter here: the kernel itself is asked about
 * each stretch (net/route_ask), so a prefix that no rule leads to only costs a question. Some
 * prefixes are in no table and count nonetheless: IPv4's multicast and broadcast, and those of the
 * labels by which a source address of IPv6 is chosen (RFC 6724 2.1).
 */
#include "net/cuts.h"

#include "base/vec.h"
#include "inet/range.h"
#include "net/limits.h"
#include "net/netlink.h"

#include <errno.h>
#include <linux/fib_rules.h>
#include <string.h>

static const unsigned __int128 ZONE_STEP = (unsigned __int128)1 << 64;
enum { V4_BITS = 96 }; /* before an IPv4 address in its mapped form */

static const struct {
	uint8_t b[16];
	unsigned bits;
} special[] = {
    {{[10] = 0xff, [11] = 0xff, [12] = 0xe0}, V4_BITS + 4},
    {{[10] = 0xff, [11] = 0xff, [12] = 0xff, 0xff, 0xff, 0xff}, 128},
    {{0}, 0},
    {{[15] = 1}, 128},
    {{[10] = 0xff, [11] = 0xff}, V4_BITS},
    {{0}, 96},
    {{0x20, 0x02}, 16},
    {{0x20, 0x01}, 32},
    {{0xfc}, 7},
    {{0xfe, 0x80}, 10},
    {{0xfe, 0xc0}, 10},
    {{0x3f, 0xfe}, 16},
    {{0xff}, 8},
};

static void add(struct cuts *c, unsigned __int128 number)
{
	unsigned __int128 *v = vec_room(c->v, c->n, &c->cap, sizeof(*v), CUTS_MAX);

	if (!v) {
		c->full = true;
		return;
	}
	c->v = v;
	v[c->n++] = number;
}

static void add_prefix(struct cuts *c, const struct cidr *prefix)
{
	unsigned __int128 first = addr_number(&prefix->addr);

	add(c, first);
	if (prefix->bits > 0) /* all end nowhere; what ends at the very end comes out as 0 */
		add(c, first + ((unsigned __int128)1 << (128 - prefix->bits)));
}

static void route_row(void *context, const struct nlmsghdr *row)
{
	const struct rtmsg *route = NLMSG_DATA(row);
	size_t n = netlink_addr_bytes(route->rtm_family);
	const uint32_t *link = netlink_attr(row, sizeof(*route), RTA_OIF, sizeof(*link));
	struct cidr to;

	if (row->nlmsg_type != RTM_NEWROUTE || route->rtm_flags & RTM_F_CLONED || !n)
		return;
	to = netlink_prefix(
	    route->rtm_family, netlink_attr(row, sizeof(*route), RTA_DST, n), route->rtm_dst_len);
	if (link && route->rtm_family == AF_INET6)
		to.addr.zone = *link;
	add_prefix(context, &to);
}

static void rule_row(void *context, const struct nlmsghdr *row)
{
	const struct fib_rule_hdr *rule = NLMSG_DATA(row);
	size_t n = netlink_addr_bytes(rule->family);
	struct cidr to;

	if (row->nlmsg_type != RTM_NEWRULE || !n)
		return;
	to = netlink_prefix(
	    rule->family, netlink_attr(row, sizeof(*rule), FRA_DST, n), rule->dst_len);
	add_prefix(context, &to);
}

/* The zone stands in the number of a link-local address, so each link has a stretch of its own. */
static void add_link_local(struct cuts *c, const struct links *links)
{
	for (size_t i = 0; i < links->n; i++) {
		struct addr a = {{0xfe, 0x80}, (uint32_t)links->v[i].index};

		add(c, addr_number(&a));
		add(c, addr_number(&a) + ZONE_STEP);
	}
}

static int by_number(const void *a, const void *b)
{
	const unsigned __int128 *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static void sort(struct cuts *c)
{
	size_t n = 0;

	qsort(c->v, c->n, sizeof(*c->v), by_number);
	for (size_t i = 0; i < c->n; i++)
		if (n == 0 || c->v[i] != c->v[n - 1])
			c->v[n++] = c->v[i];
	c->n = n;
}

struct err cuts_read(
    int netlink, const struct links *links, const struct kernel_only *others, struct cuts *ret_cuts)
{
	struct cuts c = {0};
	struct err e;

	for (size_t i = 0; i < sizeof(special) / sizeof(special[0]); i++) {
		struct cidr prefix = {.bits = special[i].bits};

		memcpy(prefix.addr.b, special[i].b, sizeof(prefix.addr.b));
		add_prefix(&c, &prefix);
	}
	for (size_t i = 0; i < others->n; i++)
		add_prefix(&c, &others->v[i].to);
	add_link_local(&c, links);
	e = netlink_dump(netlink, RTM_GETROUTE, route_row, &c);
	if (!err_is(e))
		e = netlink_dump(netlink, RTM_GETRULE, rule_row, &c);
	if (err_class(e) == ERR_IO && err_detail(e) == EOPNOTSUPP)
		e = OK; /* a small kernel without policy routing */
	if (!err_is(e) && c.full)
		e = err_limit("too many routes to ask the kernel about each");
	if (err_is(e)) {
		cuts_done(&c);
		return e;
	}
	sort(&c);
	*ret_cuts = c;
	return OK;
}

void cuts_done(struct cuts *c)
{
	free(c->v);
	*c = (struct cuts){0};
}
