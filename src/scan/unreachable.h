/*
 * unreachable.h: why a target cannot be reached, as connect(2) would call it.
 */
#pragma once

#include "inet/answer.h"
#include "net/route.h"

/* Of an ANSWER_UNREACHABLE: an errno, or ENGINE_PROHIBITED. */
int unreachable_errno(const struct answer *a);
/* Nobody will answer there: it is a rule, or the host itself, that says so. What a router says of
 * its way, or who is too busy to look for a host, may be over in a second. */
bool unreachable_for_good(int os_error);
/* Of a ROUTE_NONE: the same. */
int unreachable_route(const struct route *route);
