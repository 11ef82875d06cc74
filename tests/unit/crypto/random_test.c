#include "crypto/random.h"

#include "lib/test.h"

static void never_says_the_same_twice(void)
{
	uint8_t a[32] = {0}, b[32] = {0};

	CHECK(!err_is(random_bytes(a, sizeof(a))));
	CHECK(!err_is(random_bytes(b, sizeof(b))));
	CHECK(memcmp(a, b, sizeof(a)) != 0);
}

int main(void)
{
	RUN(never_says_the_same_twice);
	return test_done();
}
