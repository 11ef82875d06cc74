#include "lib/dialogue.h"

#define S(text) text, sizeof(text) - 1
#define TAIL                                                                                       \
	"\x07\0\0\0"                                                                               \
	"abcdefgh"                                                                                 \
	"\0"
/* 0x0a, version, thread and challenge as above, capabilities: 3 + 1 bytes before, 24 in all */
#define GREETING(low, high)                                                                        \
	"\x18\0\0\0\x0a"                                                                           \
	"8.0.39\0" TAIL low high "\x21"

static const struct dialogue_case cases[] = {
    {"with TLS", S(GREETING("\xff", "\xff")), WANT_DONE, NULL, 0},
    {"without TLS", S(GREETING("\xff", "\xf7")), WANT_FAILED, NULL, 0},
    {"host blocked",
	S("\x06\0\0\0\xff\x69\x04"
	  "Ho"
	  "s"),
	WANT_FAILED, NULL, 0},
    {"protocol 9",
	S("\x04\0\0\0\x09"
	  "3.2"),
	WANT_FAILED, NULL, 0},
    {"a version without end",
	S("\x05\0\0\0\x0a"
	  "8.0."),
	WANT_FAILED, NULL, 0},
    {"capabilities cut off",
	S("\x09\0\0\0\x0a"
	  "8.0\0abcd"),
	WANT_FAILED, NULL, 0},
    {"empty packet", S("\0\0\0\0"), WANT_FAILED, NULL, 0},
    {"wrong sequence", S("\x18\0\0\x05\x0a"), WANT_FAILED, NULL, 0},
    {"text", S("SSH-2.0-x"), WANT_FAILED, NULL, 0},
    {"half",
	S("\x18\0\0\0\x0a"
	  "8.0"),
	WANT_READ, NULL, 0},
    {"more behind it", S(GREETING("\xff", "\xff") "xy"), WANT_DONE, NULL, 2},
};

static void dialogues(void)
{
	dialogue_check_all(&dialect_mysql, cases, sizeof(cases) / sizeof(cases[0]));
}

static void asks_with_a_login_without_a_user(void)
{
	struct dialogue d;

	dialogue_run(&d, &dialect_mysql, span_of(cases[0].server, cases[0].server_n), SIZE_MAX);
	CHECK_EQ(d.out.n, 36);
	CHECK_MEM(d.out.p, "\x20\0\0\x01", 4);
	CHECK(d.out.p[5] & 0x08); /* CLIENT_SSL */
	CHECK_EQ(d.out.p[35], 0);
	dialogue_done(&d);
}

static void knows_its_own_first_bytes(void)
{
	CHECK(dialect_mysql.spoken(span_of("\x4a\0\0\0\x0a"
					   "8.0",
	    8)));
	CHECK(dialect_mysql.spoken(span_of("\x45\0\0\0\xffj\x04Host", 11)));
	CHECK(!dialect_mysql.spoken(span_of("\x4a\0\0\0", 4)));
	CHECK(!dialect_mysql.spoken(span_str("220 mx")));
}

int main(void)
{
	RUN(dialogues);
	RUN(asks_with_a_login_without_a_user);
	RUN(knows_its_own_first_bytes);
	return test_done();
}
