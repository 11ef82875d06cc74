/*
 * reasons.h: why hosts could not be reached, counted by errno, with one example each: a line per
 * reason at the end of a scan tells more than a thousand in between.
 */
#pragma once

#include "inet/addr.h"

enum { REASONS_MAX = 8 }; /* errnos that a connection can end with; more are not told apart */

struct reasons {
	size_t n;
	struct reason {
		int os_error;
		uint64_t hosts;
		struct addr first;
		uint16_t port;
	} each[REASONS_MAX];
};

void reasons_add(struct reasons *r, int os_error, const struct addr *a, uint16_t port);
/* "12 hosts: No route to host (10.0.0.7:443 first)". Returns text. */
const char *reason_text(const struct reason *reason, char *text, size_t size);
