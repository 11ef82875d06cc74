#include "scan/patience.h"

#include "lib/test.h"

enum { MS = 1000 };

static struct sample sample;

/* The longest round trip, and how many pairs were answered twice and once. */
static uint64_t patience_of(uint64_t rtt_us, uint64_t both, uint64_t one)
{
	sample.rtt_us = rtt_us;
	sample.recent_closed = (struct recapture){.both = both, .one = one};
	return patience_us(&sample);
}

static void what_is_lost_comes_again_after_a_second(void)
{
	CHECK_EQ(patience_of(0, 0, 0), 1500 * MS);
	CHECK_EQ(patience_of(10 * MS, 29, 0), 1500 * MS); /* too few to say that nothing is lost */
	CHECK_EQ(patience_of(10 * MS, 300, 1), 1500 * MS);
}

static void where_nothing_is_lost_nobody_is_late(void)
{
	CHECK_EQ(patience_of(MS, 30, 0), 300 * MS);
	CHECK_EQ(patience_of(200 * MS, 30, 0), 900 * MS);
	CHECK_EQ(patience_of(900 * MS, 30, 0), 1500 * MS);
}

static uint64_t soon_of(uint64_t usual_us)
{
	sample.usual_us = usual_us;
	return patience_soon_us(&sample);
}

static void the_pace_waits_for_nearly_all(void)
{
	CHECK_EQ(soon_of(0), 500 * MS); /* nothing is known */
	CHECK_EQ(soon_of(MS), 100 * MS);
	CHECK_EQ(soon_of(100 * MS), 200 * MS);
	CHECK_EQ(soon_of(800 * MS), 500 * MS);
}

int main(void)
{
	RUN(what_is_lost_comes_again_after_a_second);
	RUN(where_nothing_is_lost_nobody_is_late);
	RUN(the_pace_waits_for_nearly_all);
	return test_done();
}
