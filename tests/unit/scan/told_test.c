#include "scan/told.h"

#include "scan/limits.h"

#include "lib/test.h"

static void each_host_and_reason_once(void)
{
	struct told t = {0};
	struct addr a = addr_from_v4(0x0a000001), b = addr_from_v4(0x0a000002);

	CHECK(told_first(&t, &a, 113));
	CHECK(!told_first(&t, &a, 113));
	CHECK(told_first(&t, &a, 101));
	CHECK(told_first(&t, &b, 113));
	CHECK(!told_first(&t, &b, 113));
	told_done(&t);
}

static void no_more_than_the_maximum(void)
{
	struct told t = {0};
	uint32_t n = 0;

	for (uint32_t i = 0; i < TOLD_MAX + 1000; i++) {
		struct addr a = addr_from_v4(i);

		n += told_first(&t, &a, 113);
	}
	CHECK_EQ(n, TOLD_MAX);
	CHECK_EQ(t.n, TOLD_MAX);
	told_done(&t);
}

int main(void)
{
	RUN(each_host_and_reason_once);
	RUN(no_more_than_the_maximum);
	return test_done();
}
