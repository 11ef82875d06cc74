#include "scan/unreachable.h"

#include "scan/engine.h"

#include "lib/test.h"

#include <errno.h>

static int errno_of(const char *from, uint8_t code)
{
	struct answer a = {.kind = ANSWER_UNREACHABLE, .icmp_code = code};

	CHECK(!err_is(addr_parse(span_str(from), &a.from)));
	return unreachable_errno(&a);
}

/* The numbers of RFC 792, RFC 1812 and RFC 4443: the same code is not the same in both families. */
static void each_code_has_its_word(void)
{
	CHECK_EQ(errno_of("10.0.0.1", 0), ENETUNREACH);
	CHECK_EQ(errno_of("10.0.0.1", 1), EHOSTUNREACH);
	CHECK_EQ(errno_of("10.0.0.1", 3), ECONNREFUSED);
	CHECK_EQ(errno_of("10.0.0.1", 13), ENGINE_PROHIBITED);
	CHECK_EQ(errno_of("2001:db8::1", 0), ENETUNREACH);
	CHECK_EQ(errno_of("2001:db8::1", 1), ENGINE_PROHIBITED);
	CHECK_EQ(errno_of("2001:db8::1", 3), EHOSTUNREACH);
	CHECK_EQ(errno_of("2001:db8::1", 4), ECONNREFUSED);
}

static void what_nobody_knows_is_a_host_that_is_not_reached(void)
{
	CHECK_EQ(errno_of("10.0.0.1", 200), EHOSTUNREACH);
	CHECK_EQ(errno_of("2001:db8::1", 200), EHOSTUNREACH);
}

int main(void)
{
	RUN(each_code_has_its_word);
	RUN(what_nobody_knows_is_a_host_that_is_not_reached);
	return test_done();
}
