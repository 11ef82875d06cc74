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

	check_print(query_and(a, port(1), query_and(a, port(2), port(3))),
	    "port = 1 and port = 2 and port = 3");
	check_print(query_or(a, query_and(a, port(1), port(2)), port(3)),
	    "port = 1 and port = 2 or port = 3");
	check_print(query_and(a, query_or(a, port(1), port(2)), port(3)),
	    "(port = 1 or port = 2) and port = 3");
	check_print(query_not(a, query_and(a, port(1), port(2))), "not (port = 1 and port = 2)");
	check_print(query_and(a, query_not(a, port(1)), port(2)), "not port = 1 and port = 2");
}

static void every_operator_has_its_word(void)
{
	static const char *const expected[QUERY_OP_MAX] = {
	    [QUERY_EQ] = "port = 5",
	    [QUERY_NE] = "port != 5",
	    [QUERY_LT] = "port < 5",
	    [QUERY_LE] = "port <= 5",
	    [QUERY_GT] = "port > 5",
	    [QUERY_GE] = "port >= 5",
	};

	for (enum query_op op = QUERY_EQ; op <= QUERY_GE; op++)
		check_print(query_number(&arena, FIELD_PORT, op, 5), expected[op]);
	check_print(query_text(&arena, FIELD_SUBJECT, QUERY_CONTAINS, "a\"\\"),
	    "subject contains \"a\\\"\\\\\"");
	check_print(query_exists(&arena, FIELD_SHA256), "sha256 exists");
	check_print(query_has_finding(&arena, "expired", 7), "findings has \"expired\" at 7");
}

static void networks_of_both_families(void)
{
	struct addr v4 = addr_from_v4(0x0a000000), v6 = {.b = {0x20, 0x01, 0x0d, 0xb8}};

	check_print(query_cidr(&arena, FIELD_IP, &v4, 104), "ip in 10.0.0.0/8");
	check_print(query_cidr(&arena, FIELD_IP, &v6, 32), "ip in 2001:db8::/32");
}

static void all_says_nothing_in_an_and(void)
{
	const struct query *all = query_all(&arena), *p = port(1);

	CHECK(query_and(&arena, all, p) == p);
	CHECK(query_and(&arena, p, all) == p);
	CHECK(query_or(&arena, all, p) == all);
	CHECK(query_or(&arena, p, all) == all);
	check_print(all, "all");
}

static void the_text_is_copied(void)
{
	char text[] = "before";
	const struct query *q = query_text(&arena, FIELD_SUBJECT, QUERY_EQ, text);

	memcpy(text, "after!", 6);
	check_print(q, "subject = \"before\"");
}

static void one_part_without_memory_is_the_whole_without(void)
{
	struct arena small;
	const struct query *q;

	arena_init(&small, sizeof(struct query) + 4);
	q = query_number(&small, FIELD_PORT, QUERY_EQ, 1);
	CHECK(q != NULL);
	CHECK(query_text(&small, FIELD_SUBJECT, QUERY_EQ, "x") == NULL);
	CHECK(query_and(&small, q, query_exists(&small, FIELD_SHA256)) == NULL);
	CHECK(query_or(&small, NULL, q) == NULL);
	CHECK(query_not(&small, NULL) == NULL);
	arena_done(&small);
}

int main(void)
{
	arena_init(&arena, 1 << 20);
	RUN(brackets_stand_only_where_they_are_needed);
	RUN(every_operator_has_its_word);
	RUN(networks_of_both_families);
	RUN(all_says_nothing_in_an_and);
	RUN(the_text_is_copied);
	RUN(one_part_without_memory_is_the_whole_without);
	arena_done(&arena);
	return test_done();
}
