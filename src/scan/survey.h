/*
 * survey.h: which share of those who would answer has been heard, by estimate: of each part of the
 * scan by how often it was asked, and of parts in which surely fewer answered than elsewhere (a
 * bottleneck, an outage) by how many those are.
 */
#pragma once

#include "scan/limits.h"

#include <stdint.h>

struct survey {
	uint64_t asked[PASSES_MAX + 1]; /* targets, by passes */
	uint64_t known; /* targets of whom the sample need not tell: */
	double known_missed; /* of these so many are missed */
};

void survey_add(struct survey *s, uint64_t asked, unsigned passes);
/* missed: a share, 0 to 1. */
void survey_add_known(struct survey *s, uint64_t asked, double missed);
uint64_t survey_asked(const struct survey *s);
/* Targets that one who would answer has been heard of, had all of them been such. loss: of a probe
 * or its answer. */
double survey_covered(const struct survey *s, double loss);
