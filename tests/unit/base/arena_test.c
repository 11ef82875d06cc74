#include "base/arena.h"

#include "lib/test.h"

static void pieces_are_zeroed_and_aligned(void)
{
	struct arena a;
	uint8_t *p, *q;

	arena_init(&a, 1 << 20);
	p = arena_alloc(&a, 3);
	q = arena_alloc(&a, 100000);
	CHECK(p && q && (uintptr_t)p % 16 == 0 && (uintptr_t)q % 16 == 0);
	for (int i = 0; i < 100000; i++)
		if (q[i])
			CHECK(q[i] == 0);
	arena_done(&a);
}

static void the_cap_holds_and_is_counted(void)
{
	struct arena a;

	arena_init(&a, 10);
	CHECK(arena_alloc(&a, 10) != NULL);
	CHECK(arena_alloc(&a, 1) == NULL);
	CHECK_EQ(a.hit, 1);
	arena_reset(&a);
	CHECK_STR(arena_str(&a, "again"), "again");
	arena_done(&a);
}

int main(void)
{
	RUN(pieces_are_zeroed_and_aligned);
	RUN(the_cap_holds_and_is_counted);
	return test_done();
}
