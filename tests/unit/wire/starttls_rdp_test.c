#include "lib/dialogue.h"

#define S(text) text, sizeof(text) - 1
#define CONFIRM "\x03\0\0\x13\x0e\xd0\0\0\x12\x34\0"

static const struct dialogue_case cases[] = {
    {"TLS", S(CONFIRM "\x02\0\x08\0\x01\0\0\0"), WANT_DONE, NULL, 0},
    {"CredSSP", S(CONFIRM "\x02\x1f\x08\0\x02\0\0\0"), WANT_DONE, NULL, 0},
    {"CredSSP with early authorisation", S(CONFIRM "\x02\x1f\x08\0\x08\0\0\0"), WANT_DONE, NULL, 0},
    {"its own security", S(CONFIRM "\x02\0\x08\0\0\0\0\0"), WANT_FAILED, NULL, 0},
    {"refused", S(CONFIRM "\x03\0\x08\0\x02\0\0\0"), WANT_FAILED, NULL, 0},
    {"no negotiation", S("\x03\0\0\x0b\x06\xd0\0\0\x12\x34\0"), WANT_FAILED, NULL, 0},
    {"another answer", S("\x03\0\0\x13\x0e\x80\0\0\x12\x34\0\x02\0\x08\0\x01\0\0\0"), WANT_FAILED,
	NULL, 0},
    {"shorter than its own header", S("\x03\0\0\x03"), WANT_FAILED, NULL, 0},
    {"too long", S("\x03\0\x7f\xff"), WANT_FAILED, NULL, 0},
    {"half", S("\x03\0\0\x13\x0e"), WANT_READ, NULL, 0},
    {"text", S("HTTP/1.1"), WANT_FAILED, NULL, 0},
    {"TLS follows",
	S(CONFIRM "\x02\0\x08\0\x01\0\0\0"
		  "\x16"),
	WANT_DONE, NULL, 1},
};

static void dialogues(void)
{
	dialogue_check_all(&dialect_rdp, cases, sizeof(cases) / sizeof(cases[0]));
}

static void asks_for_all_three(void)
{
	struct dialogue d;

	dialogue_run(&d, &dialect_rdp, span_str(""), 1);
	CHECK_EQ(d.out.n, 19);
	CHECK_MEM(d.out.p, "\x03\0\0\x13\x0e\xe0\0\0\0\0\0\x01\0\x08\0\x0b\0\0\0", 19);
	dialogue_done(&d);
}

static void knows_its_own_first_bytes(void)
{
	CHECK(dialect_rdp.spoken(span_of(CONFIRM, 11)));
	CHECK(!dialect_rdp.spoken(span_of("\x03\0\0\x13\x0e", 5)));
	CHECK(!dialect_rdp.spoken(span_of("\x03\0\0\x13\x0e\x80", 6)));
}

int main(void)
{
	RUN(dialogues);
	RUN(asks_for_all_three);
	RUN(knows_its_own_first_bytes);
	return test_done();
}
