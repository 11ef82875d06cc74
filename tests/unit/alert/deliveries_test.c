#include "town.h"

#include "alert/deliveries.h"
#include "alert/limits.h"
#include "store/outbox.h"

#include <pthread.h>

/* A carrier that does what each test says, by the recipient. */
static struct world {
	pthread_mutex_t lock;
	pthread_cond_t change;
	unsigned carried;
	char to[64][32];
	enum delivery_end end;
	uint32_t retry_after_s;
	bool stuck; /* "stuck@example.com" hangs */
	unsigned told[MESSAGE_STATES];
} world = {.lock = PTHREAD_MUTEX_INITIALIZER, .change = PTHREAD_COND_INITIALIZER};

static void carry(void *context, const struct parcel *p, struct delivery *ret)
{
	struct world *w = context;

	pthread_mutex_lock(&w->lock);
	if (w->carried < 64)
		snprintf(w->to[w->carried], sizeof(w->to[0]), "%s", p->to);
	w->carried++;
	while (w->stuck && !strcmp(p->to, "stuck@example.com"))
		pthread_cond_wait(&w->change, &w->lock);
	*ret = (struct delivery){.end = w->end, .retry_after_s = w->retry_after_s};
	snprintf(ret->why, sizeof(ret->why), "%s", w->end == DELIVERY_DONE ? "" : "421 later");
	pthread_mutex_unlock(&w->lock);
}

static void wake(void *context)
{
	(void)context; /* nobody sleeps here */
}

static void told(void *context, uint64_t message, enum message_state state)
{
	struct world *w = context;

	(void)message;
	w->told[state]++;
}

static void unstick(void)
{
	pthread_mutex_lock(&world.lock);
	world.stuck = false;
	pthread_cond_broadcast(&world.change);
	pthread_mutex_unlock(&world.lock);
}

static struct deliveries *deliveries(void)
{
	const struct deliveries_config config = {
	    .host = "here.example",
	    .carriers = 2,
	    .carry = carry,
	    .wake = wake,
	    .told = told,
	    .context = &world,
	};
	struct deliveries *d = NULL;

	world.carried = 0;
	world.end = DELIVERY_DONE;
	world.retry_after_s = 0;
	world.stuck = false;
	memset(world.told, 0, sizeof(world.told));
	CHECK(went_well(deliveries_new(&config, &d), NULL));
	return d;
}

static uint64_t channel(struct store *s, const char *name)
{
	char config[64];
	struct stored_channel c = {
	    .name = name, .type = "email", .config = config, .enabled = true};
	uint64_t id = 0;

	snprintf(config, sizeof(config), "{\"to\":\"%s@example.com\"}", name);
	CHECK(went_well(store_put_channel(s, &c, &id), s));
	return id;
}

static void put(struct store *s, uint64_t id, const char *dedupe, int64_t at_ms)
{
	struct message m = {.channel = id,
	    .dedupe = dedupe,
	    .subject = "subject",
	    .text = "text",
	    .created_ms = at_ms};
	uint64_t stored;

	CHECK(went_well(store_put_message(s, &m, &stored), s));
	CHECK(stored != 0);
}

/* What has gone out and what has come back: a round without either was the last. */
static unsigned steps(void)
{
	unsigned n = world.carried;

	for (int state = 0; state < MESSAGE_STATES; state++)
		n += world.told[state];
	return n;
}

/* Ticks at this time, and waits for who is out, until nothing more goes; gives when to be called
 * again. */
static int64_t settle(struct deliveries *d, struct store *s, int64_t now_ms)
{
	unsigned before;
	int64_t next_ms = 0;

	do {
		before = steps();
		CHECK(went_well(deliveries_tick(d, s, now_ms, &next_ms), s));
		CHECK(went_well(deliveries_end(d, s, now_ms, 5000), s));
	} while (steps() != before || next_ms <= now_ms);
	return next_ms;
}

static uint64_t in_state(struct store *s, enum message_state state)
{
	struct message_counts counts = {{0}, 0};

	CHECK(went_well(store_count_messages(s, &counts), s));
	return counts.n[state];
}

static void all_arrive(void)
{
	struct store *s = town_open();
	struct deliveries *d = deliveries();
	uint64_t a = channel(s, "a"), b = channel(s, "b");

	for (int i = 0; i < 5; i++) {
		char key[8];

		snprintf(key, sizeof(key), "k%d", i);
		put(s, a, key, 1000 + i);
		put(s, b, key, 1000 + i);
	}
	CHECK_EQ(settle(d, s, 2000), INT64_MAX);
	CHECK_EQ(world.carried, 10);
	CHECK_EQ(in_state(s, MESSAGE_SENT), 10);
	CHECK_EQ(world.told[MESSAGE_SENT], 10);
	deliveries_free(d);
	town_close(s);
}

/* With two carriers and one of them lost to a server that hangs, three other channels go on. */
static void one_that_hangs_holds_up_no_other(void)
{
	struct store *s = town_open();
	struct deliveries *d = deliveries();
	uint64_t stuck = channel(s, "stuck");
	int64_t next_ms;

	world.stuck = true;
	put(s, stuck, "1", 1000);
	put(s, stuck, "2", 1000);
	for (int i = 0; i < 3; i++) {
		char name[8];

		snprintf(name, sizeof(name), "n%d", i);
		put(s, channel(s, name), "k", 1000);
	}
	for (int i = 0; i < 500 && in_state(s, MESSAGE_SENT) < 3; i++) {
		CHECK(went_well(deliveries_tick(d, s, 2000, &next_ms), s));
		usleep(10 * 1000);
	}
	CHECK_EQ(in_state(s, MESSAGE_SENT), 3);
	CHECK_EQ(in_state(s, MESSAGE_QUEUED), 2);
	unstick();
	settle(d, s, 2000);
	CHECK_EQ(in_state(s, MESSAGE_SENT), 5);
	deliveries_free(d);
	town_close(s);
}

