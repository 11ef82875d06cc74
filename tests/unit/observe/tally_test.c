#include "observe/tally.h"

#include "lib/test.h"

#include <stdio.h>

static const struct siphash_key key = {{1, 2}};
static struct observation passed[64];
static size_t n_passed;

static bool refusing;

static bool keep(void *context, const struct observation *obs)
{
	(void)context;
	if (refusing)
		return false;
	passed[n_passed++ % 64] = *obs;
	return true;
}

static const struct tally_ops ops = {.pass = keep};

static struct tally *begin(void)
{
	struct tally *t = NULL;

	n_passed = 0;
	CHECK(!err_is(tally_new(&key, &ops, NULL, &t)));
	return t;
}

static struct observation seen(uint16_t port, int64_t ms)
{
	return (struct observation){.endpoint = {.addr = addr_from_v4(0x0a000001), .port = port},
	    .outcome = OUTCOME_CERTIFICATE,
	    .count = 1,
	    .first_ms = ms,
	    .last_ms = ms};
}

static void add(struct tally *t, uint16_t port, int64_t ms, uint32_t client)
{
	struct observation o = seen(port, ms);
	struct addr from = addr_from_v4(client);

	tally_add(t, &o, &from);
}

static void the_first_passes_at_once(void)
{
	struct tally *t = begin();

	add(t, 443, 1000, 1);
	CHECK(n_passed == 1);
	CHECK(passed[0].count == 1 && passed[0].clients == 1);
	add(t, 443, 1001, 1);
	CHECK(n_passed == 1);
	add(t, 444, 1002, 1);
	CHECK(n_passed == 2);
	tally_free(t);
}

static void repeats_pass_as_one_after_the_interval(void)
{
	struct tally *t = begin();

	add(t, 443, 1000, 1);
	for (uint32_t i = 0; i < 10; i++)
		add(t, 443, 2000 + i, 1 + i % 3);
	tally_tick(t, 1000 + TALLY_INTERVAL_MS - 1);
	CHECK(n_passed == 1);
	tally_tick(t, 1000 + TALLY_INTERVAL_MS);
	CHECK(n_passed == 2);
	CHECK(passed[1].count == 10 && passed[1].clients == 3);
	CHECK(passed[1].first_ms == 2000 && passed[1].last_ms == 2009);
	tally_tick(t, 1000 + 3 * TALLY_INTERVAL_MS);
	CHECK(n_passed == 2);
	tally_free(t);
}

/* What a packet of an earlier time says does not take the place of the latest state; it lowers the
 * beginning. */
static void time_may_go_back(void)
{
	struct tally *t = begin();
	struct observation late = seen(443, 9000), early = seen(443, 8000);

	late.version = 0x0304;
	early.version = 0x0301;
	add(t, 443, 7000, 1);
	tally_add(t, &late, NULL);
	tally_add(t, &early, NULL);
	tally_flush(t);
	CHECK(n_passed == 2);
	CHECK(passed[1].version == 0x0304 && passed[1].count == 2);
	CHECK(passed[1].first_ms == 8000 && passed[1].last_ms == 9000);
	tally_free(t);
}

static void another_finding_or_name_or_chain_is_news(void)
{
	struct tally *t = begin();
	struct observation o = seen(443, 1000);

	tally_add(t, &o, NULL);
	o.n_findings = 1;
	o.findings[0].id = 8;
	tally_add(t, &o, NULL);
	snprintf(o.endpoint.name, sizeof(o.endpoint.name), "a.test");
	tally_add(t, &o, NULL);
	o.chain.b[0] = 1;
	tally_add(t, &o, NULL);
	o.outcome = OUTCOME_REJECTED;
	tally_add(t, &o, NULL);
	CHECK(n_passed == 5);
	tally_free(t);
}

static void the_oldest_is_passed_before_it_is_forgotten(void)
{
	struct tally *t = begin();

	add(t, 1, 1000, 1);
	add(t, 1, 1001, 2);
	for (uint32_t i = 0; i < TALLY_MAX; i++) {
		struct observation o = seen(2, 1002);

		o.endpoint.addr = addr_from_v4(0x0b000000 + i);
		tally_add(t, &o, NULL);
	}
	CHECK(tally_counts(t).evicted == 1);
	CHECK(tally_counts(t).held == TALLY_MAX);
	CHECK(tally_counts(t).passed == TALLY_MAX + 2);
	tally_free(t);
}

static void what_is_not_taken_is_held(void)
{
	struct tally *t = begin();

	add(t, 443, 1000, 1);
	add(t, 443, 1001, 2);
	refusing = true;
	add(t, 444, 1002, 1);
	add(t, 444, 1003, 2);
	CHECK(!tally_offer(t));
	tally_tick(t, 1000 + TALLY_INTERVAL_MS);
	CHECK(n_passed == 1 && tally_counts(t).passed == 1);
	refusing = false;
	CHECK(tally_offer(t));
	CHECK(n_passed == 3);
	CHECK(passed[1].endpoint.port == 444 && passed[1].count == 2 && passed[1].clients == 2);
	CHECK(passed[2].endpoint.port == 443 && passed[2].count == 1 && passed[2].clients == 2);
	CHECK(tally_offer(t) && tally_flush(t) && n_passed == 3);
	tally_free(t);
}

static void what_is_not_taken_may_have_to_make_room(void)
{
	struct tally *t = begin();

	refusing = true;
	for (uint32_t i = 0; i <= TALLY_MAX; i++) {
		struct observation o = seen(2, 1002);

		o.endpoint.addr = addr_from_v4(0x0b000000 + i);
		tally_add(t, &o, NULL);
	}
	CHECK(tally_counts(t).lost == 1);
	refusing = false;
	CHECK(tally_offer(t) && n_passed == TALLY_MAX);
	tally_free(t);
}

int main(void)
{
	RUN(the_first_passes_at_once);
	RUN(repeats_pass_as_one_after_the_interval);
	RUN(time_may_go_back);
	RUN(another_finding_or_name_or_chain_is_news);
	RUN(the_oldest_is_passed_before_it_is_forgotten);
	RUN(what_is_not_taken_is_held);
	RUN(what_is_not_taken_may_have_to_make_room);
	return test_done();
}
