/*
 * neighbours.h: the IPv6 hosts of the local networks as targets.
 */
#pragma once

#include "app/sources.h"

/* EXIT_DONE, or the exit status of a failure that has been told. Needs CAP_NET_RAW. */
int neighbours_add(struct sources *s);