static void a_try_that_failed_waits_longer_each_time(void)
{
	struct store *s = town_open();
	struct deliveries *d = deliveries();
	int64_t now_ms = 1000, wait_ms = 0;

	world.end = DELIVERY_RETRY;
	put(s, channel(s, "a"), "k", now_ms);
	for (int i = 0; i < 10; i++) {
		int64_t next_ms = settle(d, s, now_ms);

		CHECK(next_ms - now_ms >= (i < 7 ? RETRY_FIRST_MS << i : RETRY_MAX_MS));
		CHECK(next_ms - now_ms <= RETRY_MAX_MS * 6 / 5);
		CHECK(next_ms - now_ms >= wait_ms || next_ms - now_ms >= RETRY_MAX_MS);
		CHECK_EQ(settle(d, s, next_ms - 1), next_ms); /* not before */
		wait_ms = next_ms - now_ms;
		now_ms = next_ms;
	}
	CHECK_EQ(world.carried, 10);
	world.end = DELIVERY_DONE;
	settle(d, s, now_ms);
	CHECK_EQ(in_state(s, MESSAGE_SENT), 1);
	deliveries_free(d);
	town_close(s);
}

/* What the channel has behind the one that failed waits, too, and the others do not. */
static void a_lane_waits_as_a_whole(void)
{
	struct store *s = town_open();
	struct deliveries *d = deliveries();
	uint64_t a = channel(s, "a");

	world.end = DELIVERY_RETRY;
	world.retry_after_s = 600;
	put(s, a, "1", 1000);
	put(s, a, "2", 1000);
	CHECK_EQ(settle(d, s, 1000), 1000 + 600 * 1000);
	CHECK_EQ(world.carried, 1);
	world.end = DELIVERY_DONE;
	put(s, channel(s, "b"), "1", 1000);
	settle(d, s, 2000);
	CHECK_EQ(world.carried, 2);
	CHECK_STR(world.to[1], "b@example.com");
	settle(d, s, 1000 + 600 * 1000);
	CHECK_EQ(in_state(s, MESSAGE_SENT), 3);
	CHECK_STR(world.to[2], "a@example.com");
	deliveries_free(d);
	town_close(s);
}

static void after_two_days_it_is_dead(void)
{
	struct store *s = town_open();
	struct deliveries *d = deliveries();

	world.end = DELIVERY_RETRY;
	put(s, channel(s, "a"), "k", 1000);
	settle(d, s, 1000 + GIVE_UP_MS);
	CHECK_EQ(in_state(s, MESSAGE_DEAD), 1);
	CHECK_EQ(world.told[MESSAGE_DEAD], 1);
	deliveries_free(d);
	town_close(s);
}

static void what_is_refused_is_not_tried_again(void)
{
	struct store *s = town_open();
	struct deliveries *d = deliveries();
	uint64_t a = channel(s, "a");

	world.end = DELIVERY_REFUSED;
	put(s, a, "1", 1000);
	put(s, a, "2", 1000);
	CHECK_EQ(settle(d, s, 2000), INT64_MAX);
	CHECK_EQ(in_state(s, MESSAGE_FAILED), 2);
	CHECK_EQ(world.carried, 2);
	deliveries_free(d);
	town_close(s);
}

/* One that cannot be made into a mail fails with a reason, and the next one goes. */
static void a_config_that_is_none_fails_its_message(void)
{
	struct store *s = town_open();
	struct deliveries *d = deliveries();
	struct stored_channel c = {
	    .name = "x", .type = "email", .config = "{\"cc\":\"a@b.example\"}", .enabled = true};
	uint64_t id = 0;

	CHECK(went_well(store_put_channel(s, &c, &id), s));
	put(s, id, "1", 1000);
	put(s, channel(s, "a"), "1", 1000);
	settle(d, s, 2000);
	CHECK_EQ(in_state(s, MESSAGE_FAILED), 1);
	CHECK_EQ(in_state(s, MESSAGE_SENT), 1);
	CHECK_EQ(world.carried, 1);
	deliveries_free(d);
	town_close(s);
}

/* It was carried, and the crash came before the mark: it goes again. */
static void what_was_not_marked_goes_again(void)
{
	struct store *s = town_open();
	struct deliveries *d = deliveries();
	int64_t next_ms;

	put(s, channel(s, "a"), "k", 1000);
	CHECK(went_well(deliveries_tick(d, s, 2000, &next_ms), s));
	deliveries_free(d);
	CHECK_EQ(world.carried, 1);
	CHECK_EQ(in_state(s, MESSAGE_QUEUED), 1);
	d = deliveries();
	CHECK(went_well(deliveries_tick(d, s, 3000, &next_ms), s));
	CHECK(went_well(deliveries_end(d, s, 4000, 5000), s));
	CHECK_EQ(in_state(s, MESSAGE_SENT), 1);
	deliveries_free(d);
	town_close(s);
}

int main(void)
{
	RUN(all_arrive);
	RUN(one_that_hangs_holds_up_no_other);
	RUN(a_try_that_failed_waits_longer_each_time);
	RUN(a_lane_waits_as_a_whole);
	RUN(after_two_days_it_is_dead);
	RUN(what_is_refused_is_not_tried_again);
	RUN(a_config_that_is_none_fails_its_message);
	RUN(what_was_not_marked_goes_again);
	town_drop();
	return test_done();
}
