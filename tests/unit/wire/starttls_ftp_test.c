#include "lib/dialogue.h"

static const struct dialogue_case cases[] = {
    {"plain", "220 ftp\r\n234 go\r\n", 0, WANT_DONE, "AUTH TLS\r\n", 0},
    {"a greeting with digits in its middle", "220-Rules\r\n220 is not the end? It is\r\n234 go\r\n",
	0, WANT_DONE, "AUTH TLS\r\n", 0},
    {"free text in the middle", "220-Rules\r\n1. be nice\r\n220-x\r\n220 end\r\n234 go\r\n", 0,
	WANT_DONE, "AUTH TLS\r\n", 0},
    {"not yet", "120 in 5 minutes\r\n220 now\r\n234 go\r\n", 0, WANT_DONE, "AUTH TLS\r\n", 0},
    {"only AUTH SSL", "220 a\r\n504 no TLS\r\n334 go\r\n", 0, WANT_DONE, "AUTH TLS\r\nAUTH SSL\r\n",
	0},
    {"AUTH SSL, 234", "220 a\r\n504 no TLS\r\n234 go\r\n", 0, WANT_DONE, "AUTH TLS\r\nAUTH SSL\r\n",
	0},
    {"a refusal of many lines", "220 a\r\n530-log\r\n first\r\n530 in\r\n234 go\r\n", 0, WANT_DONE,
	"AUTH TLS\r\nAUTH SSL\r\n", 0},
    {"consent of many lines", "220 a\r\n234-well\r\nthen\r\n234 go\r\n", 0, WANT_DONE,
	"AUTH TLS\r\n", 0},
    {"334 to AUTH TLS", "220 a\r\n334 go\r\n", 0, WANT_DONE, "AUTH TLS\r\n", 0},
    {"refused twice", "220 a\r\n530 no\r\n530 no\r\n", 0, WANT_FAILED, "AUTH TLS\r\nAUTH SSL\r\n",
	0},
    {"closing", "220 a\r\n421 bye\r\n", 0, WANT_FAILED, "AUTH TLS\r\n", 0},
};

static void dialogues(void)
{
	dialogue_check_all(&dialect_ftp, cases, sizeof(cases) / sizeof(cases[0]));
}

static void knows_its_own_first_bytes(void)
{
	CHECK(dialect_ftp.spoken(span_str("220 (vsFTPd 3.0.3)\r\n")));
	CHECK(dialect_ftp.spoken(span_str("220-FileZilla Server 1.7\r\n")));
	CHECK(dialect_ftp.spoken(span_str("220 ready\r\n")));
	CHECK(!dialect_ftp.spoken(span_str("ftp")));
}

int main(void)
{
	RUN(dialogues);
	RUN(knows_its_own_first_bytes);
	return test_done();
}
