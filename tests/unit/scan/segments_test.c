#include "scan/segments.h"

#include "scan/judge.h"

#include "lib/test.h"

#include <limits.h>
#include <stdlib.h>

static const struct segments_limits limits = {
    .wait_us = 1000, .span_us = 1000000, .missed = 0.005, .passes = 8};
static const struct loss_now none = {0}, half = {.likely = 0.5, .at_most = 0.5};

/* Below it everything is finished. */
static uint64_t low(const struct segments *s)
{
	const struct segments_asked never = {.passes = UINT_MAX};

	return segments_mark(s, &never, 0);
}

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
	CHECK_EQ(low(&s), 10);
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
	CHECK_EQ(judge_segments(&s, &limits, &none, 999), 0);
	CHECK(!segments_over(&s));
	CHECK_EQ(judge_segments(&s, &limits, &none, 1000), 3);
	CHECK(segments_over(&s));
	CHECK_EQ(low(&s), 4);
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
	CHECK(segments_cohort_due(&s, &limits, 1000));
	CHECK_EQ(segments_cohort(&s).unreachable, 2); /* an error, and a doubt that is left */
	CHECK_EQ(judge_segments(&s, &limits, &half, 1000), 0);
	for (uint64_t want = 2; want < 4; want++) { /* who is silent, and who is doubtful still */
		CHECK(segments_next(&s, &limits, 1000, &step, &pass));
		CHECK_EQ(step, want);
		CHECK_EQ(pass, 2);
	}
	CHECK(!segments_next(&s, &limits, 1000, &step, &pass));
	CHECK_EQ(
	    judge_segments(&s, &limits, &none, 9000), 1); /* the other one was told of before */
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
		CHECK_EQ(judge_segments(&s, &brief, &none, now), 0);
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
	CHECK_EQ(judge_segments(&s, &twice, &half, 5000), 0);
	for (; segments_next(&s, &twice, 5000, &step, &pass); asked++) {
		CHECK_EQ(pass, 2);
		CHECK_EQ(step, asked * 10);
	}
	CHECK_EQ(asked, 100);
	CHECK_EQ(judge_segments(&s, &twice, &half, 6000), 100);
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
	judge_segments(&s, &limits, &none, 0);
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
	judge_segments(&s, &brief, &none, now);
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
		given_up += judge_segments(&s, &some, &half, now);
		if (low(&s)) {
			step = (uint64_t)rand() % low(&s);
			CHECK(answered[step] || asked[step] == some.passes);
		}
	}
	CHECK_EQ(settled + given_up, STEPS);
	for (step = 0; step < STEPS; step++)
		CHECK(answered[step] || asked[step] == some.passes);
	segments_done(&s);
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

static const struct segments_asked once = {1, 20}, twice = {2, 20};

/* What an earlier process asked once is asked again if that pays, and counted as nobody's. */
static void what_is_owed_is_asked_again(void)
{
	enum { FROM = 1000, FIRST = FROM + SEGMENT_STEPS + 10, END = FIRST + 5 };
	const struct loss_now *losses[] = {&none, &half};
	struct segments s;
	uint64_t step;
	unsigned pass;

	for (size_t i = 0; i < 2; i++) {
		uint64_t again = 0;

		CHECK(segments_init(&s, FIRST, END));
		segments_owe(&s, FROM, 0);
		CHECK_EQ(low(&s), FROM);
		CHECK_EQ(segments_mark(&s, &once, 0), FIRST);
		CHECK_EQ(segments_mark(&s, &twice, 0), FROM);
		CHECK_EQ(segments_settle(&s, FROM, SETTLED_UNASKED), SETTLED_OWED);
		CHECK_EQ(judge_segments(&s, &limits, losses[i], 1000), 0);
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
	CHECK_EQ(low(&s), 0);
	CHECK_EQ(segments_mark(&s, &once, 100), 80); /* asked until 90 */
	CHECK_EQ(segments_mark(&s, &once, 111), 90);
	CHECK_EQ(segments_mark(&s, &twice, 111), 0);
	segments_done(&s);
}

/* Three segments: asked before it, in it, and under way when it ends. */
static void what_was_asked_in_vain_is_asked_again(void)
{
	const struct segments_limits slow = {
	    .wait_us = 5000, .span_us = 100, .missed = 0.005, .passes = 8};
	struct segments s;
	uint64_t step, now;
	unsigned pass;

	CHECK(segments_init(&s, 0, 1000));
	for (now = 0; now < 250; now++)
		CHECK(segments_next(&s, &slow, now, &step, &pass));
	CHECK_EQ(segments_mark(&s, &once, now), 200);
	CHECK_EQ(segments_mark(&s, &once, 150), 100); /* as far as it was heard */
	segments_deaf(&s, 150, 9000);
	CHECK_EQ(judge_segments(&s, &slow, &none, 9000), 0);
	CHECK_EQ(judge_segments(&s, &slow, &none, 8950 + 5000), 100); /* waits had stood still */
	CHECK(!s.v[1].finished && !s.v[2].finished);
	CHECK_EQ(judge_segments(&s, &slow, &none, 9000 + 5000), 0);
	CHECK_EQ(s.v[1].passes, 2);
	segments_done(&s);
}

int main(void)
{
	RUN(cohorts_are_told_once_and_soon);
	RUN(what_is_owed_is_asked_again);
	RUN(the_mark_moves_on_before_all_is_decided);
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
	RUN(what_was_asked_in_vain_is_asked_again);
	return test_done();
}
