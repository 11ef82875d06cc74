#include "cli/member.h"

#include "lib/test.h"

#include <stddef.h>

struct some {
	bool flag;
	uint32_t small;
	uint64_t large;
	const char *text;
	struct option_list list;
};

#define ROW(type, member)                                                                          \
	{                                                                                          \
		0, #member, NULL, type, offsetof(struct some, member), 0, 0, 0, ""                 \
	}

static const struct option rows[] = {
    ROW(OPTION_FLAG, flag),
    ROW(OPTION_U32, small),
    ROW(OPTION_U64, large),
    ROW(OPTION_TEXT, text),
    ROW(OPTION_LIST, list),
};

enum { LIST = 4 };

static void each_member_is_compared_and_copied_alone(void)
{
	static const char *words[] = {"x"};
	const struct some full = {true, 7, 8, "text", {words, 1, 1}}, none = {0};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct some one = {0};

		CHECK(member_equals(&rows[i], &one, &none));
		CHECK(!member_equals(&rows[i], &one, &full));
		member_copy(&rows[i], &one, &full);
		for (size_t k = 0; k < sizeof(rows) / sizeof(rows[0]); k++)
			CHECK_EQ(member_equals(&rows[k], &one, &full), k == i && i != LIST);
	}
}

static void texts_and_lists_are_compared_by_what_they_say(void)
{
	static const char *one[] = {"a", "b"}, *other[] = {"a", "c"};
	char again[] = "text";
	struct some a = {.text = "text", .list = {one, 2, 2}},
		    b = {.text = again, .list = {one, 2, 4}};

	CHECK(member_equals(&rows[3], &a, &b));
	CHECK(member_equals(&rows[LIST], &a, &b));
	b.list.v = other;
	CHECK(!member_equals(&rows[LIST], &a, &b));
	b.list = (struct option_list){one, 1, 1};
	CHECK(!member_equals(&rows[LIST], &a, &b));
}

int main(void)
{
	RUN(each_member_is_compared_and_copied_alone);
	RUN(texts_and_lists_are_compared_by_what_they_say);
	return test_done();
}
