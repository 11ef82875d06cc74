#include "net/conntrack.h"

#include "lib/test.h"

#include <fcntl.h>
#include <unistd.h>

static char directory[] = "/tmp/conntrack_test_XXXXXX";
static struct loop *loop;
static struct budget *budget;
static int notes;
static char last_note[256];

static void write_number(const char *name, unsigned value)
{
	char path[256];
	FILE *f;

	snprintf(path, sizeof(path), "%s/nf_conntrack_%s", directory, name);
	f = fopen(path, "w");
	CHECK(f != NULL);
	fprintf(f, "%u\n", value);
	fclose(f);
}

static void remove_number(const char *name)
{
	char path[256];

	snprintf(path, sizeof(path), "%s/nf_conntrack_%s", directory, name);
	unlink(path);
}

static void note(void *context, const char *line)
{
	CHECK(context == &notes);
	notes++;
	snprintf(last_note, sizeof(last_note), "%s", line);
}

static struct conntrack *fresh(uint32_t per_second)
{
	struct conntrack *c = NULL;

	notes = 0;
	write_number("count", 10);
	write_number("max", 1000);
	CHECK(!err_is(conntrack_new(loop, budget, per_second, directory, note, &notes, &c)));
	CHECK(c != NULL);
	return c;
}

static uint32_t looked_at(struct conntrack *c, unsigned count)
{
	write_number("count", count);
	return conntrack_look(c);
}

static void half_the_rate_at_80_percent_and_said_once(void)
{
	struct conntrack *c = fresh(2000);

	CHECK_EQ(looked_at(c, 799), 2000);
	CHECK_EQ(notes, 0);
	CHECK_EQ(looked_at(c, 800), 1000);
	CHECK_EQ(looked_at(c, 900), 500);
	CHECK_EQ(notes, 1);
	CHECK(strstr(last_note, "80 %") != NULL);
	CHECK_EQ(looked_at(c, 700), 500);
	conntrack_free(c);
}

static void it_never_stops_and_comes_back(void)
{
	struct conntrack *c = fresh(2000);
	uint32_t rate = 2000, before = 0;

	for (int i = 0; i < 20; i++)
		rate = looked_at(c, 1000);
	CHECK_EQ(rate, 10);
	for (int i = 0; i < 60 && rate != 2000; i++) {
		before = rate;
		rate = looked_at(c, 100);
		CHECK(rate > before);
	}
	CHECK_EQ(rate, 2000);
	conntrack_free(c);
}

static void a_low_rate_is_not_made_higher(void)
{
	struct conntrack *c = fresh(3);

	CHECK_EQ(looked_at(c, 990), 3);
	CHECK_EQ(looked_at(c, 0), 3);
	conntrack_free(c);
}

static void unlimited_is_limited_and_unlimited_again(void)
{
	struct conntrack *c = fresh(0);
	uint32_t rate = looked_at(c, 900);

	CHECK(rate > 0);
	for (int i = 0; i < 60 && rate; i++)
		rate = looked_at(c, 10);
	CHECK_EQ(rate, 0);
	conntrack_free(c);
}

/* The budget itself goes by the new rate. */
static void the_budget_is_told(void)
{
	struct conntrack *c = fresh(2000);
	struct addr a = addr_from_v4(0x0a000001);
	uint64_t wait;
	int taken = 0;

	for (int i = 0; i < 4; i++)
		looked_at(c, 900);
	for (uint64_t now = 5000000; now < 6000000; now += 500)
		if (budget_take(budget, &a, now, &wait) == BUDGET_GO)
			taken++;
	CHECK(taken >= 124 && taken <= 128);
	conntrack_free(c);
}

static void nothing_tracked_is_no_watch(void)
{
	struct conntrack *c = (struct conntrack *)&notes;

	remove_number("count");
	CHECK(!err_is(conntrack_new(loop, budget, 2000, directory, note, &notes, &c)));
	CHECK(c == NULL);
	CHECK(!err_is(loop_run(loop))); /* and no timer keeps the loop alive */
}

int main(void)
{
	struct budget_limits limits = {.per_second = 2000, .open = 100000};

	CHECK(mkdtemp(directory) != NULL);
	CHECK(!err_is(loop_new(&loop)) && !err_is(budget_new(&limits, &budget)));
	RUN(half_the_rate_at_80_percent_and_said_once);
	RUN(it_never_stops_and_comes_back);
	RUN(a_low_rate_is_not_made_higher);
	RUN(unlimited_is_limited_and_unlimited_again);
	RUN(the_budget_is_told);
	RUN(nothing_tracked_is_no_watch);
	remove_number("max");
	rmdir(directory);
	budget_free(budget);
	loop_free(loop);
	return test_done();
}
