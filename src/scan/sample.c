/*
 * sample.c: a ring, in the order in which the steps were asked; so three marks that only move
 * forward say what is due. Rows of a small table lead from a step to its place; what a row still
 * says of places that were taken anew is older than the ring, and ends the search.
 *
 * Of a pair chosen blindly both answers count alike: the loss is one / (2 both + one). Of one that
 * was chosen for its answer only the second says something; counted twice where it is missing, the
 * same quotient holds for both kinds.
 */
#include "scan/sample.h"

#include <stddef.h>

enum {
	SECOND_AFTER_US = 200 * 1000, /* longer than a burst that a queue drops */
	QUICK_AFTER_US = 500 * 1000, /* the round trip of nearly everybody */
	EVERY_MOST = 100, /* one in so many is chosen */
	EVERY_LEAST = 64,
	A_SECOND = 50, /* pairs, where the rate allows */
	CHOSEN_FIRST = 80, /* though no more than such a part of what is asked: */
	CHOSEN_PART = 8,
	CHOSEN_EVERY = 256, /* and later of open ones one in so many asked */
	OPEN_ENOUGH = 40, /* for closed ones to be left to chance */
	CLOSED_EVERY = 1024, /* where open ones are rare; in the course of seconds: */
	CLOSED_ENOUGH = 160,
	RECENT_MOST = 300,
	KNOWN_ENOUGH = 150, /* pairs: of a loss of 2 % they show some in 19 of 20 cases */
	REPEATED_US = 900 * 1000, /* a lost SYN-ACK comes again after a second (RFC 6298) */
	OF_LATE = 64, /* answers in which a round trip is forgotten by two thirds */
};

static struct sampled *at(struct sample *s, uint64_t number)
{
	return &s->v[number % SAMPLE_MAX];
}

static uint64_t *row_of(struct sample *s, uint64_t step)
{
	return &s->rows[(step * 0x9e3779b97f4a7c15u >> 32) % SAMPLE_ROWS];
}

static struct sampled *find(struct sample *s, uint64_t step)
{
	for (uint64_t i = *row_of(s, step); i > s->settled; i = at(s, i - 1)->older)
		if (at(s, i - 1)->step == step)
			return at(s, i - 1);
	return NULL;
}

/* In a second at more than a million probes the ring is full, and the sample a smaller one. */
static struct sampled *add(struct sample *s, uint64_t step, uint64_t now_us)
{
	struct sampled *p = at(s, s->end);
	uint64_t *row = row_of(s, step);

	if (s->end - s->settled == SAMPLE_MAX)
		return NULL;
	*p = (struct sampled){.step = step, .asked_us = now_us, .older = *row};
	*row = ++s->end;
	return p;
}

void sample_asked(struct sample *s, uint64_t step, uint32_t rate, uint64_t now_us)
{
	uint32_t every = rate / A_SECOND;

	s->seen++;
	every = every < EVERY_LEAST ? EVERY_LEAST : every > EVERY_MOST ? EVERY_MOST : every;
	if (++s->skipped < every)
		return;
	s->skipped = 0;
	add(s, step, now_us);
}

bool sample_due(struct sample *s, uint64_t now_us, uint64_t *ret_step)
{
	if (s->asked == s->end || now_us - at(s, s->asked)->asked_us < SECOND_AFTER_US)
		return false;
	*ret_step = at(s, s->asked++)->step;
	return true;
}

static uint64_t pairs(const struct recapture *r)
{
	return r->both + r->one;
}

static bool wants_closed(const struct sample *s, uint64_t few)
{
	return s->chosen[0] < OPEN_ENOUGH && s->chosen[1] < CLOSED_ENOUGH &&
	       s->chosen[1] < few + s->seen / CLOSED_EVERY;
}

static void choose(struct sample *s, uint64_t step, bool closed, uint64_t now_us)
{
	uint64_t few = s->seen / CHOSEN_PART < CHOSEN_FIRST ? s->seen / CHOSEN_PART : CHOSEN_FIRST;
	bool wanted = closed ? wants_closed(s, few) : s->chosen[0] < few + s->seen / CHOSEN_EVERY;
	struct sampled *p = wanted ? add(s, step, now_us) : NULL;

	if (!p)
		return;
	s->chosen[closed]++;
	p->first = p->chosen = true;
}

static void round_trip(struct sample *s, uint64_t took_us)
{
	if (took_us > s->rtt_us)
		s->rtt_us = took_us;
	if (took_us >= REPEATED_US)
		return;
	s->usual_us -= s->usual_us / OF_LATE;
	if (took_us > s->usual_us)
		s->usual_us = took_us;
}

bool sample_answered(struct sample *s, uint64_t step, bool second, bool closed, uint64_t now_us)
{
	struct sampled *p = find(s, step);
	bool is_news = p && second && !p->second;

	if (!p && !second)
		choose(s, step, closed, now_us);
	if (!p)
		return false;
	p->closed |= closed;
	if (!second && !p->first)
		round_trip(s, now_us - p->asked_us);
	p->first |= !second;
	p->second |= second;
	return is_news;
}

static struct recapture told_by(const struct sampled *p)
{
	bool one = p->first != p->second;

	return (struct recapture){.both = p->first && p->second, .one = one && p->chosen ? 2 : one};
}

static void add_recent(struct recapture *r, const struct recapture *told)
{
	recapture_add(r, told);
	if (pairs(r) < RECENT_MOST)
		return;
	r->both /= 2;
	r->one /= 2;
}

static void settle(struct sample *s, const struct sampled *p)
{
	struct recapture told = told_by(p);

	if (!p->closed)
		recapture_add(&s->open, &told);
	add_recent(p->closed ? &s->recent_closed : &s->recent_open, &told);
}

/* A reset is not sent twice, as a SYN-ACK is: of it the way back loses, too. So the loss of one way
 * is 1 - sqrt(1 - q), by the first terms of its series. */
static double loss_by_closed(const struct recapture *r)
{
	double q = recapture_loss(r);

	return q / 2 + q * q / 8 + q * q * q / 16;
}

bool sample_loss(const struct sample *s, double *ret_likely, double *ret_at_most)
{
	struct recapture all = s->recent_open;

	recapture_add(&all, &s->recent_closed);
	if (pairs(&s->recent_open) >= KNOWN_ENOUGH) {
		*ret_likely = recapture_loss_modest(&s->recent_open);
		*ret_at_most = recapture_loss(&s->recent_open);
	} else if (pairs(&s->recent_closed) >= KNOWN_ENOUGH) {
		*ret_likely = *ret_at_most = loss_by_closed(&s->recent_closed);
	} else if (pairs(&all) >= KNOWN_ENOUGH && all.one == 0) {
		*ret_likely = *ret_at_most = 0;
	} else {
		*ret_likely = recapture_loss_modest(&all);
		*ret_at_most = recapture_loss_at_most(&all);
		return false;
	}
	return true;
}

void sample_look(struct sample *s, uint64_t wait_us, uint64_t now_us)
{
	uint64_t quick_us = wait_us < QUICK_AFTER_US ? wait_us : QUICK_AFTER_US;

	for (; s->quick < s->asked; s->quick++) {
		struct recapture told = told_by(at(s, s->quick));

		if (now_us - at(s, s->quick)->asked_us < SECOND_AFTER_US + quick_us)
			break;
		if (!at(s, s->quick)->chosen)
			recapture_add(&s->soon, &told);
	}
	for (; s->settled < s->quick; s->settled++) {
		if (now_us - at(s, s->settled)->asked_us < SECOND_AFTER_US + wait_us)
			break;
		settle(s, at(s, s->settled));
	}
}
