/*
 * tx_stats.c: one question to the kernel (rtnetlink(7), RTM_GETSTATS) for the counters of one link.
 * Unlike the files of /sys it answers for the network namespace we are in, and to a process that
 * may open nothing.
 */
#include "link/tx_stats.h"

#include "net/netlink.h"

#include <errno.h>
#include <linux/if_link.h>
#include <stddef.h>
#include <string.h>

struct answer {
	struct tx_stats *stats;
	bool given;
};

static void read_row(void *context, const struct nlmsghdr *row)
{
	struct answer *a = context;
	struct rtnl_link_stats64 s;
	size_t enough = offsetof(struct rtnl_link_stats64, multicast); /* later kernels have more */
	const void *p = netlink_attr(row, sizeof(struct if_stats_msg), IFLA_STATS_LINK_64, enough);

	if (row->nlmsg_type != RTM_NEWSTATS || !p)
		return;
	memcpy(&s, p, enough);
	*a->stats = (struct tx_stats){.sent = s.tx_packets, .dropped = s.tx_dropped};
	a->given = true;
}

bool tx_stats_fell(const struct tx_stats *before, const struct tx_stats *now)
{
	return now->sent < before->sent || now->dropped < before->dropped;
}

struct err tx_stats_read(int netlink, int link, struct tx_stats *ret_stats)
{
	struct {
		struct nlmsghdr head;
		struct if_stats_msg body;
	} request = {
	    .head =
		{
		    .nlmsg_len = sizeof(request),
		    .nlmsg_type = RTM_GETSTATS,
		    .nlmsg_flags = NLM_F_REQUEST,
		},
	    .body =
		{
		    .ifindex = (uint32_t)link,
		    .filter_mask = IFLA_STATS_FILTER_BIT(IFLA_STATS_LINK_64),
		},
	};
	struct answer a = {.stats = ret_stats};
	int errnum = 0;
	struct err e = netlink_ask(netlink, &request.head, read_row, &a, &errnum);

	if (err_is(e) || a.given)
		return e;
	return err_io(errnum ? errnum : EPROTO, "cannot read the link's counters");
}
