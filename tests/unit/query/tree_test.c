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

static void all_says_nothing_in_an_and(void)
{
	const struct query *all = query_all(&arena), *p = port(1);

	CHECK(query_and(&arena, all, p) == p);
	CHECK(query_and(&arena, p, all) == p);
	CHECK(query_or(&arena, all, p) == all);
	CHECK(query_or(&arena, p, all) == all);
	check_print(all, "*");
}

static void a_pattern_is_built_in_one_form(void)
{
	check_print(query_like(&arena, FIELD_SUBJECT, "a**b"), "subject:a*b");
	check_print(query_like(&arena, FIELD_SUBJECT, "\\a\\*?"), "subject:a\\*?");
	check_print(query_like(&arena, FIELD_SUBJECT, "a\\*\\b"), "subject = \"a*b\"");
	check_print(query_like(&arena, FIELD_SUBJECT, "**"), "subject:*");
}

static void many_parts_are_nested_no_deeper_than_need_be(void)
{
	const struct query *parts[500];
	unsigned depth = 0;

	for (size_t i = 0; i < 500; i++)
		parts[i] = port((int64_t)i);
	for (const struct query *q = query_join_all(&arena, QUERY_OR, parts, 500); q; q = q->left)
		depth++;
	CHECK_EQ(depth, 10);
	CHECK(query_join_all(&arena, QUERY_AND, parts, 1) == parts[0]);
	parts[7] = NULL;
	CHECK(query_join_all(&arena, QUERY_AND, parts, 9) == NULL);
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
	RUN(all_says_nothing_in_an_and);
	RUN(a_pattern_is_built_in_one_form);
	RUN(many_parts_are_nested_no_deeper_than_need_be);
	RUN(the_text_is_copied);
	RUN(one_part_without_memory_is_the_whole_without);
	arena_done(&arena);
	return test_done();
}
