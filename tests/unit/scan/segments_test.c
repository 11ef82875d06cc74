#include "scan/segments.h"

#include "lib/test.h"

#include <stdlib.h>

static const struct segments_limits limits = {
    .wait_us = 1000, .span_us = 1000000, .missed = 0.005, .passes = 8};
static const struct segments_loss none = {0}, half = {.likely = 0.5, .at_most = 0.5};

static void each_step_is_asked_in_order(void)
{
	struct segments s;
	uint64_t step;
	unsigned pass;

	CHECK(segments_init(&s, 10, 15));
	for (uint64_t want = 10; want < 15; want++) {
		CHECK(segments_next(&s, &limits, 0, &step, &pass));
		CHECK_EQ(step, want);
		CHECK_EQ(pass, 1);
	}
	CHECK(!segments_next(&s, &limits, 0, &step, &pass));
	CHECK_EQ(segments_low(&s), 10);
	segments_done(&s);
}

static void answers_settle_once(void)
{
	struct segments s;
	uint64_t step;
	unsigned pass;

	CHECK(segments_init(&s, 0, 4));
	while (segments_next(&s, &limits, 0, &step, &pass))
		;
	CHECK_EQ(segments_settle(&s, 2, SETTLED_FIRST_ANSWER), SETTLED_NOW);
	CHECK_EQ(segments_settle(&s, 2, SETTLED_FIRST_ANSWER), SETTLED_BEFORE);
	CHECK_EQ(segments_settle(&s, 4, SETTLED_FIRST_ANSWER), SETTLED_UNKNOWN);
	CHECK_EQ(segments_judge(&s, &limits, &none, 999), 0);
	CHECK(!segments_over(&s));
	CHECK_EQ(segments_judge(&s, &limits, &none, 1000), 3);
	CHECK(segments_over(&s));
	CHECK_EQ(segments_low(&s), 4);
	/* Late, and still known: the end came before it. */
	CHECK_EQ(segments_settle(&s, 1, SETTLED_FIRST_ANSWER), SETTLED_LATE);
	CHECK_EQ(segments_settle(&s, 2, SETTLED_FIRST_ANSWER), SETTLED_BEFORE);
	segments_done(&s);
}

static void who_is_doubtful_may_answer_yet(void)
{
	struct segments s;
	uint64_t step;
	unsigned pass;

	CHECK(segments_init(&s, 0, 4));
	while (segments_next(&s, &limits, 0, &step, &pass))
		;
	for (step = 0; step < 3; step++)
		CHECK_EQ(segments_settle(&s, step, SETTLED_DOUBTFUL), SETTLED_NOW);
	CHECK_EQ(segments_settle(&s, 0, SETTLED_DOUBTFUL), SETTLED_BEFORE);
	CHECK_EQ(segments_settle(&s, 0, SETTLED_FIRST_ANSWER), SETTLED_AFTER_ALL);
	CHECK_EQ(segments_settle(&s, 0, SETTLED_DOUBTFUL), SETTLED_BEFORE);
	CHECK_EQ(segments_settle(&s, 1, SETTLED_ERROR), SETTLED_AFTER_ALL);
	CHECK_EQ(segments_judge(&s, &limits, &half, 1000), 0);
	for (uint64_t want = 2; want < 4; want++) { /* who is silent, and who is doubtful still */
		CHECK(segments_next(&s, &limits, 1000, &step, &pass));
		CHECK_EQ(step, want);
		CHECK_EQ(pass, 2);
	}
	CHECK(!segments_next(&s, &limits, 1000, &step, &pass));
	CHECK_EQ(
	    segments_judge(&s, &limits, &none, 9000), 1); /* the other one was told of before */
	CHECK(segments_over(&s));
	CHECK_EQ(segments_settle(&s, 3, SETTLED_DOUBTFUL), SETTLED_LATE);
	CHECK_EQ(segments_settle(&s, 2, SETTLED_LATER_ANSWER), SETTLED_AFTER_ALL);
	segments_done(&s);
}

