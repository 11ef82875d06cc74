/*
 * cohort.h: targets that were asked for the first time at one rate, and what became of them. The
 * walk asks in random order, so the same share of each cohort answers, unless something gets lost.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct cohort {
	uint32_t rate; /* packets a second that were allowed then */
	uint64_t asked; /* targets */
	uint64_t answered; /* of those: open or closed */
	uint64_t unreachable; /* of those: by ICMP */
};

void cohort_add(struct cohort *sum, const struct cohort *more);
/* The same, where what is older counts less and less. */
void cohort_remember(struct cohort *sum, const struct cohort *more);
/* `part` of those asked; nobody asked: 0. */
double cohort_share(const struct cohort *c, uint64_t part);
/* Two shares, n of c->asked and m of d->asked, that chance would not part so far. */
bool cohorts_differ(const struct cohort *c, uint64_t n, const struct cohort *d, uint64_t m);
/* The answers of `c`, of those that would have come had all been as in `well`; nothing known: 1. */
double cohort_passing(const struct cohort *c, const struct cohort *well);
/* The same, but 1 where it may be chance that fewer came. */
double cohort_surely_passing(const struct cohort *c, const struct cohort *well);
