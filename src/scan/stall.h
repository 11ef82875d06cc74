/*
 * stall.h: a link that takes nothing, for its interface is down. All else waits with it: whoever is
 * not asked now would be taken for silent.
 */
#pragma once

#include "net/links.h"

/* Zeroed: all is well. */
struct stall {
	const struct link_info *link; /* that is waited for; NULL: none */
	uint64_t since_us;
	bool given_up; /* it was waited for long enough */
	char text[IFNAMSIZ + 64];
};

/* stuck: the link that took nothing now, or NULL. What to tell the user of it; NULL: no news. */
const char *stall_look(struct stall *s, const struct link_info *stuck, uint64_t now_us);
