#include "lib/dialogue.h"

static const struct dialogue_case cases[] = {
    {"plain", "* OK ready\r\na1 OK begin\r\n", 0, WANT_DONE, "a1 STARTTLS\r\n", 0},
    {"lower case, untagged lines between", "* ok\r\n* CAPABILITY IMAP4\r\na1 ok\r\n", 0, WANT_DONE,
	"a1 STARTTLS\r\n", 0},
    {"NO", "* OK\r\na1 NO not here\r\n", 0, WANT_FAILED, "a1 STARTTLS\r\n", 0},
    {"BAD", "* OK\r\na1 BAD what\r\n", 0, WANT_FAILED, "a1 STARTTLS\r\n", 0},
    {"leaves", "* OK\r\n* BYE\r\na1 OK\r\n", 0, WANT_FAILED, "a1 STARTTLS\r\n", 0},
    {"logged in already", "* PREAUTH hello root\r\n", 0, WANT_FAILED, "", 0},
    {"another protocol", "+OK\r\n", 0, WANT_FAILED, "", 0},
    {"TLS follows", "* OK\r\na1 OK\r\n\x16\x03", 0, WANT_DONE, "a1 STARTTLS\r\n", 2},
};

static void dialogues(void)
{
	dialogue_check_all(&dialect_imap, cases, sizeof(cases) / sizeof(cases[0]));
}

static void knows_its_own_first_bytes(void)
{
	CHECK(dialect_imap.spoken(span_str("* OK [CAPABILITY IMAP4rev1]\r\n")));
	CHECK(dialect_imap.spoken(span_str("* BYE too many\r\n")));
	CHECK(!dialect_imap.spoken(span_str("* hi\r\n")));
}

int main(void)
{
	RUN(dialogues);
	RUN(knows_its_own_first_bytes);
	return test_done();
}
