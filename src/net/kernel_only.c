/*
 * kernel_only.c: what is read here is believed as soon as it may matter: a connection costs more
 * than a frame, and goes right. Rules hold from any address, for the address is chosen by routes;
 * policies of IPsec from that which was chosen. Those with a mark or of an interface of their own
 * are not for us: our sockets have no mark, and such interfaces no Ethernet.
 */
#include "net/kernel_only.h"

#include "base/vec.h"
#include "net/limits.h"
#include "net/netlink.h"

#include <errno.h>
#include <linux/fib_rules.h>
#include <linux/xfrm.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void add(struct kernel_only *k, const struct kernel_only_row *row)
{
	struct kernel_only_row *v = vec_room(k->v, k->n, &k->cap, sizeof(*v), KERNEL_ONLY_MAX);

	if (!v) {
		k->cut = true;
		return;
	}
	k->v = v;
	v[k->n++] = *row;
}

static bool is_of_tcp(uint8_t protocol)
{
	return protocol == 0 || protocol == IPPROTO_TCP;
}

static void rule_row(void *context, const struct nlmsghdr *row)
{
	const struct fib_rule_hdr *rule = NLMSG_DATA(row);
	const size_t head = sizeof(*rule), ports = sizeof(struct fib_rule_port_range);
	const uint8_t *protocol = netlink_attr(row, head, FRA_IP_PROTO, 1);
	const char *in = netlink_attr(row, head, FRA_IIFNAME, 1);
	struct kernel_only_row k = {.why = "a routing rule looks at ports"};
	const void *to = netlink_attr(row, head, FRA_DST, netlink_addr_bytes(rule->family));

	if (row->nlmsg_type != RTM_NEWRULE ||
	    (rule->family != AF_INET && rule->family != AF_INET6) ||
	    (!netlink_attr(row, head, FRA_SPORT_RANGE, ports) &&
		!netlink_attr(row, head, FRA_DPORT_RANGE, ports)) ||
	    (protocol && !is_of_tcp(*protocol)) || (in && strcmp(in, "lo") != 0))
		return;
	k.from = netlink_prefix(rule->family, NULL, 0);
	k.to = rule->flags & FIB_RULE_INVERT ? k.from
					     : netlink_prefix(rule->family, to, rule->dst_len);
	add(context, &k);
}

/* Does it encrypt or forbid TCP that leaves from a plain socket? */
static bool is_policy(const struct nlmsghdr *row, const struct xfrm_userpolicy_info *policy)
{
	const size_t head = sizeof(*policy);
	const struct xfrm_mark *mark = netlink_attr(row, head, XFRMA_MARK, sizeof(*mark));
	const uint32_t *interface = netlink_attr(row, head, XFRMA_IF_ID, sizeof(*interface));

	return policy->dir == XFRM_POLICY_OUT && is_of_tcp(policy->sel.proto) &&
	       !(mark && mark->v) && !(interface && *interface) &&
	       (policy->action == XFRM_POLICY_BLOCK ||
		   netlink_attr(row, head, XFRMA_TMPL, sizeof(struct xfrm_user_tmpl)));
}

static void policy_row(void *context, const struct nlmsghdr *row)
{
	struct xfrm_userpolicy_info policy; /* it has longer words than rows are aligned for */
	const struct xfrm_selector *s = &policy.sel;
	struct kernel_only_row k = {.why = "a policy of IPsec"};

	if (row->nlmsg_type != XFRM_MSG_NEWPOLICY)
		return;
	memcpy(&policy, NLMSG_DATA(row), sizeof(policy));
	if (!is_policy(row, &policy) || (s->family != AF_INET && s->family != AF_INET6))
		return;
	k.from = netlink_prefix(s->family, &s->saddr, s->prefixlen_s);
	k.to = netlink_prefix(s->family, &s->daddr, s->prefixlen_d);
	add(context, &k);
}

/* A small kernel has none of them, and who may not configure IPsec is not told. */
static bool is_none(struct err e)
{
	int errnum = err_class(e) == ERR_IO ? (int)err_detail(e) : 0;

	return errnum == EOPNOTSUPP || errnum == EPROTONOSUPPORT || errnum == EPERM;
}

static struct err policies_read(struct kernel_only *k)
{
	int netlink;
	struct err e = netlink_open_ipsec(&netlink);

	if (err_is(e))
		return e;
	e = netlink_dump(netlink, XFRM_MSG_GETPOLICY, policy_row, k);
	close(netlink);
	return e;
}

struct err kernel_only_read(int netlink, struct kernel_only *ret_rows)
{
	struct kernel_only k = {0};
	struct err e = netlink_dump(netlink, RTM_GETRULE, rule_row, &k);

	if (!err_is(e) || is_none(e))
		e = policies_read(&k);
	if (is_none(e))
		e = OK;
	if (!err_is(e) && k.cut)
		e = err_limit("too many routing rules and IPsec policies");
	if (err_is(e))
		kernel_only_done(&k);
	else
		*ret_rows = k;
	return e;
}

void kernel_only_done(struct kernel_only *k)
{
	free(k->v);
	*k = (struct kernel_only){0};
}

/* All of IPv6 is not of IPv4, whose addresses stand among the others'. */
static bool covers(const struct cidr *c, const struct addr *a)
{
	return addr_is_v4(&c->addr) == addr_is_v4(a) && cidr_contains(c, a);
}

static bool is_any(const struct cidr *c)
{
	return c->bits == (addr_is_v4(&c->addr) ? 96 : 0);
}

const char *kernel_only_why(
    const struct kernel_only *k, const struct addr *from, const struct addr *to)
{
	for (size_t i = 0; i < k->n; i++) {
		const struct kernel_only_row *row = &k->v[i];

		if (covers(&row->to, to) && (is_any(&row->from) || covers(&row->from, from)))
			return row->why;
	}
	return NULL;
}
