#include "base/map.h"

#include "lib/test.h"

static const struct siphash_key key = {{11, 22}};

static void holds_what_was_put(void)
{
	struct map m;
	int one = 1, two = 2;

	map_init(&m, &key, 100);
	CHECK(map_get(&m, span_str("a")) == NULL);
	CHECK(map_remove(&m, span_str("a")) == NULL);
	CHECK(map_put(&m, span_str("a"), &one));
	CHECK(map_put(&m, span_of(NULL, 0), &two));
	CHECK(map_get(&m, span_str("a")) == &one);
	CHECK(map_get(&m, span_str("")) == &two);
	CHECK(map_put(&m, span_str("a"), &two));
	CHECK(map_get(&m, span_str("a")) == &two);
	CHECK_EQ(m.n, 2);
	CHECK(map_remove(&m, span_str("a")) == &two);
	CHECK(map_get(&m, span_str("a")) == NULL);
	CHECK_EQ(m.n, 1);
	map_done(&m);
}

static void the_maximum_holds_and_is_counted(void)
{
	struct map m;
	char names[5][2] = {"a", "b", "c", "d", "e"};

	map_init(&m, &key, 4);
	for (int i = 0; i < 5; i++)
		CHECK_EQ(map_put(&m, span_str(names[i]), names[i]), i < 4);
	CHECK_EQ(m.n, 4);
	CHECK_EQ(m.hit, 1);
	CHECK(map_put(&m, span_str("a"), names[4])); /* replacing is not adding */
	CHECK(map_get(&m, span_str("e")) == NULL);
	map_done(&m);
}

/* Random puts and removes against a plain array: what a moved entry must not break. */
static void agrees_with_an_array_through_a_long_life(void)
{
	enum { KEYS = 500 };
	static uint32_t keys[KEYS];
	bool in[KEYS] = {false};
	struct map m;
	uint64_t random = 42;
	size_t n = 0;

	map_init(&m, &key, KEYS);
	for (unsigned i = 0; i < KEYS; i++)
		keys[i] = i;
	for (unsigned step = 0; step < 50000; step++) {
		random = random * 6364136223846793005u + 1442695040888963407u;
		unsigned i = (unsigned)(random >> 33) % KEYS;
		struct span k = span_of(&keys[i], sizeof(keys[i]));

		if (random >> 62 & 1) {
			CHECK(map_put(&m, k, &keys[i]));
			n += !in[i];
			in[i] = true;
		} else {
			CHECK(map_remove(&m, k) == (in[i] ? &keys[i] : NULL));
			n -= in[i];
			in[i] = false;
		}
		CHECK_EQ(m.n, n);
	}
	for (unsigned i = 0; i < KEYS; i++)
		CHECK_EQ(map_get(&m, span_of(&keys[i], sizeof(keys[i]))) == &keys[i], in[i]);
	map_done(&m);
}

static void a_walk_meets_each_entry_once(void)
{
	struct map m;
	uint8_t values[100] = {0};
	uint8_t *value;
	size_t at = 0, n = 0;

	map_init(&m, &key, 1000);
	for (unsigned i = 0; i < 100; i++) {
		values[i] = (uint8_t)i;
		CHECK(map_put(&m, span_of(&values[i], 1), &values[i]));
	}
	while ((value = map_next(&m, &at))) {
		CHECK(*value != 255);
		*value = 255;
		n++;
	}
	CHECK_EQ(n, 100);
	map_done(&m);
}

int main(void)
{
	RUN(holds_what_was_put);
	RUN(the_maximum_holds_and_is_counted);
	RUN(agrees_with_an_array_through_a_long_life);
	RUN(a_walk_meets_each_entry_once);
	return test_done();
}
