#include "net/budget.h"

#include "net/limits.h"

#include "lib/test.h"

static struct budget *fresh(uint32_t per_second, uint32_t open, uint32_t per_host)
{
	struct budget *b = NULL;

	CHECK(!err_is(budget_new(&(struct budget_limits){per_second, open, per_host}, &b)));
	return b;
}

static void counts_what_is_open(void)
{
	struct budget *b = fresh(0, 2, 0);
	struct addr a = addr_from_v4(0x0a000001);
	uint64_t wait;

	CHECK_EQ(budget_take(b, &a, 1, &wait), BUDGET_GO);
	CHECK_EQ(budget_take(b, &a, 1, &wait), BUDGET_GO);
	CHECK_EQ(budget_take(b, &a, 1, &wait), BUDGET_OPEN);
	CHECK_EQ(budget_open(b), 2);
	CHECK_EQ(budget_taken(b), 2);
	budget_release(b, &a);
	CHECK_EQ(budget_take(b, &a, 1, &wait), BUDGET_GO);
	budget_free(b);
}

static void a_busy_host_costs_no_rate(void)
{
	struct budget *b = fresh(10, 100, 1);
	struct addr a = addr_from_v4(0x0a000001), other = addr_from_v4(0x0a000002);
	uint64_t wait = 0;

	CHECK_EQ(budget_take(b, &a, 1000000, &wait), BUDGET_GO);
	for (uint64_t now = 2000000; now < 3000000; now += 1000)
		CHECK_EQ(budget_take(b, &a, now, &wait), BUDGET_HOST);
	CHECK_EQ(budget_take(b, &other, 3000000, &wait), BUDGET_GO);
	CHECK_EQ(budget_take(b, &(struct addr){.b = {1}}, 3000000, &wait), BUDGET_RATE);
	CHECK(wait > 0 && wait <= 100000);
	budget_free(b);
}

static void a_zone_makes_another_host(void)
{
	struct budget *b = fresh(0, 100, 1);
	struct addr a = {.b = {0xfe, 0x80}, .zone = 1}, other = {.b = {0xfe, 0x80}, .zone = 2};
	uint64_t wait;

	CHECK_EQ(budget_take(b, &a, 1, &wait), BUDGET_GO);
	CHECK_EQ(budget_take(b, &other, 1, &wait), BUDGET_GO);
	CHECK_EQ(budget_take(b, &a, 1, &wait), BUDGET_HOST);
	budget_free(b);
}

enum { HOSTS = 300, STEPS = 200000 };

/* A full table, taken and given back at random, against plain counters. */
static void the_table_never_miscounts(void)
{
	struct budget *b = fresh(0, 256, 3);
	uint32_t open[HOSTS] = {0}, total = 0, random = 1;
	uint64_t wait;

	for (int step = 0; step < STEPS; step++) {
		uint32_t i;
		struct addr a;

		random = random * 1664525 + 1013904223;
		i = (random >> 8) % HOSTS;
		a = addr_from_v4(0x7f000000 + i * (i % 2 ? 1 : 65536));
		if (random >> 31 && open[i]) {
			budget_release(b, &a);
			open[i]--;
			total--;
			continue;
		}
		if (total == 256) {
			CHECK_EQ(budget_take(b, &a, 1, &wait), BUDGET_OPEN);
		} else if (open[i] == 3) {
			CHECK_EQ(budget_take(b, &a, 1, &wait), BUDGET_HOST);
		} else {
			CHECK_EQ(budget_take(b, &a, 1, &wait), BUDGET_GO);
			open[i]++;
			total++;
		}
	}
	CHECK_EQ(budget_open(b), total);
	budget_free(b);
}

static void the_rate_can_be_changed(void)
{
	struct budget *b = fresh(1000, 1000000, 0);
	struct addr a = addr_from_v4(1);
	uint64_t wait;
	int fast = 0, slow = 0;

	for (uint64_t now = 1000000; now < 2000000; now += 500)
		fast += budget_take(b, &a, now, &wait) == BUDGET_GO;
	budget_set_rate(b, 100);
	for (uint64_t now = 2000000; now < 3000000; now += 500)
		slow += budget_take(b, &a, now, &wait) == BUDGET_GO;
	CHECK(fast >= 1000 && fast <= 1011);
	CHECK(slow >= 99 && slow <= 101);
	budget_free(b);
}

