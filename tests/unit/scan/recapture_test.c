#include "scan/recapture.h"

#include "lib/test.h"

static uint64_t state;

static double dice(void)
{
	state = state * 6364136223846793005u + 1442695040888963407u;
	return (double)(state >> 11) / (double)(UINT64_C(1) << 53);
}

/* n targets of which this share answers, each of two probes lost with this chance. */
static struct recapture sample(unsigned n, double answer, double loss)
{
	struct recapture r = {0};

	for (unsigned i = 0; i < n; i++) {
		unsigned heard;

		if (dice() >= answer)
			continue;
		heard = dice() >= loss;
		heard += dice() >= loss;
		r.both += heard == 2;
		r.one += heard == 1;
	}
	return r;
}

static bool is_near(double a, double b, double by)
{
	return a > b - by && a < b + by;
}

static void estimates_the_loss_whoever_is_silent(void)
{
	static const double losses[] = {0, 0.01, 0.0975, 0.3, 0.8};

	for (size_t i = 0; i < sizeof(losses) / sizeof(losses[0]); i++) {
		struct recapture dense = sample(100000, 1, losses[i]);
		struct recapture sparse = sample(1000000, 0.05, losses[i]);

		CHECK(is_near(recapture_loss(&dense), losses[i], 0.005 + losses[i] / 50));
		CHECK(is_near(recapture_loss(&sparse), losses[i], 0.005 + losses[i] / 50));
	}
}

/* The truth lies between the bounds, but for one in twenty. */
static void the_bounds_hold_the_truth(void)
{
	static const double losses[] = {0.01, 0.05, 0.0975, 0.3};
	static const unsigned sizes[] = {30, 100, 1000};

	for (size_t i = 0; i < sizeof(losses) / sizeof(losses[0]); i++)
		for (size_t j = 0; j < sizeof(sizes) / sizeof(sizes[0]); j++) {
			unsigned above = 0, below = 0;

			for (unsigned trial = 0; trial < 1000; trial++) {
				struct recapture r = sample(sizes[j], 1, losses[i]);

				above += recapture_loss_at_most(&r) < losses[i];
				below += recapture_loss_at_least(&r) > losses[i];
				CHECK(recapture_loss_at_least(&r) <= recapture_loss(&r) + 1e-9);
				CHECK(recapture_loss_at_most(&r) >= recapture_loss(&r) - 1e-9);
			}
			CHECK(above <= 60 && below <= 60);
		}
}

static void more_evidence_narrows_the_bounds(void)
{
	double before = 1;

	for (uint64_t n = 10; n < 1000000; n *= 10) {
		struct recapture r = {.both = n * 9, .one = n};
		double width = recapture_loss_at_most(&r) - recapture_loss_at_least(&r);

		CHECK(width < before * 0.6);
		before = width;
	}
}

static void little_evidence_is_pessimistic(void)
{
	struct recapture nothing = {0}, good = {.both = 1}, bad = {.one = 1};
	struct recapture silent_and_lossy = {.both = 100, .one = 900};

	CHECK(recapture_loss(&nothing) == 0);
	CHECK(recapture_loss_at_most(&nothing) == 0.5);
	CHECK(recapture_loss_at_least(&nothing) == 0);
	CHECK(recapture_loss_at_most(&good) == 0.5);
	CHECK(recapture_loss_at_most(&bad) == 1);
	CHECK(is_near(recapture_loss_at_most(&silent_and_lossy), 0.82, 0.05));
	CHECK(is_near(recapture_loss(&silent_and_lossy), 0.82, 0.01));
}

/* By hand: 9.75 % is 5 % each way. */
static void passes_cover_what_is_left(void)
{
	CHECK(recapture_coverage(0.5, 0) == 0);
	CHECK(recapture_coverage(0, 1) == 1);
	CHECK(is_near(recapture_coverage(0.0975, 1), 0.9025, 1e-9));
	CHECK(is_near(recapture_coverage(0.0975, 2), 0.99049375, 1e-9));
	CHECK(is_near(recapture_coverage(0.0975, 3), 0.99907314, 1e-8));
}

static void samples_are_added(void)
{
	struct recapture sum = {1, 2}, more = {10, 20};

	recapture_add(&sum, &more);
	CHECK_EQ(sum.both, 11);
	CHECK_EQ(sum.one, 22);
}

static void a_modest_estimate_is_between(void)
{
	static const struct recapture few = {9, 1}, many = {9000, 1000}, none = {0, 0};

	CHECK(recapture_loss_modest(&few) > recapture_loss_at_least(&few));
	CHECK(recapture_loss_modest(&few) < 0.6 * recapture_loss(&few));
	CHECK(recapture_loss_modest(&many) < recapture_loss(&many));
	CHECK(recapture_loss_modest(&many) > 0.95 * recapture_loss(&many));
	CHECK(recapture_loss_modest(&none) == 0);
}

int main(void)
{
	RUN(a_modest_estimate_is_between);
	RUN(estimates_the_loss_whoever_is_silent);
	RUN(the_bounds_hold_the_truth);
	RUN(more_evidence_narrows_the_bounds);
	RUN(little_evidence_is_pessimistic);
	RUN(passes_cover_what_is_left);
	RUN(samples_are_added);
	return test_done();
}
