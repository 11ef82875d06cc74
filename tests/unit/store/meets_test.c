/* What a comparison says of one value. */
#include "store/meets.h"

#include "lib/test.h"

static void an_empty_text_meets_nothing(void)
{
	CHECK(!text_meets(QUERY_EXISTS, "", ""));
	CHECK(!text_meets(QUERY_EQ, "", ""));
	CHECK(!text_meets(QUERY_CONTAINS, "", ""));
	CHECK(!text_meets(QUERY_LIKE, "", "*"));
}

static void a_text_whatever_the_case(void)
{
	CHECK(text_meets(QUERY_EXISTS, "a", ""));
	CHECK(text_meets(QUERY_EQ, "Lab CA", "lab ca"));
	CHECK(!text_meets(QUERY_EQ, "Lab CA", "lab"));
	CHECK(text_meets(QUERY_CONTAINS, "Lab CA", "B c"));
	CHECK(!text_meets(QUERY_CONTAINS, "Lab CA", "x"));
	CHECK(text_meets(QUERY_LIKE, "Lab CA", "l?b*"));
	CHECK(!text_meets(QUERY_LIKE, "Lab CA", "l?b"));
	CHECK(!text_meets(QUERY_GT, "b", "a"));
}

static void numbers(void)
{
	static const enum query_op ops[] = {
	    QUERY_EQ, QUERY_NE, QUERY_LT, QUERY_LE, QUERY_GT, QUERY_GE};

	for (int64_t x = -1; x <= 1; x++) {
		const bool should[] = {x == 0, x != 0, x<0, x <= 0, x> 0, x >= 0};

		for (size_t i = 0; i < sizeof(ops) / sizeof(ops[0]); i++)
			CHECK_EQ(number_meets(ops[i], x, 0), should[i]);
		CHECK(number_meets(QUERY_EXISTS, x, 0));
		CHECK(!number_meets(QUERY_CONTAINS, x, x));
	}
}

int main(void)
{
	RUN(an_empty_text_meets_nothing);
	RUN(a_text_whatever_the_case);
	RUN(numbers);
	return test_done();
}
