/*
 * route_ask.h: which way the kernel would send something to an address.
 */
#pragma once

#include "net/route.h"

/* netlink: of netlink_open(). uid: whose packets; rules may be for some users' only. An address
 * that nothing can be sent to is ROUTE_NONE, no error. */
must_use struct err route_ask(int netlink, const struct links *links, uint32_t uid,
    const struct addr *to, struct route *ret_route);
