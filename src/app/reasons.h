/*
 * reasons.h: why hosts could not be reached, counted by errno, with one example each: a line per
 * reason at the end of a scan tells more than a thousand in between. A worker counts its own, the
 * keeper adds them up.
 */
#pragma once

#include "observe/codec.h"

/* Errnos that a connection can end with, and mishaps of an engine; more are not told apart. */
enum { REASONS_MAX = 16 };

struct reasons {
	size_t n;
	struct reason each[REASONS_MAX];
};

void reasons_add(struct reasons *r, const struct reason *reason);
/* "12 hosts: No route to host (10.0.0.7:443 first)"; of a mishap "12 answers may be lost, ...".
 * Returns text. */
const char *reason_text(const struct reason *reason, char *text, size_t size);
