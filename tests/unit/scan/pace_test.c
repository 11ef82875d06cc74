#include "scan/pace.h"

#include "scan/limits.h"

#include "lib/test.h"

/*
 * A network in steps of a millisecond: a bottleneck that lets so many packets pass, a line that
 * loses some at random, targets of which a share answers. A cohort is asked for 250 ms or as long
 * as the rate is the same, and told of 100 ms later; pairs of the sample are 200 ms apart and told
 * of after 1.7 s.
 */
enum { STEP_US = 1000, SECOND = 1000, SPAN_STEPS = 250, ANSWER_STEPS = 100 };
enum { PAIR_STEPS = 200, TELL_STEPS = 1500, RING = 2048 };

struct network {
	double answer, loss; /* loss: each way */
	double room; /* packets a second; 0: any */
	double noise; /* share of questions that are called unreachable */
	double noise_room; /* packets a second beyond which all are; 0: never */
	uint32_t own_room; /* that our own machine takes; 0: any */
	bool only_repeats; /* no first questions */
	/* State and sums: */
	uint64_t step, sent, lost;
	double tokens;
	struct past {
		unsigned pairs;
		double lost;
		struct recapture told;
		struct cohort cohort; /* to be told then */
	} ring[RING];
	struct cohort cohort; /* being asked */
	uint64_t cohort_since;
	struct pace_signs signs;
	struct pace pace;
};

static uint64_t dice_state;

static double dice(void)
{
	dice_state = dice_state * 6364136223846793005u + 1442695040888963407u;
	return (double)(dice_state >> 11) / (double)(UINT64_C(1) << 53);
}

static unsigned chance(uint64_t n, double p)
{
	unsigned hits = 0;

	while (n-- > 0)
		hits += dice() < p;
	return hits;
}

static struct past *past(struct network *w, int64_t steps)
{
	return &w->ring[(w->step + (uint64_t)steps) % RING];
}

static void begin(struct network *w, uint32_t max)
{
	struct pace_limits limits = {.max = max};

	dice_state = 1;
	pace_init(&w->pace, &limits, 0);
}

/* Share of n packets that the bottleneck drops; it holds 20 ms' worth. */
static double overflow(struct network *w, double n)
{
	double passed;

	if (w->room <= 0)
		return 0;
	w->tokens += w->room / SECOND;
	if (w->tokens > w->room / 50)
		w->tokens = w->room / 50;
	passed = n < w->tokens ? n : w->tokens;
	w->tokens -= passed;
	return n > 0 ? 1 - passed / n : 0;
}

static void sample_pairs(struct network *w, unsigned n, double lost)
{
	struct past *first = past(w, RING - PAIR_STEPS), *told = past(w, TELL_STEPS);

	for (unsigned i = 0; i < first->pairs; i++) {
		unsigned heard = dice() >= first->lost;

		heard += dice() >= lost;
		if (dice() >= w->answer)
			continue;
		told->told.both += heard == 2;
		told->told.one += heard == 1;
	}
	past(w, 0)->pairs = chance(n, 0.01);
	past(w, 0)->lost = lost;
}

static void ask(struct network *w, unsigned n, double lost)
{
	bool is_noisy = w->noise_room > 0 && n > w->noise_room / SECOND;
	struct cohort *c = &w->cohort;

	if (w->step - w->cohort_since == SPAN_STEPS || c->rate != pace_rate(&w->pace)) {
		past(w, ANSWER_STEPS)->cohort = *c;
		*c = (struct cohort){.rate = pace_rate(&w->pace)};
		w->cohort_since = w->step;
	}
	c->asked += n;
	c->answered += chance(n, w->answer * (1 - lost));
	c->unreachable += chance(n, is_noisy ? 1 : w->noise);
}

static void tell(struct network *w, unsigned n, uint64_t now_us)
{
	struct past *now = past(w, 0);

	w->signs.given += n;
	if (!w->only_repeats)
		recapture_add(&w->signs.sample, &now->told);
	if (now->cohort.asked && !w->only_repeats)
		pace_cohort(&w->pace, &now->cohort, now_us);
	now->told = (struct recapture){0};
	now->cohort = (struct cohort){0};
}