/* Another takes its place in the ring. */
static void doubts_end_with_their_segment(void)
{
	const struct segments_limits brief = {.wait_us = 1, .span_us = 1};
	struct segments s;
	uint64_t step, now = 0;
	unsigned pass;

	CHECK(segments_init(&s, 0, 2 * SEGMENTS_MAX));
	for (; segments_next(&s, &brief, now, &step, &pass); now++) {
		CHECK_EQ(segments_settle(&s, step, SETTLED_DOUBTFUL), SETTLED_NOW);
		CHECK_EQ(segments_judge(&s, &brief, &none, now), 0);
	}
	CHECK_EQ(step, 2 * SEGMENTS_MAX - 1);
	segments_done(&s);
}

static void further_passes_ask_who_has_not_answered(void)
{
	const struct segments_limits twice = {
	    .wait_us = 1000, .span_us = 1000000, .missed = 0.005, .passes = 2};
	struct segments s;
	unsigned pass, asked = 0;
	uint64_t step;

	CHECK(segments_init(&s, 0, 1000));
	while (segments_next(&s, &twice, 0, &step, &pass))
		if (step % 10)
			CHECK_EQ(segments_settle(&s, step, SETTLED_FIRST_ANSWER), SETTLED_NOW);
	CHECK_EQ(segments_judge(&s, &twice, &half, 5000), 0);
	for (; segments_next(&s, &twice, 5000, &step, &pass); asked++) {
		CHECK_EQ(pass, 2);
		CHECK_EQ(step, asked * 10);
	}
	CHECK_EQ(asked, 100);
	CHECK_EQ(segments_judge(&s, &twice, &half, 6000), 100);
	CHECK(segments_over(&s));
	segments_done(&s);
}

/* Who is all answered does not wait. */
static void nobody_is_waited_for_in_vain(void)
{
	struct segments s;
	uint64_t step;
	unsigned pass;

	CHECK(segments_init(&s, 0, 100));
	while (segments_next(&s, &limits, 0, &step, &pass))
		segments_settle(&s, step, SETTLED_FIRST_ANSWER);
	segments_judge(&s, &limits, &none, 0);
	CHECK(segments_over(&s));
	segments_done(&s);
}

static void a_segment_lasts_no_longer_than_its_span(void)
{
	const struct segments_limits brief = {.wait_us = 1000, .span_us = 10};
	struct segments s;
	uint64_t step;
	unsigned pass;

	CHECK(segments_init(&s, 0, 1000));
	for (uint64_t now = 0; now < 100; now++)
		CHECK(segments_next(&s, &brief, now, &step, &pass));
	CHECK_EQ(s.newest, 10);
	CHECK_EQ(s.v[3].first, 30);
	CHECK_EQ(s.v[3].n, 10);
	segments_done(&s);
}

static void a_segment_that_tells_enough_is_shorter(void)
{
	const struct segments_limits some = {
	    .wait_us = 1000, .span_us = 100, .span_min_us = 10, .answers = 3};
	struct segments s;
	uint64_t step;
	unsigned pass;

	CHECK(segments_init(&s, 0, 1000));
	for (uint64_t now = 0; now < 200; now++) {
		CHECK(segments_next(&s, &some, now, &step, &pass));
		if (step < 3 || step == 10 || step == 25)
			segments_settle(&s, step, SETTLED_FIRST_ANSWER);
	}
	CHECK_EQ(s.v[0].n, 10);
	CHECK_EQ(s.v[1].n, 100); /* two tell nothing */
	segments_done(&s);
}

static void no_more_than_there_is_room_for(void)
{
	const struct segments_limits brief = {.wait_us = 1 << 30, .span_us = 1};
	struct segments s;
	uint64_t step, now = 0;
	unsigned pass;

	CHECK(segments_init(&s, 0, 1 << 20));
	while (segments_next(&s, &brief, now, &step, &pass))
		now++;
	CHECK_EQ(s.newest - s.oldest, SEGMENTS_MAX);
	CHECK_EQ(s.next, SEGMENTS_MAX);
	/* The oldest is done: there is room for one. */
	CHECK_EQ(segments_settle(&s, 0, SETTLED_FIRST_ANSWER), SETTLED_NOW);
	segments_judge(&s, &brief, &none, now);
	CHECK(segments_next(&s, &brief, now, &step, &pass));
	CHECK_EQ(step, SEGMENTS_MAX);
	/* Its bits are another's now. */
	CHECK_EQ(segments_settle(&s, 0, SETTLED_FIRST_ANSWER), SETTLED_UNKNOWN);
	segments_done(&s);
}

