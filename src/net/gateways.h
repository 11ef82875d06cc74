/*
 * gateways.h: the MAC addresses of the routers that routes lead to. For net/route.
 */
#pragma once

#include "net/route.h"

/* Of the ROUTE_GATEWAYs among n ways, or of those that have hosts; waits for so long at most. */
must_use struct err gateways_resolve(
    struct route *ways, size_t n, bool with_hosts, uint64_t wait_us);
/* What a row of its table of neighbours says of them: a struct nlmsghdr. */
void gateways_heard(struct route *ways, size_t n, const void *row);
/* What the kernel knows now. */
must_use struct err gateways_refresh(struct route *ways, size_t n);
