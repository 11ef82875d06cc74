#include "observe/departures.h"

#include "lib/test.h"

#include <stdio.h>

static const struct siphash_key key = {{1, 2}};

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
	CHECK(departures_left(d, &one, &a) == 1);
	CHECK(departures_left(d, &one, &a) == 2);
	CHECK(departures_left(d, &other, &a) == 1);
	CHECK(departures_left(d, &one, &b) == 1);
	CHECK(departures_left(d, &one, &a) == DEPARTURES_TELL);
	departures_free(d);
}

static void data_ends_the_streak(void)
{
	struct addr one = addr_from_v4(1);
	struct endpoint a = server("");
	struct departures *d = NULL;

	CHECK(!err_is(departures_new(&key, &d)));
	departures_spoke(d, &one, &a);
	CHECK(departures_left(d, &one, &a) == 1);
	CHECK(departures_left(d, &one, &a) == 2);
	departures_spoke(d, &one, &a);
	CHECK(departures_left(d, &one, &a) == 1);
	departures_free(d);
}

static void forgets_the_oldest(void)
{
	struct endpoint a = server("a.test");
	struct departures *d = NULL;

	CHECK(!err_is(departures_new(&key, &d)));
	for (uint32_t i = 0; i <= DEPARTURES_MAX; i++) {
		struct addr client = addr_from_v4(i);

		CHECK(departures_left(d, &client, &a) == 1);
	}
	CHECK(departures_left(d, &(struct addr){.b = {[15] = 9}}, &a) == 1);
	struct addr last = addr_from_v4(DEPARTURES_MAX), first = addr_from_v4(0);
	CHECK(departures_left(d, &last, &a) == 2);
	CHECK(departures_left(d, &first, &a) == 1);
	departures_free(d);
}

int main(void)
{
	RUN(counts_a_streak_per_client_and_name);
	RUN(data_ends_the_streak);
	RUN(forgets_the_oldest);
	return test_done();
}
