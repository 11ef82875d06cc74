#include "scan/sample.h"

#include "lib/test.h"

#include <stdlib.h>

static struct sample sample;

static struct sample *fresh(void)
{
	sample = (struct sample){.seen = 100000};
	return &sample;
}

enum { MS = 1000, S = 1000 * 1000 };

enum { SLOW = 1, FAST = 1000000, WAIT_US = 1500 * MS };

static void a_second_time_a_moment_later(void)
{
	struct sample *s = fresh();
	uint64_t step;

	for (uint64_t i = 0; i < 64; i++)
		sample_asked(s, i, SLOW, 10 * MS);
	CHECK(!sample_due(s, 200 * MS, &step));
	CHECK(sample_due(s, 210 * MS, &step));
	CHECK_EQ(step, 63);
	CHECK(!sample_due(s, 220 * MS, &step));
}

static void one_in_a_hundred_where_there_are_many(void)
{
	struct sample *s = fresh();

	for (uint64_t i = 0; i < 1000; i++)
		sample_asked(s, i, FAST, 0);
	CHECK_EQ(s->end, 10);
}

/* Puts so many into it, and asks them all twice: steps 0, 1000, 2000, ... */
static void ask(struct sample *s, uint64_t n)
{
	uint64_t step;

	for (uint64_t i = 0; i < n; i++) {
		for (int k = 0; k < 63; k++)
			sample_asked(s, i * 1000 + 1, SLOW, 0);
		sample_asked(s, i * 1000, SLOW, 0);
	}
	CHECK_EQ(s->end, n);
	for (uint64_t i = 0; i < n; i++)
		CHECK(sample_due(s, 200 * MS, &step));
}

static void counted_by_how_often_they_answered(void)
{
	struct sample *s = fresh();

	ask(s, 4);
	sample_answered(s, 0, false, false, 5 * MS);
	sample_answered(s, 0, true, false, 205 * MS);
	sample_answered(s, 0, true, false, 206 * MS); /* once more: known */
	sample_answered(s, 1000, true, false, 205 * MS);
	sample_answered(s, 2000, false, true, 7 * MS);
	s->chosen[true] = 1000;
	sample_answered(s, 2001, false, true, 7 * MS); /* not of the sample */
	sample_look(s, WAIT_US, 600 * MS);
	CHECK_EQ(s->soon.both + s->soon.one, 0);
	sample_look(s, WAIT_US, 700 * MS);
	CHECK_EQ(s->soon.both, 1);
	CHECK_EQ(s->soon.one, 2);
	CHECK_EQ(s->open.both, 0);
	sample_look(s, WAIT_US, 1700 * MS);
	CHECK_EQ(s->open.both, 1);
	CHECK_EQ(s->open.one, 1); /* a reset is not sent twice: not of open ports */
	CHECK_EQ(s->recent_open.one, 1);
	CHECK_EQ(s->recent_closed.one, 1);
	CHECK_EQ(s->rtt_us, 7 * MS);
}

static void what_answers_late_counts_for_good_only(void)
{
	struct sample *s = fresh();

	ask(s, 1);
	sample_answered(s, 0, true, false, 210 * MS);
	sample_look(s, WAIT_US, 1 * S);
	sample_answered(s, 0, false, false, 1100 * MS); /* the SYN-ACK came again */
	sample_look(s, WAIT_US, 2 * S);
	CHECK_EQ(s->soon.one, 1);
	CHECK_EQ(s->open.both, 1);
	CHECK_EQ(s->open.one, 0);
}

static void who_answers_is_asked_again(void)
{
	struct sample *s = fresh();
	uint64_t step;

	sample_answered(s, 77, false, false, 1 * MS);
	CHECK(sample_due(s, 201 * MS, &step));
	CHECK_EQ(step, 77);
	CHECK(sample_answered(s, 77, true, false, 202 * MS));
	CHECK(!sample_answered(s, 77, true, false, 203 * MS)); /* news comes once */
	sample_look(s, WAIT_US, 2 * S);
	CHECK_EQ(s->open.both, 1);
	CHECK_EQ(s->soon.both, 0);
	s->chosen[false] = 1000;
	sample_answered(s, 78, false, false, 3 * S);
	CHECK_EQ(s->end, 1);
}