enum { STEPS = 300000 };

/* Against a list of all: random answers, random times. */
static void it_agrees_with_a_list(void)
{
	const struct segments_limits some = {
	    .wait_us = 50, .span_us = 3000, .missed = 0.005, .passes = 3};
	static uint8_t asked[STEPS], answered[STEPS];
	unsigned pass;
	uint64_t step, now = 0, given_up = 0, settled = 0;
	struct segments s;

	srand(5);
	CHECK(segments_init(&s, 0, STEPS));
	while (!segments_over(&s)) {
		for (int i = 0; i < 7 && segments_next(&s, &some, now, &step, &pass); i++) {
			CHECK_EQ(pass, ++asked[step]);
			CHECK(!answered[step]);
			if (rand() % 3)
				continue;
			CHECK_EQ(segments_settle(&s, step, SETTLED_FIRST_ANSWER), SETTLED_NOW);
			answered[step] = 1;
			settled++;
		}
		now += (uint64_t)rand() % 3;
		given_up += segments_judge(&s, &some, &half, now);
		if (segments_low(&s)) {
			step = (uint64_t)rand() % segments_low(&s);
			CHECK(answered[step] || asked[step] == some.passes);
		}
	}
	CHECK_EQ(settled + given_up, STEPS);
	for (step = 0; step < STEPS; step++)
		CHECK(answered[step] || asked[step] == some.passes);
	segments_done(&s);
}

static void doubt_waits_for_evidence(void)
{
	const struct segments_limits patient = {
	    .wait_us = 1000, .doubt_us = 5000, .span_us = 10, .missed = 0.005, .passes = 2};
	struct segments_loss loss = {.at_most = 0.5};
	struct segments s;
	unsigned pass;
	uint64_t step;

	CHECK(segments_init(&s, 0, 100));
	CHECK(segments_next(&s, &patient, 0, &step, &pass));
	CHECK(segments_next(&s, &patient, 100, &step, &pass));
	CHECK_EQ(segments_judge(&s, &patient, &loss, 4000), 0);
	CHECK_EQ(s.v[0].passes, 1);
	CHECK(!s.v[0].finished);
	loss = (struct segments_loss){.known = true};
	CHECK_EQ(segments_judge(&s, &patient, &loss, 4000), 1); /* nothing is lost, it turns out */
	CHECK(s.v[0].finished);
	segments_done(&s);
}

static void doubt_ends_in_time(void)
{
	const struct segments_limits patient = {
	    .wait_us = 1000, .doubt_us = 5000, .span_us = 10, .missed = 0.005, .passes = 2};
	const struct segments_loss loss = {.at_most = 0.5};
	struct segments s;
	unsigned pass;
	uint64_t step;

	CHECK(segments_init(&s, 0, 100));
	CHECK(segments_next(&s, &patient, 0, &step, &pass));
	CHECK(segments_next(&s, &patient, 100, &step, &pass));
	segments_judge(&s, &patient, &loss, 6100);
	CHECK_EQ(s.v[0].passes, 2);
	segments_done(&s);
}

/* How many passes it takes at a loss that is known well. */
static unsigned passes_at(double likely, double at_most)
{
	const struct segments_loss loss = {.likely = likely, .at_most = at_most};
	struct segments s;
	unsigned most = 0, pass;
	uint64_t step;

	CHECK(segments_init(&s, 0, 10));
	for (uint64_t now = 0; !segments_over(&s); now += 1000) {
		while (segments_next(&s, &limits, now, &step, &pass))
			most = pass;
		segments_judge(&s, &limits, &loss, now);
	}
	segments_done(&s);
	return most;
}

