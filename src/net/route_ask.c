/*
 * route_ask.c: RTM_GETROUTE for one address, and what of the answer decides whether a frame of our
 * own could go that way. A refusal comes in two forms: IPv4 answers with an errno, IPv6 mostly with
 * a route of a type.
 */
#include "net/route_ask.h"

#include "net/netlink.h"
#include "net/sock.h"

#include <errno.h>
#include <netinet/in.h>
#include <string.h>

struct question {
	struct nlmsghdr head;
	struct rtmsg body;
	char attributes[80];
};

static void put(struct question *q, unsigned short type, const void *data, size_t n)
{
	struct rtattr *a = (struct rtattr *)((char *)q + NLMSG_ALIGN(q->head.nlmsg_len));

	a->rta_type = type;
	a->rta_len = (unsigned short)RTA_LENGTH(n);
	memcpy(RTA_DATA(a), data, n);
	q->head.nlmsg_len = NLMSG_ALIGN(q->head.nlmsg_len) + (uint32_t)RTA_SPACE(n);
}

/* from NULL: not chosen yet. Of TCP, for which there may be rules. */
static void ask_for(
    struct question *q, uint32_t uid, const struct addr *to, const struct addr *from)
{
	static const uint8_t protocol = IPPROTO_TCP;
	bool v4 = addr_is_v4(to);

	*q = (struct question){
	    .head =
		{
		    .nlmsg_len = NLMSG_LENGTH(sizeof(q->body)),
		    .nlmsg_type = RTM_GETROUTE,
		    .nlmsg_flags = NLM_F_REQUEST,
		},
	    .body = {.rtm_family = v4 ? AF_INET : AF_INET6, .rtm_dst_len = v4 ? 32 : 128},
	};
	put(q, RTA_DST, v4 ? to->b + 12 : to->b, v4 ? 4 : 16);
	put(q, RTA_UID, &uid, sizeof(uid));
	put(q, RTA_IP_PROTO, &protocol, sizeof(protocol));
	if (from)
		put(q, RTA_SRC, v4 ? from->b + 12 : from->b, v4 ? 4 : 16);
	if (to->zone)
		put(q, RTA_OIF, &to->zone, sizeof(to->zone));
}

/* An address of an attribute. A link-local one is of this link. */
static struct addr read_addr(int family, const void *bytes, int link)
{
	struct addr a = netlink_addr(family, bytes);

	if (addr_is_link_local(&a))
		a.zone = (uint32_t)link;
	return a;
}

struct answer {
	const struct addr *to;
	struct route route;
	uint8_t type; /* RTN_UNICAST and so on */
	bool has_from, encapsulated;
};

static void read_gateway(struct answer *a, const struct nlmsghdr *row, int family)
{
	const struct rtmsg *head = NLMSG_DATA(row);
	size_t n = netlink_addr_bytes(family);
	const void *gateway = netlink_attr(row, sizeof(*head), RTA_GATEWAY, n);
	const struct rtvia *via = netlink_attr(row, sizeof(*head), RTA_VIA, sizeof(*via) + 16);
	struct addr *to = &a->route.gateway;

	a->route.kind = ROUTE_ON_LINK;
	if (gateway)
		*to = read_addr(family, gateway, a->route.link);
	else if (via && via->rtvia_family == AF_INET6)
		*to = read_addr(AF_INET6, via->rtvia_addr, a->route.link);
	else
		return;
	if (!addr_eq(to, a->to))
		a->route.kind = ROUTE_GATEWAY;
	else
		*to = (struct addr){0};
}

static void read_answer(void *context, const struct nlmsghdr *row)
{
	const struct rtmsg *head = NLMSG_DATA(row);
	struct answer *a = context;
	int family = head->rtm_family;
	const uint32_t *link = netlink_attr(row, sizeof(*head), RTA_OIF, sizeof(*link));
	const void *from =
	    netlink_attr(row, sizeof(*head), RTA_PREFSRC, netlink_addr_bytes(family));

	a->type = head->rtm_type;
	a->route.link = link ? (int)*link : 0;
	a->encapsulated = netlink_attr(row, sizeof(*head), RTA_ENCAP_TYPE, 0);
	if (from)
		a->route.from = read_addr(family, from, a->route.link);
	a->has_from = a->has_from || from;
	read_gateway(a, row, family);
}

