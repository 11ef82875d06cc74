/*
 * recapture.h: what a sample that was asked twice tells of what was missed: the capture-recapture
 * of Lincoln and Petersen, by which fish are counted. Who never answers is in none of the numbers,
 * so silent addresses do not look like loss.
 */
#pragma once

#include <stdint.h>

/* Of targets asked twice: those heard both times, and once. Heard never: not counted. */
struct recapture {
	uint64_t both, one;
};

void recapture_add(struct recapture *sum, const struct recapture *more);

/* Best estimate that a probe or its answer is lost; 0..1. Nothing heard: 0. */
double recapture_loss(const struct recapture *r);
/* What the loss may be at most, and at least, if the sample is no worse than one in forty (two
 * standard deviations). Samples too small to tell: at most a half, for a path that loses more is
 * seen by its user; at least 0. */
double recapture_loss_at_most(const struct recapture *r);
double recapture_loss_at_least(const struct recapture *r);

/* What it is likely to be more than: one standard deviation below the best estimate. */
double recapture_loss_modest(const struct recapture *r);

/* The share of those who would answer that so many passes have heard. */
double recapture_coverage(double loss, unsigned passes);
