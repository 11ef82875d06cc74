/*
 * progress.h: the one live line of a scan on a terminal.
 */
#pragma once

#include "base/buf.h"

struct progress_state {
	uint64_t done, total; /* targets; total 0: not known */
	uint64_t per_second; /* of late */
	uint64_t open;
	uint64_t certificates; /* endpoints that gave one */
	uint64_t findings; /* endpoints with a finding that holds */
	uint64_t pending; /* open ports still being asked */
	uint64_t elapsed_s;
	bool paused, stopping;
};

/* Appends the text, without CR or LF, clipped to `width` columns (0: not clipped). Seconds left are
 * done, total and elapsed_s's own sum. */
void progress_text(const struct progress_state *p, unsigned width, struct buf *out);
