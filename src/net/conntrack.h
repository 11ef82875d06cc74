/*
 * conntrack.h: the kernel's table of tracked connections, where it is in use. A SYN without an
 * answer stays in it for two minutes, and a full table drops everybody's packets: so at 80 % the
 * budget's rate is halved, each second anew, and given back in small steps below 60 %.
 */
#pragma once

#include "net/budget.h"
#include "net/loop.h"

struct conntrack;

/* A line for the user: once in the life of the watch. */
typedef void conntrack_note_fn(void *context, const char *line);

/*
 * Opens the table's two numbers now, before a sandbox, and looks at them each second until it is
 * freed. directory: NULL is /proc/sys/net/netfilter. *ret_conntrack is NULL where nothing is
 * tracked.
 */
must_use struct err conntrack_new(struct loop *loop, struct budget *budget, uint32_t per_second,
    const char *directory, conntrack_note_fn *note, void *context,
    struct conntrack **ret_conntrack);
void conntrack_free(struct conntrack *c);
/* Now, not in a second. Returns the rate in force (0: unlimited). */
uint32_t conntrack_look(struct conntrack *c);
