#include "scan/credit.h"

#include "lib/test.h"

/* What goes in a second if the caller stays away so long between two calls, then that; and the
 * largest burst. */
static uint64_t sent_in_a_second(
    uint32_t rate, uint64_t away_us, uint64_t then_us, uint32_t *ret_burst)
{
	uint64_t sent = 0;
	struct credit b;

	credit_init(&b, 0);
	*ret_burst = 0;
	for (uint64_t now_us = 0, i = 0; now_us <= 1000000; i++) {
		uint32_t n = credit_allows(&b, rate, now_us);

		credit_spend(&b, n);
		sent += n;
		*ret_burst = n > *ret_burst ? n : *ret_burst;
		now_us += i % 2 ? then_us : away_us;
	}
	return sent;
}

static void any_caller_gets_the_rate(void)
{
	static const uint64_t away_us[] = {10, 300, 1000, 1070, 2300, 9000};
	static const uint32_t rates[] = {1000, 5000, 50000, 3000000};

	for (size_t i = 0; i < 6; i++)
		for (size_t j = 0; j < 6; j++)
			for (size_t k = 0; k < 4; k++) {
				uint64_t longest =
				    away_us[i] > away_us[j] ? away_us[i] : away_us[j];
				uint32_t burst;
				uint64_t sent =
				    sent_in_a_second(rates[k], away_us[i], away_us[j], &burst);

				CHECK(sent > rates[k] * UINT64_C(95) / 100);
				CHECK(sent <= rates[k] + 2);
				CHECK(burst <= rates[k] * longest * 13 / 10000000 + 2);
			}
}

static void a_late_caller_gets_no_burst(void)
{
	const uint32_t rate = 50000;
	uint64_t now_us, sent = 0;
	struct credit b;

	credit_init(&b, 0);
	for (now_us = 0; now_us < 1000000; now_us += 1000)
		credit_spend(&b, credit_allows(&b, rate, now_us));
	now_us += 40000; /* the machine was busy */
	for (unsigned i = 0; i < 400; i++, now_us += 1000) {
		uint32_t n = credit_allows(&b, rate, now_us);

		CHECK(n <= 64); /* a millisecond's, and a quarter */
		credit_spend(&b, n);
		sent += n;
	}
	CHECK(sent > (400 + 39) * 50 && sent <= (400 + 41) * 50); /* but nothing is lost */
	now_us += 60000000;
	sent = 0;
	for (unsigned i = 0; i < 1000; i++, now_us += 1000) {
		uint32_t n = credit_allows(&b, rate, now_us);

		credit_spend(&b, n);
		sent += n;
	}
	CHECK(sent <= (1000 + 101) * 50); /* of a minute, a tenth of a second */
	CHECK_EQ(credit_allows(&b, rate, 1), 0); /* a clock that goes back */
}

static void more_than_was_allowed_is_a_debt(void)
{
	const uint32_t rate = 1000;
	struct credit b;

	credit_init(&b, 0);
	credit_spend(&b, 101);
	CHECK_EQ(credit_allows(&b, rate, 50000), 0);
	CHECK_EQ(credit_allows(&b, rate, 100999), 0);
	CHECK_EQ(credit_allows(&b, rate, 101000), 1);
}

int main(void)
{
	RUN(any_caller_gets_the_rate);
	RUN(a_late_caller_gets_no_burst);
	RUN(more_than_was_allowed_is_a_debt);
	return test_done();
}
