#include "observe/departures.h"

#include "lib/test.h"

#include <stdio.h>

static const struct siphash_key key = {{1, 2}};

enum { BEGAN = 1000, LEFT = 2000 };

static struct endpoint server(const char *name)
{
	struct endpoint e = {.addr = addr_from_v4(0x0a000001), .port = 443};

	snprintf(e.name, sizeof(e.name), "%s", name);
	return e;
}

static void counts_a_streak_per_client_and_name(void)
{
	struct addr one = addr_from_v4(1), other = addr_from_v4(2);
	struct endpoint a = server("a.test"), b = server("b.test");
	struct departures *d = NULL;

	CHECK(!err_is(departures_new(&key, &d)));
	CHECK(departures_left(d, &one, &a, BEGAN, LEFT) == 1);
	CHECK(departures_left(d, &one, &a, BEGAN, LEFT) == 2);
	CHECK(departures_left(d, &other, &a, BEGAN, LEFT) == 1);
	CHECK(departures_left(d, &one, &b, BEGAN, LEFT) == 1);
	CHECK(departures_left(d, &one, &a, BEGAN, LEFT) == DEPARTURES_TELL);
	departures_free(d);
}

static void data_ends_the_streak(void)
{
	struct addr one = addr_from_v4(1);
	struct endpoint a = server("");
	struct departures *d = NULL;

	CHECK(!err_is(departures_new(&key, &d)));
	departures_spoke(d, &one, &a, BEGAN - 1);
	CHECK(departures_left(d, &one, &a, BEGAN, LEFT) == 1);
	CHECK(departures_left(d, &one, &a, BEGAN, LEFT) == 2);
	departures_spoke(d, &one, &a, BEGAN - 1);
	CHECK(departures_left(d, &one, &a, BEGAN, LEFT) == 1);
	departures_free(d);
}

static void a_reserve_is_no_departure(void)
{
	struct addr one = addr_from_v4(1), other = addr_from_v4(2);
	struct endpoint a = server("a.test"), b = server("b.test");
	struct departures *d = NULL;

	CHECK(!err_is(departures_new(&key, &d)));
	departures_spoke(d, &one, &a, BEGAN);
	for (int i = 0; i < 5; i++)
		CHECK(departures_left(d, &one, &a, BEGAN, LEFT) == 0);
	CHECK(departures_left(d, &one, &b, BEGAN, LEFT) == 1);
	CHECK(departures_left(d, &other, &a, BEGAN, LEFT) == 1);
	CHECK(departures_left(d, &one, &a, BEGAN + 1, LEFT) == 1);
	CHECK(departures_left(d, &one, &a, BEGAN, LEFT) == 0);
	CHECK(departures_left(d, &one, &a, BEGAN + 1, LEFT) == 2);
	departures_free(d);
}

/* As where a newer capture was read before an older one. */
static void what_was_said_later_makes_no_reserve(void)
{
	struct addr one = addr_from_v4(1);
	struct endpoint a = server("a.test");
	struct departures *d = NULL;

	CHECK(!err_is(departures_new(&key, &d)));
	departures_spoke(d, &one, &a, LEFT + 1);
	CHECK(departures_left(d, &one, &a, BEGAN, LEFT) == 1);
	CHECK(departures_left(d, &one, &a, BEGAN, LEFT + 1) == 0);
	CHECK(departures_left(d, &one, &a, BEGAN, LEFT) == 2);
	departures_free(d);
}

static void talkers_push_no_streak_out(void)
{
	struct addr one = addr_from_v4(1);
	struct endpoint a = server("a.test"), b = server("b.test");
	struct departures *d = NULL;

	CHECK(!err_is(departures_new(&key, &d)));
	CHECK(departures_left(d, &one, &a, BEGAN, LEFT) == 1);
	for (uint32_t i = 0; i <= DEPARTURES_MAX; i++) {
		struct addr client = addr_from_v4(i);

		departures_spoke(d, &client, &b, BEGAN);
	}
	CHECK(departures_left(d, &one, &a, BEGAN, LEFT) == 2);
	departures_free(d);
}

static void forgets_the_oldest(void)
{
	struct endpoint a = server("a.test");
	struct departures *d = NULL;

	CHECK(!err_is(departures_new(&key, &d)));
	for (uint32_t i = 0; i <= DEPARTURES_MAX; i++) {
		struct addr client = addr_from_v4(i);

		CHECK(departures_left(d, &client, &a, BEGAN, LEFT) == 1);
	}
	CHECK(departures_left(d, &(struct addr){.b = {[15] = 9}}, &a, BEGAN, LEFT) == 1);
	struct addr last = addr_from_v4(DEPARTURES_MAX), first = addr_from_v4(0);
	CHECK(departures_left(d, &last, &a, BEGAN, LEFT) == 2);
	CHECK(departures_left(d, &first, &a, BEGAN, LEFT) == 1);
	departures_free(d);
}

int main(void)
{
	RUN(counts_a_streak_per_client_and_name);
	RUN(data_ends_the_streak);
	RUN(a_reserve_is_no_departure);
	RUN(what_was_said_later_makes_no_reserve);
	RUN(talkers_push_no_streak_out);
	RUN(forgets_the_oldest);
	return test_done();
}