/* Which of the two comes first once something was given back. */
static void a_spare_taker_yields_to_one_that_was_refused(void)
{
	struct budget *b = fresh(0, 2, 0);
	struct addr a = addr_from_v4(1);
	uint64_t wait = 0;

	CHECK_EQ(budget_take_spare(b, &a, 1000, &wait), BUDGET_GO);
	CHECK_EQ(budget_take_spare(b, &a, 1000, &wait), BUDGET_GO);
	CHECK_EQ(budget_take(b, &a, 1000, &wait), BUDGET_OPEN);
	budget_release(b, &a);
	CHECK_EQ(budget_take_spare(b, &a, 2000, &wait), BUDGET_RATE);
	CHECK(wait > 0 && wait <= BUDGET_YIELD_US);
	CHECK_EQ(budget_take(b, &a, 3000, &wait), BUDGET_GO);
	budget_release(b, &a);
	CHECK_EQ(budget_take_spare(b, &a, 3000, &wait), BUDGET_GO);
	budget_free(b);
}

static void of_a_host_too(void)
{
	struct budget *b = fresh(0, 20, 1);
	struct addr a = addr_from_v4(1), other = addr_from_v4(2);
	uint64_t wait;

	CHECK_EQ(budget_take_spare(b, &a, 1000, &wait), BUDGET_GO);
	CHECK_EQ(budget_take(b, &a, 1000, &wait), BUDGET_HOST);
	CHECK_EQ(budget_take_spare(b, &other, 1000, &wait), BUDGET_GO);
	budget_release(b, &a);
	CHECK_EQ(budget_take(b, &a, 2000, &wait), BUDGET_GO);
	CHECK_EQ(budget_take(b, &a, 2000, &wait), BUDGET_HOST);
	budget_release(b, &a); /* nobody is connected: the row is empty, and its mark void */
	CHECK_EQ(budget_take_spare(b, &a, 2000, &wait), BUDGET_GO);
	budget_free(b);
}

/* Who was refused may never come again. */
static void yielding_ends(void)
{
	struct budget *b = fresh(1, 20, 2);
	struct addr a = addr_from_v4(1);
	uint64_t wait;

	CHECK_EQ(budget_take(b, &a, 1000, &wait), BUDGET_GO);
	CHECK_EQ(budget_take(b, &a, 1000, &wait), BUDGET_RATE);
	CHECK_EQ(budget_take_spare(b, &a, 1000 + 2000000, &wait), BUDGET_GO);
	CHECK_EQ(budget_take(b, &a, 4000000, &wait), BUDGET_HOST);
	budget_release(b, &a);
	CHECK_EQ(budget_take_spare(b, &a, 4000000, &wait), BUDGET_HOST);
	CHECK_EQ(budget_take_spare(b, &a, 4000000 + BUDGET_YIELD_US, &wait), BUDGET_GO);
	budget_free(b);
}

static void impossible_limits_are_refused(void)
{
	struct budget *b = NULL;
	struct budget_limits none = {.open = 0}, more = {.open = BUDGET_OPEN_MAX + 1};

	CHECK_EQ(err_class(budget_new(&none, &b)), ERR_LIMIT);
	CHECK_EQ(err_class(budget_new(&more, &b)), ERR_LIMIT);
	CHECK(b == NULL);
}

int main(void)
{
	RUN(counts_what_is_open);
	RUN(a_busy_host_costs_no_rate);
	RUN(a_zone_makes_another_host);
	RUN(the_table_never_miscounts);
	RUN(the_rate_can_be_changed);
	RUN(a_spare_taker_yields_to_one_that_was_refused);
	RUN(of_a_host_too);
	RUN(yielding_ends);
	RUN(impossible_limits_are_refused);
	return test_done();
}
