#include "scan/walk.h"

#include "lib/test.h"

static struct targets *targets_of(const char *range, const char *ports)
{
	struct targets *t = NULL;
	struct ports set = {.n = 0};

	CHECK(!err_is(ports_parse(&set, span_str(ports))));
	CHECK(!err_is(targets_new(&t)));
	CHECK(!err_is(targets_add(t, span_str(range))));
	CHECK(!err_is(targets_set_ports(t, &set)));
	CHECK(!err_is(targets_seal(t)));
	return t;
}

enum { HOSTS = 256, PORTS = 3, ALL = HOSTS * PORTS };

/* Every target is one worker's of one shard, and a host's ports meet in one worker of each. */
static void shares_partition(void)
{
	struct targets *t = targets_of("10.0.0.0/24", "22,80,443");
	unsigned times[ALL] = {0};

	for (uint32_t i = 0; i < 3 * 2; i++) {
		struct walk_share share = {i / 2, 3, i % 2, 2};
		struct walk w;

		CHECK(!err_is(walk_init(&w, t, 7 + i, &share)));
		for (uint64_t step = 0; step < w.steps; step++) {
			struct target target = walk_target(&w, step);
			unsigned port = target.port == 22 ? 0 : target.port == 80 ? 1 : 2;

			times[target.host * PORTS + port] += walk_is_mine(&w, &target);
		}
	}
	for (size_t i = 0; i < ALL; i++)
		CHECK_EQ(times[i], 1);
	targets_free(t);
}

static void steps_and_indexes(void)
{
	struct targets *t = targets_of("10.0.0.0/30", "1-5"); /* 20 targets */
	struct walk_share share = {2, 3, 0, 1};
	struct walk w;
	uint64_t step;

	CHECK(!err_is(walk_init(&w, t, 1, &share)));
	CHECK_EQ(w.steps, 6); /* 2, 5, 8, 11, 14, 17 */
	for (uint64_t i = 0; i < w.steps; i++) {
		CHECK(walk_step(&w, walk_index(&w, i), &step));
		CHECK_EQ(step, i);
		CHECK_EQ(walk_steps_below(&w, walk_index(&w, i)), i);
	}
	CHECK(!walk_step(&w, 3, &step));
	CHECK_EQ(walk_mine(&w, 2), 4);
	targets_free(t);
}

static void refuses_what_is_beyond(void)
{
	struct targets *t = targets_of("10.0.0.1", "443");
	const struct walk_share wrong[] = {{1, 1, 0, 1}, {0, 0, 0, 1}, {0, 1, 2, 2}, {0, 1, 0, 0}};
	struct walk w;

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		CHECK_EQ(err_class(walk_init(&w, t, 1, &wrong[i])), ERR_BUG);
	targets_free(t);
}

int main(void)
{
	RUN(shares_partition);
	RUN(steps_and_indexes);
	RUN(refuses_what_is_beyond);
	return test_done();
}
