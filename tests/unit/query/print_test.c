#include "query/tree.h"

#include "lib/test.h"

static struct arena arena;

static void check_print(const struct query *q, const char *expected)
{
	struct buf out;

	buf_init(&out, 4096);
	CHECK(q != NULL);
	if (q)
		query_print(q, &out);
	CHECK_STR(buf_text(&out), expected);
	buf_done(&out);
}

static const struct query *port(int64_t n)
{
	return query_number(&arena, FIELD_PORT, QUERY_EQ, n);
}

static void brackets_stand_only_where_they_are_needed(void)
{
	struct arena *a = &arena;

	check_print(
	    query_and(a, port(1), query_and(a, port(2), port(3))), "port:1 and port:2 and port:3");
	check_print(
	    query_or(a, query_and(a, port(1), port(2)), port(3)), "port:1 and port:2 or port:3");
	check_print(
	    query_and(a, query_or(a, port(1), port(2)), port(3)), "(port:1 or port:2) and port:3");
	check_print(query_not(a, query_and(a, port(1), port(2))), "not (port:1 and port:2)");
	check_print(query_and(a, query_not(a, port(1)), port(2)), "not port:1 and port:2");
	check_print(query_not(a, query_all(a)), "not *");
}

static void every_operator_has_its_form(void)
{
	static const char *const expected[QUERY_OP_MAX] = {
	    [QUERY_EQ] = "port:5",
	    [QUERY_NE] = "not port:5",
	    [QUERY_LT] = "port < 5",
	    [QUERY_LE] = "port <= 5",
	    [QUERY_GT] = "port > 5",
	    [QUERY_GE] = "port >= 5",
	};

	for (enum query_op op = QUERY_EQ; op <= QUERY_GE; op++)
		check_print(query_number(&arena, FIELD_PORT, op, 5), expected[op]);
	check_print(
	    query_text(&arena, FIELD_SUBJECT, QUERY_CONTAINS, "a\"\\"), "subject:\"a\\\"\\\\\"");
	check_print(query_text(&arena, FIELD_SUBJECT, QUERY_EQ, "a"), "subject = \"a\"");
	check_print(query_text(&arena, FIELD_ANY, QUERY_CONTAINS, "a b"), "\"a b\"");
	check_print(query_exists(&arena, FIELD_SHA256), "sha256:*");
	check_print(
	    query_has_finding(&arena, "expired", 7), "findings:expired@1970-01-01T00:00:07Z");
	CHECK_STR(query_op_text(QUERY_CONTAINS), "contains");
}

static void what_means_something_in_a_pattern_gets_a_backslash(void)
{
	check_print(query_like(&arena, FIELD_SUBJECT, "-a-b.c_*"), "subject:\\-a-b.c_*");
	check_print(query_like(&arena, FIELD_ANY, "a b:(\"\\?*"), "a\\ b\\:\\(\\\"\\?*");
	check_print(query_like(&arena, FIELD_SANS, "*.\xc3\xa9"), "SANs:*.\xc3\xa9");
}

static void values_of_each_type(void)
{
	struct addr v4 = addr_from_v4(0x0a000000), v6 = {.b = {0x20, 0x01, 0x0d, 0xb8}};

	check_print(query_cidr(&arena, FIELD_IP, &v4, 104), "ip:10.0.0.0/8");
	check_print(query_cidr(&arena, FIELD_IP, &v4, 128), "ip:10.0.0.0");
	check_print(query_cidr(&arena, FIELD_IP, &v6, 32), "ip:2001:db8::/32");
	check_print(query_number(&arena, FIELD_IS_CA, QUERY_EQ, 0), "is_ca:no");
	check_print(query_number(&arena, FIELD_NOT_AFTER, QUERY_GE, 253402300799),
	    "not_after >= 9999-12-31T23:59:59Z");
	check_print(query_number(&arena, FIELD_NOT_AFTER, QUERY_GE, 253402300800),
	    "not_after >= @253402300800");
}

int main(void)
{
	arena_init(&arena, 1 << 20);
	RUN(brackets_stand_only_where_they_are_needed);
	RUN(every_operator_has_its_form);
	RUN(what_means_something_in_a_pattern_gets_a_backslash);
	RUN(values_of_each_type);
	arena_done(&arena);
	return test_done();
}
