#include "base/wheel.h"

#include "lib/test.h"

enum { MANY = 10000 };

static struct wheel w;
static struct wheel_node nodes[MANY];

static uint64_t next_random(uint64_t *state)
{
	*state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return *state >> 33;
}

static void fires_at_its_time_and_not_before(void)
{
	static const uint64_t after[] = {1, 63, 64, 65, 4095, 4096, 262144, UINT64_C(1) << 40};

	for (size_t i = 0; i < sizeof(after) / sizeof(*after); i++) {
		struct wheel_node n = {0};

		wheel_init(&w, 1000);
		wheel_arm(&w, &n, 1000 + after[i]);
		wheel_advance(&w, 1000 + after[i] - 1);
		CHECK(wheel_pop(&w) == NULL && wheel_armed(&n));
		wheel_advance(&w, 1000 + after[i]);
		CHECK(wheel_pop(&w) == &n && !wheel_armed(&n));
		CHECK_EQ(w.armed, 0);
	}
}

static void a_time_past_is_due_next_tick(void)
{
	struct wheel_node n = {0};

	wheel_init(&w, 500);
	wheel_arm(&w, &n, 3);
	CHECK(wheel_pop(&w) == NULL);
	CHECK_EQ(wheel_next(&w), 501);
	wheel_advance(&w, 501);
	CHECK(wheel_pop(&w) == &n);
}

static void soon_is_the_next_look_at_the_clock(void)
{
	struct wheel_node n = {0}, other = {0};

	wheel_init(&w, 500);
	wheel_arm_soon(&w, &n);
	wheel_arm_soon(&w, &other);
	CHECK(wheel_pop(&w) == NULL && wheel_armed(&n));
	CHECK_EQ(wheel_next(&w), 500);
	wheel_cancel(&w, &other);
	wheel_advance(&w, 500);
	CHECK(wheel_pop(&w) == &n && wheel_pop(&w) == NULL);
	CHECK_EQ(w.armed, 0);
	CHECK_EQ(wheel_next(&w), UINT64_MAX);
}

static void the_last_tick_of_64_bits_can_be_armed(void)
{
	struct wheel_node n = {0};

	wheel_init(&w, 7);
	wheel_arm(&w, &n, UINT64_MAX);
	CHECK_EQ(w.armed, 1);
	wheel_advance(&w, UINT64_MAX - 1);
	CHECK(wheel_pop(&w) == NULL);
	wheel_advance(&w, UINT64_MAX);
	CHECK(wheel_pop(&w) == &n);
}

/* Against the plain truth: whatever is armed, moved or cancelled, each comes in its tick, in
 * order. */
static void many_come_in_order(void)
{
	uint64_t seed = 42, last = 0;
	size_t popped = 0, cancelled = 0;

	memset(nodes, 0, sizeof(nodes));
	wheel_init(&w, UINT64_C(123456789));
	for (size_t i = 0; i < MANY; i++)
		wheel_arm(&w, &nodes[i], w.now + 1 + next_random(&seed) % 100000);
	for (size_t i = 0; i < MANY; i += 3)
		wheel_arm(&w, &nodes[i], w.now + 1 + next_random(&seed) % 5000000);
	for (size_t i = 0; i < MANY; i += 7, cancelled++)
		wheel_cancel(&w, &nodes[i]);
	while (w.armed) {
		uint64_t before = w.now, next = wheel_next(&w);
		struct wheel_node *n;

		wheel_advance(&w, next + next_random(&seed) % 50);
		while ((n = wheel_pop(&w))) {
			CHECK(n->at > before && n->at <= w.now && n->at >= next);
			CHECK(n->at >= last);
			last = n->at;
			popped++;
		}
	}
	CHECK_EQ(popped + cancelled, MANY);
	CHECK(wheel_next(&w) == UINT64_MAX);
}

static void a_due_one_can_be_cancelled(void)
{
	struct wheel_node a = {0}, b = {0};

	wheel_init(&w, 0);
	wheel_arm(&w, &a, 10);
	wheel_arm(&w, &b, 10);
	wheel_advance(&w, 10);
	CHECK_EQ(wheel_next(&w), 10);
	CHECK(wheel_pop(&w) == &a);
	wheel_cancel(&w, &b);
	wheel_cancel(&w, &b);
	CHECK(wheel_pop(&w) == NULL);
	CHECK_EQ(w.armed, 0);
}

/* A slot that lost its last node must not wake anybody. */
static void an_emptied_slot_is_forgotten(void)
{
	struct wheel_node a = {0}, b = {0};

	wheel_init(&w, 0);
	wheel_arm(&w, &a, 100);
	wheel_arm(&w, &b, 20000);
	wheel_cancel(&w, &a);
	CHECK(wheel_next(&w) > 100);
	wheel_cancel(&w, &b);
	CHECK(wheel_next(&w) == UINT64_MAX);
}

int main(void)
{
	RUN(fires_at_its_time_and_not_before);
	RUN(a_time_past_is_due_next_tick);
	RUN(soon_is_the_next_look_at_the_clock);
	RUN(the_last_tick_of_64_bits_can_be_armed);
	RUN(many_come_in_order);
	RUN(a_due_one_can_be_cancelled);
	RUN(an_emptied_slot_is_forgotten);
	return test_done();
}