static void step(struct network *w)
{
	uint64_t now_us = w->step * STEP_US;
	uint32_t n = pace_allows(&w->pace, now_us), dropped = 0;
	double full, lost;

	pace_spend(&w->pace, n);
	if (w->own_room && n > w->own_room / SECOND)
		dropped = n - w->own_room / SECOND;
	n -= dropped;
	w->signs.given += dropped;
	w->signs.lost += dropped;
	full = overflow(w, n);
	lost = 1 - (1 - full) * (1 - w->loss) * (1 - w->loss);
	w->sent += n;
	w->lost += (uint64_t)(n * full) + dropped;
	sample_pairs(w, n, lost);
	ask(w, n, lost);
	tell(w, n, now_us);
	if (w->step % 250 == 249) {
		pace_look(&w->pace, &w->signs, now_us);
		w->signs = (struct pace_signs){0};
	}
	w->step++;
}

/* What was sent in so many seconds, a second. */
static double run(struct network *w, unsigned seconds)
{
	uint64_t before = w->sent;

	for (unsigned i = 0; i < seconds * SECOND; i++)
		step(w);
	return (double)(w->sent - before) / seconds;
}

static double share_lost(const struct network *w)
{
	return (double)w->lost / (double)w->sent;
}

static void a_fixed_rate_is_kept(void)
{
	static const uint32_t rates[] = {1, 7, 1000, 50000, 3000000};

	for (size_t i = 0; i < sizeof(rates) / sizeof(rates[0]); i++) {
		struct network w = {.answer = 1, .room = rates[i] / 2.0};
		struct pace_limits limits = {.fixed = rates[i]};

		pace_init(&w.pace, &limits, 0);
		w.sent = 0;
		for (unsigned j = 0; j < 20 * SECOND; j++) {
			uint32_t n = pace_allows(&w.pace, (uint64_t)j * STEP_US);
			struct pace_signs bad = {.given = 2 * n, .lost = n};

			w.sent += n;
			pace_spend(&w.pace, n);
			pace_look(&w.pace, &bad, (uint64_t)j * STEP_US);
		}
		CHECK_EQ(pace_rate(&w.pace), rates[i]);
		CHECK(w.sent >= (uint64_t)rates[i] * 20 * 999 / 1000);
		CHECK(w.sent <= (uint64_t)rates[i] * 20 + 1);
	}
}

static void finds_the_room_of_a_bottleneck(void)
{
	static const double answers[] = {1, 0.3, 0.05}, losses[] = {0, 0.02, 0.05};

	for (size_t i = 0; i < 3; i++)
		for (size_t j = 0; j < 3; j++) {
			struct network w = {.answer = answers[i], .loss = losses[j], .room = 20000};
			double late;

			begin(&w, 50000);
			run(&w, 60);
			late = run(&w, 60);
			CHECK(late > 0.75 * 20000 && late < 1.05 * 20000);
			CHECK(share_lost(&w) < 0.08);
		}
}

static void goes_down_where_even_the_start_was_too_fast(void)
{
	static const double answers[] = {1, 0.3};

	for (size_t i = 0; i < 2; i++) {
		struct network w = {.answer = answers[i], .room = 400};
		uint64_t lost;

		begin(&w, 50000);
		run(&w, 60);
		lost = w.lost;
		CHECK(run(&w, 60) > 0.6 * 400);
		CHECK((double)(w.lost - lost) < 0.15 * 400 * 60);
	}
}

/* A line's own loss is the same at any rate. */
static void random_loss_is_no_reason_to_crawl(void)
{
	static const double answers[] = {1, 0.3, 0.05}, losses[] = {0, 0.02, 0.05, 0.15};

	for (size_t i = 0; i < 3; i++)
		for (size_t j = 0; j < 4; j++) {
			struct network w = {.answer = answers[i], .loss = losses[j]};

			begin(&w, 50000);
			run(&w, 45);
			CHECK(run(&w, 45) > 0.85 * 50000);
		}
}

static void fifty_thousand_within_three_seconds(void)
{
	static const double answers[] = {1, 0.3, 0.1};

	for (size_t i = 0; i < 3; i++) {
		struct network w = {.answer = answers[i]};

		begin(&w, 50000);
		run(&w, 3);
		CHECK(run(&w, 1) > 49000);
	}
}

static void rises_slowly_in_silence(void)
{
	struct network w = {.answer = 0};

	begin(&w, 50000);
	CHECK(run(&w, 10) < 5000);
	run(&w, 20);
	CHECK(run(&w, 1) > 49000);
}

