/*
 * tx_stats.h: what the kernel counts of a link, whoever sent it. Needs no rights.
 */
#pragma once

#include "base/err.h"

struct tx_stats {
	uint64_t sent;
	uint64_t dropped; /* for want of room, or nobody was there to take them */
};

/* Counters that fell began anew: a driver that was loaded again, a link reset. */
bool tx_stats_fell(const struct tx_stats *before, const struct tx_stats *now);
/* netlink: of netlink_open(). */
must_use struct err tx_stats_read(int netlink, int link, struct tx_stats *ret_stats);
