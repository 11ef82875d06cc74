/*
 * neigh.h: hosts of local networks that do not answer ARP. The kernel keeps each as an unresolved
 * neighbour for three seconds, in a table that the whole machine shares and that holds gc_thresh3
 * entries (1024 by default): a scanner that fills it cuts its own machine off. So connections to
 * on-link destinations keep the unresolved ones below half of it.
 */
#pragma once

#include "base/err.h"
#include "inet/addr.h"

struct neigh;

/* Reads limits, links and on-link routes now, before a sandbox. share: among so many workers. */
must_use struct err neigh_new(uint32_t share, struct neigh **ret_neigh);
void neigh_free(struct neigh *n);
/* Room for one more unresolved neighbour? Always, where a is not on-link. A yes is counted. */
bool neigh_take(struct neigh *n, const struct addr *a, uint64_t now_us);