static void follows_a_bottleneck_that_moves(void)
{
	struct network w = {.answer = 0.3, .room = 20000};
	double rate;

	begin(&w, 50000);
	run(&w, 60);
	w.room = 4000;
	run(&w, 20);
	rate = run(&w, 40);
	CHECK(rate > 0.7 * 4000 && rate < 1.15 * 4000);
	w.room = 20000;
	run(&w, 120);
	CHECK(run(&w, 30) > 0.7 * 20000);
}

static void what_our_machine_drops_is_not_sent_again_so_fast(void)
{
	struct network w = {.answer = 1, .own_room = 10000};
	double late;

	begin(&w, 50000);
	run(&w, 30);
	late = run(&w, 30);
	CHECK(late > 8000 && late <= 10000);
	CHECK(share_lost(&w) < 0.05);
}

/* Live frames that vanish are noticed when others have been sent since. */
static void losses_that_are_noticed_late_lower_the_rate(void)
{
	const struct pace_signs late[] = {
	    {.given = 100, .lost = 1000}, {.given = 0, .lost = 1000}, {.given = 100, .lost = 100}};
	struct network w;

	for (size_t i = 0; i < sizeof(late) / sizeof(late[0]); i++) {
		begin(&w, 50000);
		pace_look(&w.pace, &late[i], 250000);
		CHECK(pace_rate(&w.pace) >= PACE_LEAST && pace_rate(&w.pace) < PACE_START);
	}
}

/* Where few are sent, or none, because answers are waited for. */
static void a_packet_is_no_overrun(void)
{
	const struct pace_signs few[] = {
	    {.given = 3, .lost = 1}, {.given = 0, .lost = 1}, {.given = 0, .lost = 2}};
	struct network w;

	for (size_t i = 0; i < sizeof(few) / sizeof(few[0]); i++) {
		begin(&w, 50000);
		pace_look(&w.pace, &few[i], 250000);
		CHECK_EQ(pace_rate(&w.pace), PACE_START);
	}
}

static void errors_that_come_with_the_rate_slow_it_down(void)
{
	struct network w = {.answer = 0, .noise = 0.4, .noise_room = 8000};
	struct network steady = {.answer = 0, .noise = 0.4};

	begin(&w, 50000);
	run(&w, 60);
	CHECK(run(&w, 60) < 9500);
	begin(&steady, 50000);
	run(&steady, 40);
	CHECK(run(&steady, 10) > 49000);
}

static void a_rate_that_was_not_tried_is_not_raised(void)
{
	struct network repeats = {.answer = 1, .only_repeats = true};
	struct pace_limits limits = {.max = 50000};
	struct pace idle;

	begin(&repeats, 50000);
	run(&repeats, 30);
	CHECK_EQ(pace_rate(&repeats.pace), PACE_START);
	pace_init(&idle, &limits, 0);
	for (uint64_t now_us = 0; now_us < 60000000; now_us += 250000) {
		const struct cohort few = {.rate = PACE_START, .asked = 10, .answered = 10};

		pace_spend(&idle, 10);
		pace_cohort(&idle, &few, now_us);
	}
	CHECK_EQ(pace_rate(&idle), PACE_START);
}

static void the_limits_hold(void)
{
	struct network w = {.answer = 1, .room = 1};

	begin(&w, 700); /* less than the start */
	CHECK_EQ(pace_rate(&w.pace), 700);
	run(&w, 100);
	CHECK(pace_rate(&w.pace) >= PACE_LEAST && pace_rate(&w.pace) <= 700);
	w.room = 0;
	begin(&w, 20); /* less than the least */
	CHECK_EQ(pace_rate(&w.pace), 20);
}

int main(void)
{
	RUN(a_fixed_rate_is_kept);
	RUN(finds_the_room_of_a_bottleneck);
	RUN(goes_down_where_even_the_start_was_too_fast);
	RUN(random_loss_is_no_reason_to_crawl);
	RUN(fifty_thousand_within_three_seconds);
	RUN(rises_slowly_in_silence);
	RUN(follows_a_bottleneck_that_moves);
	RUN(what_our_machine_drops_is_not_sent_again_so_fast);
	RUN(losses_that_are_noticed_late_lower_the_rate);
	RUN(a_packet_is_no_overrun);
	RUN(errors_that_come_with_the_rate_slow_it_down);
	RUN(a_rate_that_was_not_tried_is_not_raised);
	RUN(the_limits_hold);
	return test_done();
}
