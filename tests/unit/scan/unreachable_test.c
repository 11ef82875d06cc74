#include "scan/unreachable.h"

#include "scan/engine.h"

#include "lib/test.h"

#include <errno.h>

static int errno_of(const char *from, uint8_t type, uint8_t code)
{
	struct answer a = {.kind = ANSWER_UNREACHABLE, .icmp_type = type, .icmp_code = code};

	CHECK(!err_is(addr_parse(span_str(from), &a.from)));
	return unreachable_errno(&a);
}

/* The same code is not the same in both families. */
static const struct {
	const char *from;
	uint8_t type, code;
	int os_error;
} codes[] = {
    {"10.0.0.1", 3, 0, ENETUNREACH}, /* RFC 792 */
    {"10.0.0.1", 3, 1, EHOSTUNREACH},
    {"10.0.0.1", 3, 2, ECONNREFUSED}, /* protocol */
    {"10.0.0.1", 3, 3, ECONNREFUSED}, /* port */
    {"10.0.0.1", 3, 5, EHOSTUNREACH},
    {"10.0.0.1", 3, 6, EHOSTUNREACH}, /* RFC 1812 5.2.7.1 */
    {"10.0.0.1", 3, 9, ENGINE_PROHIBITED},
    {"10.0.0.1", 3, 10, ENGINE_PROHIBITED},
    {"10.0.0.1", 3, 13, ENGINE_PROHIBITED},
    {"10.0.0.1", 3, 14, EHOSTUNREACH},
    {"2001:db8::1", 1, 0, ENETUNREACH}, /* RFC 4443 3.1 */
    {"2001:db8::1", 1, 1, ENGINE_PROHIBITED},
    {"2001:db8::1", 1, 3, EHOSTUNREACH},
    {"2001:db8::1", 1, 4, ECONNREFUSED},
    {"2001:db8::1", 1, 5, ENGINE_PROHIBITED}, /* "more informative subsets of code 1" */
    {"10.0.0.1", 11, 0, ENGINE_EXPIRED},
    {"10.0.0.1", 12, 1, EPROTO},
    {"2001:db8::1", 3, 0, ENGINE_EXPIRED},
    {"2001:db8::1", 4, 1, EPROTO},
    {"2001:db8::1", 1, 6, ENGINE_PROHIBITED},
};

static void each_code_has_its_word(void)
{
	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
		CHECK_EQ(errno_of(codes[i].from, codes[i].type, codes[i].code), codes[i].os_error);
}

static void what_nobody_knows_is_a_host_that_is_not_reached(void)
{
	CHECK_EQ(errno_of("10.0.0.1", 3, 200), EHOSTUNREACH);
	CHECK_EQ(errno_of("2001:db8::1", 1, 200), EHOSTUNREACH);
}

static void a_route_that_leads_nowhere_says_it_itself(void)
{
	const struct route hole = {.kind = ROUTE_NONE, .os_error = EINVAL};
	const struct route broadcast = {.kind = ROUTE_NONE};

	CHECK_EQ(unreachable_route(&hole), EINVAL);
	CHECK_EQ(unreachable_route(&broadcast), ENGINE_BROADCAST);
}

static void what_a_router_says_of_its_way_may_pass(void)
{
	CHECK(!unreachable_for_good(EHOSTUNREACH));
	CHECK(!unreachable_for_good(ENETUNREACH));
	CHECK(!unreachable_for_good(ENGINE_EXPIRED));
	CHECK(unreachable_for_good(ECONNREFUSED));
	CHECK(unreachable_for_good(ENGINE_PROHIBITED));
}

int main(void)
{
	RUN(each_code_has_its_word);
	RUN(what_nobody_knows_is_a_host_that_is_not_reached);
	RUN(a_route_that_leads_nowhere_says_it_itself);
	RUN(what_a_router_says_of_its_way_may_pass);
	return test_done();
}
