#include "lib/dialogue.h"

#define S(text) text, sizeof(text) - 1

static const struct dialogue_case cases[] = {
    {"yes", S("S"), WANT_DONE, NULL, 0},
    {"no", S("N"), WANT_FAILED, NULL, 0},
    {"error", S("E\x00\x00\x00\x20SFATAL"), WANT_FAILED, NULL, 0},
    {"text", S("HTTP/1.1"), WANT_FAILED, NULL, 0},
    {"TLS follows", S("S\x16\x03"), WANT_DONE, NULL, 2},
};

static void dialogues(void)
{
	dialogue_check_all(&dialect_postgres, cases, sizeof(cases) / sizeof(cases[0]));
}

static void asks_in_eight_bytes(void)
{
	struct dialogue d;

	dialogue_run(&d, &dialect_postgres, span_str(""), 1);
	CHECK_EQ(d.out.n, 8);
	CHECK_MEM(d.out.p, "\0\0\0\x8\x4\xd2\x16\x2f", 8);
	dialogue_done(&d);
}

static void knows_its_own_first_bytes(void)
{
	CHECK(dialect_postgres.spoken(span_str("N")));
	CHECK(dialect_postgres.spoken(span_of("E\0\0\0\x85SFATAL", 11)));
	CHECK(!dialect_postgres.spoken(span_str("NO")));
	CHECK(!dialect_postgres.spoken(span_str("ERROR")));
	CHECK(!dialect_postgres.spoken(span_str("")));
}

int main(void)
{
	RUN(dialogues);
	RUN(asks_in_eight_bytes);
	RUN(knows_its_own_first_bytes);
	return test_done();
}
