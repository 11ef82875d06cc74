/*
 * neigh.h: hosts of local networks that the kernel has to find by ARP or NDP. It keeps each of them
 * for some seconds, found or not, in a table that the whole machine shares and that holds
 * gc_thresh3 entries (1024 by default): a scanner that fills it cuts its own machine off. So
 * connections to on-link destinations keep those that it cannot forget below half of it.
 */
#pragma once

#include "base/err.h"
#include "inet/addr.h"

struct neigh;

/* Reads limits, links and on-link routes now, before a sandbox. share: among so many workers. */
must_use struct err neigh_new(uint32_t share, struct neigh **ret_neigh);
void neigh_free(struct neigh *n);
/* Room for one more neighbour? Always, where a is not on-link. */
bool neigh_has_room(struct neigh *n, const struct addr *a, uint64_t now_us);
/* The same, and a yes is counted. */
bool neigh_take(struct neigh *n, const struct addr *a, uint64_t now_us);
