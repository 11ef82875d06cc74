/*
 * pace.c: who sets the rate. Each is tried until enough answers are expected, and judged by the
 * share of first questions that were answered:
 *
 *	as ever		the rate rises: to the double where there is evidence, slowly in silence,
 *			which is no permission
 *	less		what came through is what there is room for: a little less of that is
 *			tried, and the doubt decided there:
 *	    and it helps	a bottleneck: stay, and after a rest rise in small steps
 *	    and it does not	the line's own, or the network has changed: back to the old rate
 *
 * The first rate has nothing to be compared with: there the sample that was asked twice tells
 * whether it is too fast already. What our own machine drops needs no doubt.
 */
#include "scan/pace.h"

#include "scan/limits.h"

static const double STEP_MOST = 2, STEP_SLOW = 1.5, STEP_LEAST = 1.1;
/* Less by so much is believed in. */
static const double TOLERATED = 0.01;
/* Of the sample, at the first rate: few lines lose so much for themselves, and what is less is seen
 * as soon as the rate has doubled. */
static const double TOLERATED_EARLY = 0.1;
/* So little is believed at once: few answers may be none by chance. */
static const double PASSING_LEAST = 0.25;
/* Of the room that there seems to be. */
static const double MODEST = 0.9;
/* A share that seems so good is not looked at any longer. */
static const double PASSING_WELL = 0.9;

enum {
	PATIENCE_US = 1500000, /* a rate is tried so long, where answers are few */
	DOUBT_PATIENCE_US = 4000000, /* and a doubt */
	ENOUGH_ANSWERS = 20, /* half of them less can be seen: so the rate may be doubled */
	MANY_ANSWERS = 100, /* a tenth less can be seen */
	VERY_MANY_ANSWERS = 400, /* what is decided only once */
	MANY_PAIRS = 40, /* of the sample */
	REST_FIRST_US = 4000000,
	REST_MOST_US = 16000000,
	LOOKS_A_SECOND = 4,
	LOOK_LEAST = 100, /* packets: of them one is no overrun */
	MILLION = 1000000,
};

static void rate_begin(struct pace *p, double rate, uint64_t now_us)
{
	double most = p->limits.max, slowest = most < PACE_LEAST ? most : PACE_LEAST;

	rate = rate > most ? most : rate;
	p->rate = (uint32_t)(rate < slowest ? slowest : rate);
	p->since_us = now_us;
	p->spent = 0;
	p->seen = (struct cohort){0};
}

void pace_init(struct pace *p, const struct pace_limits *limits, uint64_t now_us)
{
	*p = (struct pace){
	    .limits = *limits,
	    .rate = limits->fixed,
	    .early_us = now_us,
	    .step = STEP_MOST,
	};
	credit_init(&p->credit, now_us);
	if (!p->limits.lag_us)
		p->limits.lag_us = PACE_LAG_US;
	if (!limits->fixed)
		rate_begin(p, limits->start ? limits->start : PACE_START, now_us);
}

uint32_t pace_allows(struct pace *p, uint64_t now_us)
{
	return credit_allows(&p->credit, p->rate, now_us);
}

void pace_spend(struct pace *p, uint32_t packets)
{
	credit_spend(&p->credit, packets);
	p->spent += packets;
}

uint32_t pace_rate(const struct pace *p)
{
	return p->rate;
}

uint32_t pace_answers_wanted(const struct pace *p, uint64_t now_us)
{
	bool rises = !p->limits.fixed && p->rate < p->limits.max && now_us >= p->rest_until_us;

	return rises && !p->doubt ? ENOUGH_ANSWERS + ENOUGH_ANSWERS / 2 : 0;
}

static bool answers_are_missing(const struct pace *p)
{
	return cohort_surely_passing(&p->seen, &p->well) < 1 - TOLERATED;
}

