/*
 * cohort.c: shares of two cohorts are compared as two proportions. Many cohorts are compared in a
 * scan, so three and a half standard deviations, one in four thousand, is what chance is granted.
 */
#include "scan/cohort.h"

enum { REMEMBERED = 10000 /* answers */ };

static const double DEVIATIONS_SQUARED = 12;

void cohort_add(struct cohort *sum, const struct cohort *more)
{
	sum->asked += more->asked;
	sum->answered += more->answered;
	sum->unreachable += more->unreachable;
}

void cohort_remember(struct cohort *sum, const struct cohort *more)
{
	cohort_add(sum, more);
	while (sum->answered > REMEMBERED || sum->unreachable > REMEMBERED) {
		sum->asked /= 2;
		sum->answered /= 2;
		sum->unreachable /= 2;
	}
}

double cohort_share(const struct cohort *c, uint64_t part)
{
	return c->asked ? (double)part / (double)c->asked : 0;
}

bool cohorts_differ(const struct cohort *c, uint64_t n, const struct cohort *d, uint64_t m)
{
	double asked = (double)(c->asked + d->asked), both = (double)(n + m) / asked;
	double off = cohort_share(c, n) - cohort_share(d, m);

	if (c->asked == 0 || d->asked == 0)
		return false;
	return off * off > DEVIATIONS_SQUARED * both * (1 - both) *
			       (1 / (double)c->asked + 1 / (double)d->asked);
}

double cohort_passing(const struct cohort *c, const struct cohort *well)
{
	double ever = cohort_share(well, well->answered);

	return ever > 0 && c->asked > 0 ? cohort_share(c, c->answered) / ever : 1;
}

double cohort_surely_passing(const struct cohort *c, const struct cohort *well)
{
	double passing = cohort_passing(c, well);

	return passing < 1 && cohorts_differ(c, c->answered, well, well->answered) ? passing : 1;
}
