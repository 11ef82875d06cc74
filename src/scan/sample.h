/*
 * sample.h: some of the targets are asked twice, a moment apart: how often only one of the two is
 * answered tells how many answers are missed (capture and recapture). One in a hundred or so is
 * chosen before anything is known of it, more where the scan is slow; and of those who answer some
 * more, for where most are silent chance meets few. It is looked at twice: soon, for the pace, and
 * when late answers are in, for the coverage.
 */
#pragma once

#include "scan/recapture.h"

#include <stdbool.h>
#include <stdint.h>

enum { SAMPLE_MAX = 1 << 14, SAMPLE_ROWS = 1 << 12 };

struct sampled {
	uint64_t step;
	uint64_t asked_us; /* first; of those chosen because they answered: when they did */
	uint64_t older; /* number of another in the same row */
	bool first, second; /* answered */
	bool chosen; /* because the first was answered */
	bool closed; /* by a reset, which nobody sends twice */
};

struct sample {
	struct sampled v[SAMPLE_MAX]; /* a ring: of the numbers [settled, end) */
	uint64_t rows[SAMPLE_ROWS]; /* the newest number of a row, plus 1 */
	uint64_t asked; /* these were asked a second time */
	uint64_t quick; /* these were looked at soon */
	uint64_t settled; /* and these for good */
	uint64_t end;
	uint64_t seen; /* targets asked */
	uint32_t skipped; /* of them since the last that became one of the sample */
	uint64_t chosen[2]; /* because they answered: open ones, closed ones */
	struct recapture soon; /* at the first look, of those chosen blindly */
	struct recapture open; /* for good */
	struct recapture recent_open, recent_closed; /* for good, the last some hundred */
	uint64_t rtt_us; /* the longest so far of a first answer; 0: none */
	uint64_t usual_us; /* the longest of late but for those that were repeated; 0: none */
};

/* A step was asked for the first time, at so many a second in all: it may become one of the
 * sample. */
void sample_asked(struct sample *s, uint64_t step, uint32_t rate, uint64_t now_us);
/* One that is to be asked for the second time now; false: none. */
bool sample_due(struct sample *s, uint64_t now_us, uint64_t *ret_step);
/* True: to a second question, and for the first time. */
bool sample_answered(struct sample *s, uint64_t step, bool second, bool closed, uint64_t now_us);
/* Of probes to open ports and their answers: what is lost now, and what it may be at most; nearly
 * the same once enough is known. false: it is not. */
bool sample_loss(const struct sample *s, double *ret_likely, double *ret_at_most);
/* Time has passed. wait_us: for late answers, from the second probe on. */
void sample_look(struct sample *s, uint64_t wait_us, uint64_t now_us);
