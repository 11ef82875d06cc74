/*
 * judge.h: which segments are asked once more, and which are at their end.
 */
#pragma once

#include "scan/cohort.h"
#include "scan/segments.h"

#include <stdbool.h>
#include <stdint.h>

/* What is lost now of probes and their answers: a modest estimate, for a small sample that tells
 * too much by chance would have all of a silent network asked in vain, and what it may be at most.
 * `well`: first passes of times that were not too fast. */
struct loss_now {
	bool known; /* well enough; while it is not, segments wait a while to be judged */
	double likely, at_most;
	struct cohort well;
};

/* Of segments whose wait is over: another pass, or the end. Returns how many targets have been
 * given up. */
uint64_t judge_segments(struct segments *s, const struct segments_limits *limits,
    const struct loss_now *loss, uint64_t now_us);
