/*
 * pace.h: how many packets may go now. Either a fixed rate, or one that is sought: it rises while
 * that costs nothing, and falls where more packets bring no more answers. Time is an argument.
 *
 * The share of a cohort that answers is compared from rate to rate (cohort.h). A line that loses a
 * twentieth of everything loses it at any rate, and is no reason to crawl.
 */
#pragma once

#include "scan/cohort.h"
#include "scan/credit.h"
#include "scan/recapture.h"

struct pace_limits {
	uint32_t fixed; /* packets a second; 0: adaptive */
	uint32_t start, max; /* of the adaptive one; start 0 takes PACE_START */
	uint64_t lag_us; /* from a probe to its pair's outcome in `sample`; 0 takes PACE_LAG_US */
};

/* What happened since the last look. */
struct pace_signs {
	uint64_t given; /* packets, to our own machine */
	uint64_t lost; /* of them or of those before: it may notice later */
	struct recapture sample; /* of those asked twice, whose time to answer is over */
};

struct pace {
	struct pace_limits limits;
	uint32_t rate;
	struct credit credit;
	/* This rate: */
	uint64_t since_us, spent;
	struct cohort seen; /* what is told of it */
	struct cohort well; /* rates that were well */
	/* Was even the first of them too fast? The sample, from this time on, until it is sure: */
	bool sure;
	struct recapture early;
	uint64_t early_us;
	double step; /* by which the rate rises, times */
	uint64_t rest_until_us; /* until then it does not */
	uint64_t rest_us; /* how long that was the last time */
	/* Going slower to see whether it helps: */
	enum pace_doubt {
		PACE_NO_DOUBT,
		PACE_ANSWERS, /* fewer than at other rates */
		PACE_ERRORS, /* more of them */
		PACE_SAMPLE, /* was lost in part, and there is no other rate yet */
	} doubt;
	uint32_t doubted_rate;
	double doubted_passing; /* the share that seemed to come through */
	struct cohort doubted;
};

void pace_init(struct pace *p, const struct pace_limits *limits, uint64_t now_us);
/* As those of credit.h, at the rate of the moment. */
uint32_t pace_allows(struct pace *p, uint64_t now_us);
void pace_spend(struct pace *p, uint32_t packets);
/* Some times a second. */
void pace_look(struct pace *p, const struct pace_signs *signs, uint64_t now_us);
/* What became of a cohort. Those of other rates than the present tell it nothing. */
void pace_cohort(struct pace *p, const struct cohort *c, uint64_t now_us);
uint32_t pace_rate(const struct pace *p);
/* How many answers a cohort needs to tell something, where waiting for more would hold the rate
 * back; 0: it does not. */
uint32_t pace_answers_wanted(const struct pace *p, uint64_t now_us);
