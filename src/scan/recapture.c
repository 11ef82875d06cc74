/*
 * recapture.c: if a probe goes unheard with the chance q, a target that answers is heard twice with
 * (1 - q)^2 and once with 2 q (1 - q). So of those heard at all the share heard once is
 * 2 q / (1 + q): that share is a plain proportion, whose bounds are Wilson's (1927), and q is half
 * of it less its own half.
 */
#include "scan/recapture.h"

/* Squared: two standard deviations, 95 % lie between the bounds; one, 84 % above it. */
static const double SURE = 4, MODEST = 1;

void recapture_add(struct recapture *sum, const struct recapture *more)
{
	sum->both += more->both;
	sum->one += more->one;
}

/* From the share heard once to the chance to go unheard. */
static double loss_of(double share)
{
	return share / (2 - share);
}

double recapture_loss(const struct recapture *r)
{
	uint64_t heard = r->both + r->one;

	return heard ? loss_of((double)r->one / (double)heard) : 0;
}

/* Wilson's bound towards `far` (0 or 1): the share furthest that way from which the sample is not
 * more than so many deviations off, by halving. */
static double bound(const struct recapture *r, double far, double deviations_squared)
{
	double n = (double)(r->both + r->one);
	double seen = (double)r->one / n, near = seen;

	for (unsigned i = 0; i < 40; i++) {
		double share = (near + far) / 2, off = seen - share;

		if (n * off * off <= deviations_squared * share * (1 - share))
			near = share;
		else
			far = share;
	}
	return loss_of(near);
}

double recapture_loss_at_most(const struct recapture *r)
{
	double best = recapture_loss(r), most = 0.5;

	if (r->both + r->one > 0 && bound(r, 1, SURE) < most)
		most = bound(r, 1, SURE);
	return best > most ? best : most;
}

double recapture_loss_at_least(const struct recapture *r)
{
	return r->both + r->one > 0 ? bound(r, 0, SURE) : 0;
}

double recapture_loss_modest(const struct recapture *r)
{
	return r->both + r->one > 0 ? bound(r, 0, MODEST) : 0;
}

double recapture_coverage(double loss, unsigned passes)
{
	double missed = 1;

	while (passes-- > 0)
		missed *= loss;
	return 1 - missed;
}
