#include "net/route_map.h"

#include "lib/test.h"

static struct err add(struct route_map *m, unsigned __int128 first, uint32_t way)
{
	return route_map_add(m, first, way);
}

static void finds_the_stretch_that_holds_a_number(void)
{
	struct route_map m = {0};

	CHECK(!err_is(add(&m, 0, 7)));
	CHECK(!err_is(add(&m, 10, 8)));
	CHECK(!err_is(add(&m, (unsigned __int128)1 << 100, 9)));
	CHECK_EQ(route_map_find(&m, 0), 0);
	CHECK_EQ(route_map_find(&m, 9), 0);
	CHECK_EQ(route_map_find(&m, 10), 1);
	CHECK_EQ(route_map_find(&m, ((unsigned __int128)1 << 100) - 1), 1);
	CHECK_EQ(route_map_find(&m, (unsigned __int128)1 << 100), 2);
	CHECK_EQ(route_map_find(&m, ~(unsigned __int128)0), 2);
	CHECK_EQ(m.way[1], 8);
	CHECK(route_map_last(&m, 0) == 9);
	CHECK(route_map_last(&m, 2) == ~(unsigned __int128)0);
	route_map_done(&m);
}

static void joins_neighbours_of_one_way(void)
{
	struct route_map m = {0};

	CHECK(!err_is(add(&m, 0, 1)));
	CHECK(!err_is(add(&m, 5, 1)));
	CHECK(!err_is(add(&m, 6, 2)));
	CHECK(!err_is(add(&m, 7, 1)));
	CHECK_EQ(m.n, 3);
	CHECK(route_map_last(&m, 0) == 5);
	route_map_done(&m);
}

static void disorder_is_our_own_fault(void)
{
	struct route_map m = {0};

	CHECK_EQ(err_class(add(&m, 1, 0)), ERR_BUG);
	CHECK(!err_is(add(&m, 0, 0)));
	CHECK(!err_is(add(&m, 4, 1)));
	CHECK_EQ(err_class(add(&m, 4, 2)), ERR_BUG);
	route_map_done(&m);
}

/* Every count of stretches, as halving goes wrong at the ends first. */
static void finds_as_a_walk_does(void)
{
	for (uint32_t n = 1; n < 70; n++) {
		struct route_map m = {0};

		for (uint32_t i = 0; i < n; i++)
			CHECK(!err_is(add(&m, (unsigned __int128)i * 3, i)));
		for (uint32_t number = 0; number < 3 * n + 5; number++)
			CHECK_EQ(route_map_find(&m, number), number / 3 < n ? number / 3 : n - 1);
		route_map_done(&m);
	}
}

int main(void)
{
	RUN(finds_the_stretch_that_holds_a_number);
	RUN(joins_neighbours_of_one_way);
	RUN(disorder_is_our_own_fault);
	RUN(finds_as_a_walk_does);
	return test_done();
}
