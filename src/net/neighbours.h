/*
 * neighbours.h: which IPv6 hosts are on the local networks, by asking all of them. Nobody could try
 * every address of such a network; those who are there are found by a multicast question.
 */
#pragma once

#include "inet/addr.h"

/* Each address once, in order; a link-local one, with its zone, only of hosts that were not heard
 * from by another. Not this machine's own. */
typedef void neighbour_fn(void *context, const struct addr *a);

/* Asks on every Ethernet link that is up, twice, and listens for so long. Needs CAP_NET_RAW: ERR_IO
 * with EPERM without. ERR_LIMIT: more than NEIGHBOURS_MAX of them. */
must_use struct err neighbours_find(
    uint32_t ident, uint64_t wait_us, neighbour_fn *found, void *context);
