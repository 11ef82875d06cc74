#include "app/lanes.h"

#include "app/limits.h"
#include "lib/test.h"
#include "store/store.h"
#include "web/call.h"
#include "web/web.h"

#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

static char folder[64], path[96];
static atomic_bool shut;
static atomic_uint entered, worked;
static struct store *seen_store;
static int64_t order[2 * LANE_WAITING_MAX];

static struct lanes *made(void)
{
	struct lanes *l = NULL;

	snprintf(folder, sizeof(folder), "/tmp/lanes-XXXXXX");
	if (!mkdtemp(folder))
		exit(1);
	snprintf(path, sizeof(path), "%s/certscape.db", folder);
	atomic_store(&entered, 0);
	atomic_store(&worked, 0);
	CHECK(!err_is(lanes_new(path, &l)));
	return l;
}

static void unmade(void)
{
	static const char *const ends[] = {"", "-wal", "-shm", "-lock"};
	char file[128];

	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		snprintf(file, sizeof(file), "%s%s", path, ends[i]);
		unlink(file);
	}
	rmdir(folder);
}

/* While it is shut, threads wait in it. */
static void work(struct web_call *c)
{
	atomic_fetch_add(&entered, 1);
	while (atomic_load(&shut))
		usleep(1000);
	order[atomic_load(&worked)] = c->now_ms;
	seen_store = c->store;
	atomic_fetch_add(&worked, 1);
}

static void quick(struct web_call *c)
{
	(void)c;
	atomic_fetch_add(&worked, 1);
}

/* A call that nobody waits for: the lane's thread frees it. */
static struct web_call *call_new(route_fn *fn, int64_t number)
{
	static struct route slow_route = {.fn = work}, quick_route = {.fn = quick};
	struct web_call *c = calloc(1, sizeof(*c));

	if (!c)
		exit(1);
	c->match.route = fn == work ? &slow_route : &quick_route;
	c->now_ms = number;
	arena_init(&c->arena, 1024);
	buf_init(&c->body, 1024);
	return c;
}

static bool comes_to(atomic_uint *sum, unsigned n)
{
	for (int i = 0; i < 1000 && atomic_load(sum) < n; i++)
		usleep(5000);
	return atomic_load(sum) == n;
}

static void every_lane_works_with_a_store_of_its_own(void)
{
	struct lanes *l = made();
	struct store *stores[LANE_MAX];

	for (unsigned lane = 0; lane < LANE_MAX; lane++) {
		CHECK(lanes_submit(l, (enum lane)lane, call_new(work, 0)));
		CHECK(comes_to(&worked, lane + 1));
		stores[lane] = seen_store;
		for (unsigned i = 0; i < lane; i++)
			CHECK(stores[lane] && stores[i] != stores[lane]);
		CHECK(*lane_text((enum lane)lane));
	}
	lanes_free(l);
	unmade();
}

/* One thread writes: what was asked first is done first. */
static void a_lane_keeps_the_order(void)
{
	struct lanes *l = made();

	atomic_store(&shut, true);
	for (int64_t i = 0; i < 100; i++)
		CHECK(lanes_submit(l, LANE_WRITE, call_new(work, i)));
	atomic_store(&shut, false);
	CHECK(comes_to(&worked, 100));
	for (int64_t i = 0; i < 100; i++)
		CHECK_EQ(order[i], i);
	lanes_free(l);
	unmade();
}

static void a_full_lane_turns_away_and_holds_up_no_other(void)
{
	struct lanes *l = made();
	struct web_call *more = call_new(work, 0);
	size_t waiting;
	uint64_t refused;

	atomic_store(&shut, true);
	CHECK(lanes_submit(l, LANE_EXPORT, call_new(work, 0)));
	CHECK(comes_to(&entered, 1));
	for (int i = 0; i < LANE_WAITING_MAX; i++)
		CHECK(lanes_submit(l, LANE_EXPORT, call_new(work, 0)));
	CHECK(!lanes_submit(l, LANE_EXPORT, more)); /* it stays ours */
	lanes_count(l, LANE_EXPORT, &waiting, &refused);
	CHECK_EQ(waiting, LANE_WAITING_MAX);
	CHECK_EQ(refused, 1);
	CHECK(lanes_submit(l, LANE_READ, call_new(quick, 0)));
	CHECK(comes_to(&worked, 1));
	atomic_store(&shut, false);
	CHECK(comes_to(&worked, LANE_WAITING_MAX + 2));
	CHECK(lanes_submit(l, LANE_EXPORT, more));
	CHECK(comes_to(&worked, LANE_WAITING_MAX + 3));
	lanes_count(l, LANE_EXPORT, &waiting, &refused);
	CHECK_EQ(waiting, 0);
	CHECK_EQ(refused, 1);
	lanes_free(l);
	unmade();
}

static void *opens_late(void *context)
{
	(void)context;
	usleep(100 * 1000);
	atomic_store(&shut, false);
	return NULL;
}

/* What is worked on is finished, what waits is not begun. */
static void an_end_is_an_end(void)
{
	struct lanes *l = made();
	pthread_t opener;

	atomic_store(&shut, true);
	CHECK(lanes_submit(l, LANE_WRITE, call_new(work, 0)));
	CHECK(comes_to(&entered, 1));
	for (int i = 0; i < 10; i++)
		CHECK(lanes_submit(l, LANE_WRITE, call_new(work, 0)));
	CHECK(pthread_create(&opener, NULL, opens_late, NULL) == 0);
	lanes_free(l);
	CHECK_EQ(atomic_load(&worked), 1);
	pthread_join(opener, NULL);
	unmade();
}

static void without_a_store_there_are_none(void)
{
	struct lanes *l = NULL;

	CHECK(err_is(lanes_new("/nowhere/at/all/certscape.db", &l)));
	CHECK(l == NULL);
	lanes_free(NULL);
}

int main(void)
{
	RUN(every_lane_works_with_a_store_of_its_own);
	RUN(a_lane_keeps_the_order);
	RUN(a_full_lane_turns_away_and_holds_up_no_other);
	RUN(an_end_is_an_end);
	RUN(without_a_store_there_are_none);
	return test_done();
}
