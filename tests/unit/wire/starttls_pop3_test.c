#include "lib/dialogue.h"

static const struct dialogue_case cases[] = {
    {"plain", "+OK ready\r\n+OK begin\r\n", 0, WANT_DONE, "STLS\r\n", 0},
    {"refused", "+OK\r\n-ERR no\r\n", 0, WANT_FAILED, "STLS\r\n", 0},
    {"refused at once", "-ERR busy\r\n", 0, WANT_FAILED, "", 0},
    {"half", "+OK\r\n+O", 0, WANT_READ, "STLS\r\n", 0},
};

static void dialogues(void)
{
	dialogue_check_all(&dialect_pop3, cases, sizeof(cases) / sizeof(cases[0]));
}

static void knows_its_own_first_bytes(void)
{
	CHECK(dialect_pop3.spoken(span_str("+OK Dovecot\r\n")));
	CHECK(!dialect_pop3.spoken(span_str("-ERR unknown command\r\n")));
}

int main(void)
{
	RUN(dialogues);
	RUN(knows_its_own_first_bytes);
	return test_done();
}
