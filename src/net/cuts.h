/*
 * cuts.h: the addresses at which the kernel may begin to send another way: where a prefix of one of
 * its routes or rules begins or ends. Between two neighbours one question answers for all.
 */
#pragma once

#include "net/kernel_only.h"
#include "net/links.h"

struct cuts {
	unsigned __int128 *v; /* numbers of addresses (inet/range.h) */
	size_t n, cap;
	bool full; /* there are more than CUTS_MAX */
};

/* Every table's routes, the rules, the others; each link's own link-local addresses; sorted, each
 * once; from 0 on. */
must_use struct err cuts_read(int netlink, const struct links *links,
    const struct kernel_only *others, struct cuts *ret_cuts);
void cuts_done(struct cuts *c);
