#include "base/vec.h"

#include "lib/test.h"

static void grows_and_keeps_what_it_held(void)
{
	int *v = NULL;
	size_t cap = 0;

	for (int n = 0; n < 1000; n++) {
		v = vec_room(v, (size_t)n, &cap, sizeof(*v), 1000);
		CHECK(v != NULL);
		v[n] = n;
	}
	for (int n = 0; n < 1000; n++)
		CHECK_EQ(v[n], n);
	CHECK(cap >= 1000);
	free(v);
}

static void the_maximum_leaves_the_array_alone(void)
{
	size_t cap = 0;
	int *v = vec_room(NULL, 0, &cap, sizeof(*v), 16);

	CHECK(v && cap == 16);
	CHECK(vec_room(v, 15, &cap, sizeof(*v), 16) == v);
	CHECK(vec_room(v, 16, &cap, sizeof(*v), 16) == NULL);
	CHECK_EQ(cap, 16);
	v = vec_room(v, 16, &cap, sizeof(*v), 17);
	CHECK(v && cap == 32);
	CHECK(vec_room(v, 17, &cap, sizeof(*v), 17) == NULL); /* though there is room */
	free(v);
}

int main(void)
{
	RUN(grows_and_keeps_what_it_held);
	RUN(the_maximum_leaves_the_array_alone);
	return test_done();
}
