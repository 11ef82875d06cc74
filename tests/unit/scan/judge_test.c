#include "scan/judge.h"

#include "lib/test.h"

static const struct segments_limits limits = {
    .wait_us = 1000, .span_us = 1000000, .missed = 0.005, .passes = 8};

static void doubt_waits_for_evidence(void)
{
	const struct segments_limits patient = {
	    .wait_us = 1000, .doubt_us = 5000, .span_us = 10, .missed = 0.005, .passes = 2};
	struct loss_now loss = {.at_most = 0.5};
	struct segments s;
	unsigned pass;
	uint64_t step;

	CHECK(segments_init(&s, 0, 100));
	CHECK(segments_next(&s, &patient, 0, &step, &pass));
	CHECK(segments_next(&s, &patient, 100, &step, &pass));
	CHECK_EQ(judge_segments(&s, &patient, &loss, 4000), 0);
	CHECK_EQ(s.v[0].passes, 1);
	CHECK(!s.v[0].finished);
	loss = (struct loss_now){.known = true};
	CHECK_EQ(judge_segments(&s, &patient, &loss, 4000), 1); /* nothing is lost, it turns out */
	CHECK(s.v[0].finished);
	segments_done(&s);
}

static void doubt_ends_in_time(void)
{
	const struct segments_limits patient = {
	    .wait_us = 1000, .doubt_us = 5000, .span_us = 10, .missed = 0.005, .passes = 2};
	const struct loss_now loss = {.at_most = 0.5};
	struct segments s;
	unsigned pass;
	uint64_t step;

	CHECK(segments_init(&s, 0, 100));
	CHECK(segments_next(&s, &patient, 0, &step, &pass));
	CHECK(segments_next(&s, &patient, 100, &step, &pass));
	judge_segments(&s, &patient, &loss, 6100);
	CHECK_EQ(s.v[0].passes, 2);
	segments_done(&s);
}

/* How many passes it takes at a loss that is known well. */
static unsigned passes_at(double likely, double at_most)
{
	const struct loss_now loss = {.likely = likely, .at_most = at_most};
	struct segments s;
	unsigned most = 0, pass;
	uint64_t step;

	CHECK(segments_init(&s, 0, 10));
	for (uint64_t now = 0; !segments_over(&s); now += 1000) {
		while (segments_next(&s, &limits, now, &step, &pass))
			most = pass;
		judge_segments(&s, &limits, &loss, now);
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

/* Passes of a segment of which one answer in so many was lost, where others answer to an eighth
 * and the sample knows of no loss; those lost answer the second time if they are asked. */
static unsigned passes_of_thin(unsigned lost_one_in, bool is_mended)
{
	const struct loss_now loss = {.well = {.asked = 80000, .answered = 10000}};
	unsigned most = 1, pass;
	struct segments s;
	uint64_t step;

	first_pass(&s, 40000, lost_one_in);
	for (uint64_t now = 1000; !segments_over(&s); now += 1000) {
		judge_segments(&s, &limits, &loss, now);
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
	const struct loss_now loss = {.well = {.asked = 80000, .answered = 10000}};
	uint64_t step, now = 0, began[9] = {0};
	unsigned pass, last = 1;
	struct segments s;

	CHECK(segments_init(&s, 0, 4000));
	while (segments_next(&s, &limits, now, &step, &pass))
		;
	for (; !segments_over(&s); now++) {
		judge_segments(&s, &limits, &loss, now);
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
	RUN(an_outage_is_outlasted);
	RUN(what_a_fast_time_lost_is_made_good);
	RUN(passes_as_long_as_they_pay);
	return test_done();
}
