#include "scan/window.h"

#include "lib/test.h"

enum { SIZE = 256, STEPS = 20000 };

static void steps_finish_in_any_order(void)
{
	struct window w;

	CHECK(window_init(&w, 1000, SIZE));
	for (int i = 0; i < 5; i++)
		window_begin(&w);
	CHECK(window_finish(&w, 1002));
	CHECK_EQ(w.low, 1000);
	CHECK(window_finish(&w, 1000));
	CHECK_EQ(w.low, 1001);
	CHECK(window_finish(&w, 1001));
	CHECK_EQ(w.low, 1003);
	CHECK(window_finish(&w, 1004));
	CHECK(window_finish(&w, 1003));
	CHECK_EQ(w.low, 1005);
	CHECK_EQ(w.end, 1005);
	window_done(&w);
}

static void only_what_is_unfinished_can_finish(void)
{
	struct window w;

	CHECK(window_init(&w, 0, SIZE));
	CHECK(!window_finish(&w, 0));
	window_begin(&w);
	window_begin(&w);
	window_skip(&w);
	CHECK(window_finish(&w, 1));
	CHECK(!window_finish(&w, 1));
	CHECK(!window_finish(&w, 2));
	CHECK(!window_finish(&w, SIZE));
	CHECK(window_finish(&w, 0));
	CHECK(!window_finish(&w, 0));
	CHECK_EQ(w.low, 3);
	window_done(&w);
}

static void it_is_full_at_its_size(void)
{
	struct window w;

	CHECK(window_init(&w, 7, SIZE));
	for (int i = 0; i < SIZE; i++) {
		CHECK(!window_full(&w));
		window_begin(&w);
	}
	CHECK(window_full(&w));
	for (uint64_t step = 8; step < 7 + SIZE; step++)
		CHECK(window_finish(&w, step));
	CHECK(window_full(&w));
	CHECK(window_finish(&w, 7));
	CHECK_EQ(w.low, 7 + SIZE);
	window_done(&w);
}

/* Against an array with a flag a step. */
static void low_is_always_exact(void)
{
	static enum { WAITS, BEGUN, FINISHED } state[STEPS];
	struct window w;
	uint32_t random = 7;
	uint64_t low = 0;

	CHECK(window_init(&w, 0, SIZE));
	memset(state, 0, sizeof(state));
	while (w.low < STEPS) {
		uint64_t step;

		random = random * 1664525 + 1013904223;
		step = w.low + (random >> 8) % SIZE;
		if (random >> 30 == 0 && !window_full(&w) && w.end < STEPS) {
			state[w.end] = FINISHED;
			window_skip(&w);
		} else if (random >> 31 && !window_full(&w) && w.end < STEPS) {
			state[w.end] = BEGUN;
			window_begin(&w);
		} else if (step < STEPS) {
			CHECK_EQ(window_finish(&w, step), state[step] == BEGUN);
			if (state[step] == BEGUN)
				state[step] = FINISHED;
		}
		while (low < STEPS && state[low] == FINISHED)
			low++;
		CHECK_EQ(w.low, low);
	}
	window_done(&w);
}

int main(void)
{
	RUN(steps_finish_in_any_order);
	RUN(only_what_is_unfinished_can_finish);
	RUN(it_is_full_at_its_size);
	RUN(low_is_always_exact);
	return test_done();
}
