/*
 * bench.h: what the programs that measure a room alone have in common.
 */
#pragma once

#include "base/err.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

/* Says what went wrong, and ends. */
static inline void check(struct err e)
{
	char what[200];

	if (!err_is(e))
		return;
	fprintf(stderr, "%s\n", err_text(e, what, sizeof(what)));
	exit(3);
}

/* Of the processor: other programs do not count. */
static inline double seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}
