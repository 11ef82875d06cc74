/*
 * fanout.h: several sockets share the packets of an interface (packet(7), PACKET_FANOUT): both
 * directions between two addresses go to the same one, fragments and whatever is inside too.
 */
#pragma once

#include "base/err.h"

/* fd is bound. *group 0: becomes that of a new group, of nobody else; else joins that one. It is
 * one more than the kernel's number, for that may be 0. */
must_use struct err fanout_join(int fd, uint32_t *group);
