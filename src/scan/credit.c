/*
 * credit.c: two buckets: one of the rate, and a small one that is a little quicker. Its
 * size is what goes in one go if the caller comes as usual; behind a bottleneck's few places a
 * burst is lost.
 */
#include "scan/credit.h"

#include "scan/limits.h"

static const uint64_t HOUR_US = UINT64_C(3600000000);

enum {
	MILLION = 1000000,
	AWAY_FIRST_US = 1000, /* until it is known */
	AWAY_MEMORY_US = 100000,
};

void credit_init(struct credit *b, uint64_t now_us)
{
	*b = (struct credit){
	    .credit = MILLION,
	    .at_once = MILLION,
	    .away_us = AWAY_FIRST_US,
	    .filled_us = now_us,
	};
}

static int64_t least(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/* And a packet: else what is left of one would spill over. */
static int64_t filled(int64_t credit, uint64_t passed, uint64_t rate, uint64_t most_us)
{
	int64_t more = (int64_t)(passed * rate), most = (int64_t)(most_us * rate) + MILLION;

	return least(credit + more, most);
}

static uint64_t passed_us(const struct credit *b, uint64_t now_us)
{
	uint64_t passed = now_us > b->filled_us ? now_us - b->filled_us : 0;

	return passed < HOUR_US ? passed : HOUR_US; /* debts are forgotten, nothing overflows */
}

/* The mean of a moment, not of calls: who comes ten times a millisecond, and then not for ten,
 * stays away for ten. */
static void learn_absence(struct credit *b, uint64_t passed)
{
	int64_t us = (int64_t)(passed < AWAY_MEMORY_US ? passed : AWAY_MEMORY_US);
	int64_t away = (int64_t)b->away_us;

	b->away_us = (uint64_t)(away + (us - away) * us / AWAY_MEMORY_US);
}

uint32_t credit_allows(struct credit *b, uint32_t rate, uint64_t now_us)
{
	uint64_t passed = passed_us(b, now_us), quicker = (uint64_t)rate + rate / 4;
	int64_t credit;

	b->credit = filled(b->credit, passed, rate, PACE_MISSED_US);
	b->at_once = filled(b->at_once, passed, quicker, b->away_us);
	learn_absence(b, passed);
	b->filled_us = now_us;
	credit = least(b->credit, b->at_once);
	return credit > 0 ? (uint32_t)(credit / MILLION) : 0;
}

void credit_spend(struct credit *b, uint32_t packets)
{
	b->credit -= (int64_t)packets * MILLION;
	b->at_once -= (int64_t)packets * MILLION;
}