static void doubt_ends_where_enough_is_known(void)
{
	struct sample *s = fresh();
	double likely, at_most;

	CHECK(!sample_loss(s, &likely, &at_most));
	CHECK(at_most > 0.4);
	s->recent_open.both = 20;
	CHECK(!sample_loss(s, &likely, &at_most));
	CHECK(likely == 0 && at_most > 0.01 && at_most < 0.2);
	s->recent_closed.both = 140; /* of both kinds enough, and nothing is lost */
	CHECK(sample_loss(s, &likely, &at_most));
	CHECK(likely == 0 && at_most == 0);
	s->recent_closed = (struct recapture){.both = 8145, .one = 1710}; /* 5 % each way */
	CHECK(sample_loss(s, &likely, &at_most));
	CHECK(likely > 0.045 && likely < 0.055 && at_most == likely);
	s->recent_open.both = 200;
	CHECK(sample_loss(s, &likely, &at_most));
	CHECK(likely == 0 && at_most == 0);
}

static void a_full_ring_samples_less(void)
{
	struct sample *s = fresh();

	for (uint64_t i = 0; i < 64 * (SAMPLE_MAX + 10); i++)
		sample_asked(s, i, SLOW, 0);
	CHECK_EQ(s->end, SAMPLE_MAX);
}

static bool is_heard(int loss)
{
	return rand() % 100 >= loss;
}

/* Of many, with random loss, the estimate comes near to it, whichever way they were chosen. */
static void the_estimate_is_right(void)
{
	static const int losses[] = {0, 2, 5, 20};

	for (size_t k = 0; k < 2 * sizeof(losses) / sizeof(losses[0]); k++) {
		int loss = losses[k / 2];
		struct sample *s = fresh();
		struct recapture sum = {0};
		uint64_t step, n = SAMPLE_MAX;

		srand(7);
		if (k % 2 == 0)
			ask(s, n);
		for (uint64_t i = 0; i < n; i++) {
			s->chosen[false] = 0; /* as many as there are */
			if (is_heard(loss))
				sample_answered(s, i * 1000, false, false, 5 * MS);
		}
		while (sample_due(s, 300 * MS, &step))
			;
		for (uint64_t i = 0; i < n; i++)
			if (is_heard(loss))
				sample_answered(s, i * 1000, true, false, 305 * MS);
		sample_look(s, WAIT_US, 3 * S);
		recapture_add(&sum, &s->open);
		CHECK(recapture_loss(&sum) <= loss / 100.0 + 0.01);
		CHECK(recapture_loss(&sum) >= loss / 100.0 - 0.01);
	}
}

/* One target in a hundred refuses, and the rest is silent. */
static void closed_ones_tell_where_open_ones_are_rare(void)
{
	enum { RATE = 50000, SECONDS = 5 };
	double likely, at_most;
	uint64_t again;

	sample = (struct sample){.seen = 0};
	for (uint64_t step = 0; step < RATE * SECONDS; step++) {
		uint64_t now = step * (S / RATE);

		sample_asked(&sample, step, RATE, now);
		if (step % 100 == 0)
			sample_answered(&sample, step, false, true, now);
		while (sample_due(&sample, now, &again))
			if (again % 100 == 0)
				sample_answered(&sample, again, true, true, now);
		sample_look(&sample, WAIT_US, now);
	}
	CHECK(sample_loss(&sample, &likely, &at_most));
	CHECK(at_most == 0);
}

int main(void)
{
	RUN(a_second_time_a_moment_later);
	RUN(one_in_a_hundred_where_there_are_many);
	RUN(counted_by_how_often_they_answered);
	RUN(what_answers_late_counts_for_good_only);
	RUN(who_answers_is_asked_again);
	RUN(doubt_ends_where_enough_is_known);
	RUN(a_full_ring_samples_less);
	RUN(the_estimate_is_right);
	RUN(closed_ones_tell_where_open_ones_are_rare);
	return test_done();
}