static bool errors_are_more(const struct pace *p)
{
	double more = cohort_share(&p->seen, p->seen.unreachable) -
		      cohort_share(&p->well, p->well.unreachable);

	return more > TOLERATED &&
	       cohorts_differ(&p->seen, p->seen.unreachable, &p->well, p->well.unreachable);
}

/* Small steps, and time to be calm in: the longer, the more often this has happened. */
static void rest(struct pace *p, uint64_t now_us)
{
	p->rest_us = p->rest_us ? p->rest_us * 2 : REST_FIRST_US;
	if (p->rest_us > REST_MOST_US)
		p->rest_us = REST_MOST_US;
	p->rest_until_us = now_us + p->rest_us;
	p->step = STEP_LEAST;
}

static double believed(double passing)
{
	return passing < PASSING_LEAST ? PASSING_LEAST : passing;
}

static void doubt(struct pace *p, enum pace_doubt why, double share_passing, uint64_t now_us)
{
	share_passing = believed(share_passing);
	p->doubt = why;
	p->doubted = p->seen;
	p->doubted_rate = p->rate;
	p->doubted_passing = share_passing;
	p->early = (struct recapture){0}; /* it tells of this rate */
	p->early_us = now_us + p->limits.lag_us;
	rate_begin(p, MODEST * share_passing * p->rate, now_us);
}

/* How many times the share of answers should be what it was, if there is a bottleneck. */
static double help_expected(const struct pace *p)
{
	double room = p->doubted_passing * p->doubted_rate / p->rate;

	return (room < 1 ? room : 1) / p->doubted_passing;
}

/* Half of what should come back has come. */
static bool answers_are_back(const struct pace *p)
{
	double before = cohort_share(&p->doubted, p->doubted.answered);
	double now = cohort_share(&p->seen, p->seen.answered);

	return p->seen.asked == 0 || now > before * (1 + help_expected(p)) / 2;
}

static bool errors_are_fewer(const struct pace *p)
{
	double ever = cohort_share(&p->well, p->well.unreachable);
	double before = cohort_share(&p->doubted, p->doubted.unreachable);

	return cohort_share(&p->seen, p->seen.unreachable) < (ever + before) / 2;
}

/* Answers that became fewer when the rate rose are believed to have been lost, and errors to have
 * been made, by the rate. That a part of the sample was lost is mostly the line's doing: there,
 * more answers must be more than chance. */
static bool has_helped(const struct pace *p)
{
	switch (p->doubt) {
	case PACE_ERRORS:
		return errors_are_fewer(p);
	case PACE_SAMPLE:
		return answers_are_back(p) &&
		       cohorts_differ(&p->seen, p->seen.answered, &p->doubted, p->doubted.answered);
	case PACE_ANSWERS:
	case PACE_NO_DOUBT:
		break;
	}
	return answers_are_back(p);
}

static void doubt_end(struct pace *p, uint64_t now_us)
{
	bool helped = has_helped(p), is_early = p->doubt == PACE_SAMPLE;

	p->doubt = PACE_NO_DOUBT;
	if (helped) {
		rest(p, now_us);
		if (is_early)
			p->well = p->seen;
		rate_begin(p, p->rate, now_us);
		return;
	}
	p->sure |= is_early;
	p->well = p->doubted;
	cohort_remember(&p->well, &p->seen);
	rate_begin(p, p->doubted_rate, now_us);
}

static void rise(struct pace *p, uint64_t now_us)
{
	bool is_known = p->seen.answered >= ENOUGH_ANSWERS;

	if (now_us < p->rest_until_us) {
		rate_begin(p, p->rate, now_us);
		return;
	}
	rate_begin(p, p->rate * (is_known || p->step < STEP_SLOW ? p->step : STEP_SLOW), now_us);
	p->step = 1 + (p->step - 1) * 2 < STEP_MOST ? 1 + (p->step - 1) * 2 : STEP_MOST;
	if (p->step >= STEP_SLOW)
		p->rest_us = 0;
}