static void passes_as_long_as_they_pay(void)
{
	CHECK_EQ(passes_at(0, 0.001), 1);
	CHECK_EQ(passes_at(0, 0.05), 2); /* in doubt once more, and no more than that */
	CHECK_EQ(passes_at(0.05, 0.07), 2);
	CHECK_EQ(passes_at(0.2, 0.25), 3); /* 0.8 % are missed, which may be 0.5 */
	CHECK_EQ(passes_at(0.5, 0.6), 7);
	CHECK_EQ(passes_at(0.95, 1), 8); /* no more than allowed */
}

/* A walk of so many steps, of which every eighth answers its first probe but for those lost. */
static void first_pass(struct segments *s, uint64_t steps, unsigned lost_one_in)
{
	uint64_t step;
	unsigned pass, answer = 0;

	CHECK(segments_init(s, 0, steps));
	while (segments_next(s, &limits, 0, &step, &pass))
		if (step % 8 == 0 && (!lost_one_in || ++answer % lost_one_in))
			segments_settle(s, step, SETTLED_FIRST_ANSWER);
}

static void cohorts_are_told_once_and_soon(void)
{
	struct segments_limits some = limits;
	struct segments s;
	struct cohort c;
	unsigned pass;
	uint64_t step;

	some.soon_us = 100;
	some.rate = 7;
	CHECK(segments_init(&s, 0, 8));
	for (unsigned i = 0; i < 4; i++)
		CHECK(segments_next(&s, &some, 0, &step, &pass));
	segments_settle(&s, 0, SETTLED_UNASKED);
	segments_settle(&s, 1, SETTLED_FIRST_ANSWER);
	CHECK(!segments_cohort_due(&s, &some, 1000));
	some.rate = 8; /* another rate, another segment */
	while (segments_next(&s, &some, 50, &step, &pass))
		;
	segments_settle(&s, 2, SETTLED_LATER_ANSWER);
	CHECK(!segments_cohort_due(&s, &some, 149));
	CHECK(segments_cohort_due(&s, &some, 150));
	c = segments_cohort(&s);
	CHECK_EQ(c.rate, 7);
	CHECK_EQ(c.asked, 3);
	CHECK_EQ(c.answered, 1);
	segments_settle(&s, 5, SETTLED_ERROR);
	c = segments_cohort(&s);
	CHECK_EQ(c.rate, 8);
	CHECK_EQ(c.asked, 4);
	CHECK_EQ(c.unreachable, 1);
	CHECK(!segments_cohort_due(&s, &some, 5000));
	segments_done(&s);
}

/* Passes of a segment of which one answer in so many was lost, where others answer to an eighth
 * and the sample knows of no loss; those lost answer the second time if they are asked. */
static unsigned passes_of_thin(unsigned lost_one_in, bool is_mended)
{
	const struct segments_loss loss = {.well = {.asked = 80000, .answered = 10000}};
	unsigned most = 1, pass;
	struct segments s;
	uint64_t step;

	first_pass(&s, 40000, lost_one_in);
	for (uint64_t now = 1000; !segments_over(&s); now += 1000) {
		segments_judge(&s, &limits, &loss, now);
		while (segments_next(&s, &limits, now, &step, &pass)) {
			most = pass;
			if (is_mended && step % 8 == 0)
				segments_settle(&s, step, SETTLED_LATER_ANSWER);
		}
	}
	segments_done(&s);
	return most;
}

/* Nobody answers, where an eighth did elsewhere: the waits double, so that they outlast it. */
static void an_outage_is_outlasted(void)
{
	const struct segments_loss loss = {.well = {.asked = 80000, .answered = 10000}};
	uint64_t step, now = 0, began[9] = {0};
	unsigned pass, last = 1;
	struct segments s;

	CHECK(segments_init(&s, 0, 4000));
	while (segments_next(&s, &limits, now, &step, &pass))
		;
	for (; !segments_over(&s); now++) {
		segments_judge(&s, &limits, &loss, now);
		while (segments_next(&s, &limits, now, &step, &pass))
			if (pass != last)
				began[last = pass] = now;
	}
	CHECK_EQ(last, 7); /* then nobody will answer any more */
	CHECK_EQ(began[2], 1000);
	CHECK_EQ(began[3], 2000);
	CHECK_EQ(began[4], 4000);
	CHECK_EQ(began[7], 32000);
	CHECK_EQ(survey_asked(&s.survey), 4000);
	CHECK(survey_covered(&s.survey, 0) < 1); /* which no sample tells */
	segments_done(&s);
}

