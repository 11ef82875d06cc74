/*
 * links.c: one dump of RTM_GETLINK. What counts as Ethernet is what the kernel itself would put an
 * Ethernet header on after asking who has the address: a tunnel, a WireGuard or ppp device has no
 * such header, a dummy or an IPVLAN says NOARP.
 */
#include "net/links.h"

#include "base/vec.h"
#include "net/limits.h"
#include "net/netlink.h"

#include <linux/if_arp.h>
#include <stdio.h>
#include <string.h>

static void read_link(const struct nlmsghdr *row, struct link_info *l)
{
	const struct ifinfomsg *head = NLMSG_DATA(row);
	const char *name = netlink_attr(row, sizeof(*head), IFLA_IFNAME, 1);
	const void *mac = netlink_attr(row, sizeof(*head), IFLA_ADDRESS, sizeof(l->mac));

	*l = (struct link_info){
	    .index = head->ifi_index,
	    .loopback = head->ifi_flags & IFF_LOOPBACK,
	    .up = head->ifi_flags & IFF_UP,
	    .running = head->ifi_flags & IFF_RUNNING,
	};
	snprintf(l->name, sizeof(l->name), "%s", name ? name : "");
	if (mac)
		memcpy(l->mac, mac, sizeof(l->mac));
	l->ethernet = mac && head->ifi_type == ARPHRD_ETHER &&
		      !(head->ifi_flags & (IFF_LOOPBACK | IFF_POINTOPOINT | IFF_NOARP));
}

static void link_row(void *context, const struct nlmsghdr *row)
{
	struct links *l = context;
	struct link_info *v;

	if (row->nlmsg_type != RTM_NEWLINK)
		return;
	v = vec_room(l->v, l->n, &l->cap, sizeof(*v), LINKS_MAX);
	if (!v) {
		l->cut = true;
		return;
	}
	l->v = v;
	read_link(row, &v[l->n++]);
}

struct err links_read(int netlink, struct links *ret_links)
{
	struct links l = {0};
	struct err e = netlink_dump(netlink, RTM_GETLINK, link_row, &l);

	if (!err_is(e) && l.cut)
		e = err_limit("too many network interfaces");
	if (err_is(e)) {
		links_done(&l);
		return e;
	}
	*ret_links = l;
	return OK;
}

void links_done(struct links *l)
{
	free(l->v);
	*l = (struct links){0};
}

const struct link_info *links_find(const struct links *l, int index)
{
	for (size_t i = 0; i < l->n; i++)
		if (l->v[i].index == index)
			return &l->v[i];
	return NULL;
}