struct verdict {
	enum route_kind kind;
	const char *why;
	int os_error;
};

static const struct verdict nothing = {ROUTE_NONE, "no route", ENETUNREACH};

static const struct verdict types[] = {
    [RTN_LOCAL] = {ROUTE_CONNECT, "this machine itself", 0},
    [RTN_BROADCAST] = {ROUTE_NONE, "a broadcast address", 0},
    [RTN_ANYCAST] = {ROUTE_CONNECT, "this machine itself", 0},
    [RTN_MULTICAST] = {ROUTE_NONE, "a multicast address", ENETUNREACH},
    [RTN_BLACKHOLE] = {ROUTE_NONE, "a blackhole route", EINVAL},
    [RTN_UNREACHABLE] = {ROUTE_NONE, "an unreachable route", EHOSTUNREACH},
    [RTN_PROHIBIT] = {ROUTE_NONE, "a prohibit route", EACCES},
};

static const struct verdict *refusal(int errnum)
{
	for (size_t i = RTN_BLACKHOLE; i <= RTN_PROHIBIT; i++)
		if (types[i].os_error == errnum)
			return &types[i];
	return &nothing;
}

/* Why only the kernel's sockets go there; NULL: frames of ours do, too. */
static const char *kernel_only(const struct answer *a, const struct link_info *link)
{
	if (link && link->loopback)
		return "this machine itself";
	if (!link || !link->ethernet)
		return "a link without Ethernet addresses";
	if (a->encapsulated)
		return "a route that encapsulates";
	return a->has_from ? NULL : "no address of ours";
}

static void no_frames(struct route *r, const struct verdict *v)
{
	*r = (struct route){
	    .kind = v->kind,
	    .link = v->kind == ROUTE_CONNECT ? r->link : 0,
	    .why = v->why,
	    .os_error = v->os_error,
	};
}

/* NULL: to some host it is. */
static const struct verdict *special(const struct answer *a, int errnum)
{
	if (errnum)
		return refusal(errnum);
	if (a->type < sizeof(types) / sizeof(types[0]) && types[a->type].why)
		return &types[a->type];
	return a->type == RTN_UNICAST ? NULL : &nothing;
}

static void judge(struct answer *a, const struct links *links, int errnum)
{
	struct verdict connect = {.kind = ROUTE_CONNECT};
	const struct verdict *v = special(a, errnum);

	if (!v)
		connect.why = kernel_only(a, links_find(links, a->route.link));
	if (connect.why)
		v = &connect;
	if (v)
		no_frames(&a->route, v);
}

/* Which address of ours to ask for with: rules and routes of IPv6 may be for some only, and are not
 * found without one. */
static bool chosen_from(const struct answer *a, int errnum, struct addr *ret_from)
{
	const struct verdict *v = special(a, errnum);

	if (!addr_is_v4(a->to))
		return v && v->kind == ROUTE_NONE && sock_source(a->to, ret_from);
	*ret_from = a->route.from;
	return !v && a->has_from;
}

/* As connect(2) does it: the first answer chooses the address of ours, and with that it asks for
 * the way (ip_route_connect(), ip6_dst_lookup_tail()). */
struct err route_ask(int netlink, const struct links *links, uint32_t uid, const struct addr *to,
    struct route *ret_route)
{
	struct answer a = {.to = to};
	struct addr from;
	struct question q;
	struct err e;
	int errnum;

	ask_for(&q, uid, to, NULL);
	e = netlink_ask(netlink, &q.head, read_answer, &a, &errnum);
	if (!err_is(e) && chosen_from(&a, errnum, &from)) {
		a = (struct answer){.to = to, .route = {.from = from}, .has_from = true};
		ask_for(&q, uid, to, &from);
		e = netlink_ask(netlink, &q.head, read_answer, &a, &errnum);
	}
	if (err_is(e))
		return e;
	judge(&a, links, errnum);
	*ret_route = a.route;
	return OK;
}
