/*
 * reasons.h: why hosts could not be reached, counted by errno, with one example each: a line per
 * reason at the end of a scan tells more than a thousand in between. A worker counts its own, the
 * keeper adds them up.
 */
#pragma once

#include "observe/codec.h"

enum { REASONS_MAX = 8 }; /* errnos that a connection can end with; more are not told apart */

struct reasons {
	size_t n;
	struct reason each[REASONS_MAX];
};

void reasons_add(struct reasons *r, const struct reason *reason);
/* "12 hosts: No route to host (10.0.0.7:443 first)". Returns text. */
const char *reason_text(const struct reason *reason, char *text, size_t size);