/* A rate that was not made use of has not been tried. */
static bool was_used(const struct pace *p, uint64_t now_us)
{
	return p->seen.asked > 0 && p->spent * MILLION >= p->rate * (now_us - p->since_us) / 2;
}

static bool was_too_fast(const struct pace *p)
{
	return !p->sure && recapture_loss_at_least(&p->early) > TOLERATED_EARLY;
}

static void judge(struct pace *p, uint64_t now_us)
{
	if (answers_are_missing(p)) {
		doubt(p, PACE_ANSWERS, cohort_passing(&p->seen, &p->well), now_us);
	} else if (errors_are_more(p)) {
		doubt(p, PACE_ERRORS, 0.5, now_us);
	} else if (was_too_fast(p)) {
		doubt(p, PACE_SAMPLE, 1 - recapture_loss(&p->early), now_us);
	} else if (was_used(p, now_us)) {
		p->sure |= p->early.both + p->early.one >= MANY_PAIRS;
		cohort_remember(&p->well, &p->seen);
		rise(p, now_us);
	} else {
		rate_begin(p, p->rate, now_us);
	}
}

/* Either there is evidence, or it is long in coming. */
static bool is_time(const struct pace *p, uint64_t now_us)
{
	uint64_t tried_us = now_us - p->since_us;
	uint64_t many = p->doubt == PACE_SAMPLE ? VERY_MANY_ANSWERS : MANY_ANSWERS;

	if (p->doubt)
		return p->seen.answered >= many || tried_us >= DOUBT_PATIENCE_US;
	return tried_us >= PATIENCE_US || answers_are_missing(p) ||
	       (p->seen.answered >= ENOUGH_ANSWERS &&
		   cohort_passing(&p->seen, &p->well) > PASSING_WELL);
}

/* What was under way at that rate when the doubt arose tells more of it: if room has become less
 * while the doubted cohort was asked, that was too fast only in part. */
static void doubted_since(struct pace *p, const struct cohort *c)
{
	if (!p->doubt || c->rate != p->doubted_rate || c->asked * 4 < p->doubted.asked)
		return;
	p->doubted = *c;
	if (p->doubt == PACE_ANSWERS)
		p->doubted_passing = believed(cohort_passing(c, &p->well));
}

void pace_cohort(struct pace *p, const struct cohort *c, uint64_t now_us)
{
	doubted_since(p, c);
	if (p->limits.fixed || c->rate != p->rate)
		return;
	cohort_add(&p->seen, c);
	if (!is_time(p, now_us))
		return;
	if (p->doubt)
		doubt_end(p, now_us);
	else
		judge(p, now_us);
}

/* What was lost is held against a look's worth of this rate where less was given: it may be of
 * earlier ones; and one packet alone tells nothing. */
static uint64_t given_about(const struct pace *p, const struct pace_signs *s)
{
	uint64_t usual = p->rate / LOOKS_A_SECOND;

	usual = usual > LOOK_LEAST ? usual : LOOK_LEAST;
	return s->given > usual ? s->given : usual;
}

/* Our own machine dropped more than one in a hundred: what it took is what it can. */
static bool overruns(const struct pace *p, const struct pace_signs *s)
{
	return s->lost * 100 > given_about(p, s);
}

static double share_taken(const struct pace *p, const struct pace_signs *s)
{
	uint64_t given = given_about(p, s);

	return s->lost < given ? 1 - (double)s->lost / (double)given : 0;
}

void pace_look(struct pace *p, const struct pace_signs *signs, uint64_t now_us)
{
	if (p->limits.fixed)
		return;
	if (overruns(p, signs)) {
		double took = believed(share_taken(p, signs));

		p->doubt = PACE_NO_DOUBT;
		rest(p, now_us);
		rate_begin(p, MODEST * took * p->rate, now_us);
		return;
	}
	if (!p->sure && now_us >= p->early_us)
		recapture_add(&p->early, &signs->sample);
}
