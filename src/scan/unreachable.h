/*
 * unreachable.h: why a target cannot be reached, as connect(2) would call it.
 */
#pragma once

#include "inet/answer.h"
#include "net/route.h"

/* Of an ANSWER_UNREACHABLE: an errno, or ENGINE_PROHIBITED. */
int unreachable_errno(const struct answer *a);
/* Of a ROUTE_NONE: the same. */
int unreachable_route(const struct route *route);
