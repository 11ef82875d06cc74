#include "base/lru_map.h"

#include "lib/test.h"

static const struct siphash_key key = {{1, 2}};

struct thing {
	struct lru_item item;
	char name;
};

static struct thing thing_of(char name)
{
	return (struct thing){.name = name};
}

static bool add(struct lru_map *m, struct thing *t)
{
	t->item.key = span_of(&t->name, 1);
	return lru_map_add(m, &t->item);
}

static void the_oldest_is_who_was_not_used(void)
{
	struct thing a = thing_of('a'), b = thing_of('b'), c = thing_of('c');
	struct lru_map m;

	lru_map_init(&m, &key, 2);
	CHECK(!lru_map_oldest(&m));
	CHECK(add(&m, &a) && !lru_map_is_full(&m));
	CHECK(add(&m, &b) && lru_map_is_full(&m));
	CHECK(!add(&m, &c) && !lru_map_get(&m, span_str("c")));
	CHECK(lru_map_get(&m, span_str("a")) == &a && lru_map_oldest(&m) == &a);
	lru_map_touch(&m, &a.item);
	CHECK(lru_map_oldest(&m) == &b);
	lru_map_remove(&m, &b.item);
	CHECK(!lru_map_get(&m, span_str("b")) && lru_map_oldest(&m) == &a);
	CHECK(add(&m, &c) && lru_map_get(&m, span_str("c")) == &c);
	lru_map_done(&m);
}

int main(void)
{
	RUN(the_oldest_is_who_was_not_used);
	return test_done();
}