static const struct segments_asked once = {1, 20}, twice = {2, 20};

/* What an earlier process asked once is asked again if that pays, and counted as nobody's. */
static void what_is_owed_is_asked_again(void)
{
	enum { FROM = 1000, FIRST = FROM + SEGMENT_STEPS + 10, END = FIRST + 5 };
	const struct segments_loss *losses[] = {&none, &half};
	struct segments s;
	uint64_t step;
	unsigned pass;

	for (size_t i = 0; i < 2; i++) {
		uint64_t again = 0;

		CHECK(segments_init(&s, FIRST, END));
		segments_owe(&s, FROM, 0);
		CHECK_EQ(segments_low(&s), FROM);
		CHECK_EQ(segments_mark(&s, &once, 0), FIRST);
		CHECK_EQ(segments_mark(&s, &twice, 0), FROM);
		CHECK_EQ(segments_settle(&s, FROM, SETTLED_UNASKED), SETTLED_OWED);
		CHECK_EQ(segments_judge(&s, &limits, losses[i], 1000), 0);
		for (; segments_next(&s, &limits, 1000, &step, &pass) && pass == 2; again++)
			CHECK(step > FROM && step < FIRST);
		CHECK_EQ(again, i ? FIRST - FROM - 1 : 0);
		CHECK(step == FIRST && pass == 1);
		if (i)
			CHECK_EQ(
			    segments_settle(&s, FIRST - 1, SETTLED_LATER_ANSWER), SETTLED_OWED);
		CHECK(!segments_cohort_due(&s, &limits, 5000));
		segments_done(&s);
	}
}

/* By the time that answers take, behind what has been asked. */
static void the_mark_moves_on_before_all_is_decided(void)
{
	const struct segments_limits slow = {.wait_us = 5000, .span_us = 10};
	struct segments s;
	uint64_t step;
	unsigned pass;

	CHECK(segments_init(&s, 0, 1000));
	for (uint64_t now = 0; now < 100; now++)
		CHECK(segments_next(&s, &slow, now, &step, &pass));
	CHECK_EQ(segments_low(&s), 0);
	CHECK_EQ(segments_mark(&s, &once, 100), 80); /* asked until 90 */
	CHECK_EQ(segments_mark(&s, &once, 111), 90);
	CHECK_EQ(segments_mark(&s, &twice, 111), 0);
	segments_done(&s);
}

static void what_a_fast_time_lost_is_made_good(void)
{
	CHECK_EQ(passes_of_thin(0, true), 1);
	CHECK_EQ(passes_of_thin(100, true), 1); /* may be chance */
	CHECK_EQ(passes_of_thin(2, true), 2);
	CHECK_EQ(passes_of_thin(2, false), 7); /* it is still too fast */
}

int main(void)
{
	RUN(doubt_waits_for_evidence);
	RUN(doubt_ends_in_time);
	RUN(cohorts_are_told_once_and_soon);
	RUN(an_outage_is_outlasted);
	RUN(what_is_owed_is_asked_again);
	RUN(the_mark_moves_on_before_all_is_decided);
	RUN(what_a_fast_time_lost_is_made_good);
	RUN(passes_as_long_as_they_pay);
	RUN(each_step_is_asked_in_order);
	RUN(answers_settle_once);
	RUN(who_is_doubtful_may_answer_yet);
	RUN(doubts_end_with_their_segment);
	RUN(further_passes_ask_who_has_not_answered);
	RUN(nobody_is_waited_for_in_vain);
	RUN(a_segment_lasts_no_longer_than_its_span);
	RUN(a_segment_that_tells_enough_is_shorter);
	RUN(no_more_than_there_is_room_for);
	RUN(it_agrees_with_a_list);
	return test_done();
}
