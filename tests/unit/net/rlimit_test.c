#include "net/rlimit.h"

#include "lib/test.h"

#include <sys/resource.h>

static void the_soft_limit_becomes_the_hard_one(void)
{
	struct rlimit before, after;

	CHECK_EQ(getrlimit(RLIMIT_NOFILE, &before), 0);
	CHECK(before.rlim_max > 64);
	before.rlim_cur = 64;
	CHECK_EQ(setrlimit(RLIMIT_NOFILE, &before), 0);
	CHECK_EQ(rlimit_raise(), before.rlim_max > INT32_MAX ? INT32_MAX : before.rlim_max);
	CHECK_EQ(getrlimit(RLIMIT_NOFILE, &after), 0);
	CHECK_EQ(after.rlim_cur, before.rlim_max);
}

int main(void)
{
	RUN(the_soft_limit_becomes_the_hard_one);
	return test_done();
}
