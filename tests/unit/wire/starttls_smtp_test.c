#include "lib/dialogue.h"

#define HELLO "EHLO certscape.invalid\r\n"

static const struct dialogue_case cases[] = {
    {"plain", "220 mx\r\n250-mx\r\n250 STARTTLS\r\n220 go\r\n", 0, WANT_DONE, HELLO "STARTTLS\r\n",
	0},
    {"bare LF, many lines", "220-a\n220-b\n220 c\n250 d\n220-e\n220 f\n", 0, WANT_DONE,
	HELLO "STARTTLS\r\n", 0},
    {"not advertised, granted all the same", "220 mx\r\n250 HELP\r\n220 go\r\n", 0, WANT_DONE,
	HELLO "STARTTLS\r\n", 0},
    {"bytes injected behind the answer", "220 a\r\n250 b\r\n220 c\r\nXYZ", 0, WANT_DONE, NULL, 3},
    {"refused", "220 a\r\n250 b\r\n454 TLS not available\r\n", 0, WANT_FAILED, HELLO "STARTTLS\r\n",
	0},
    {"knows no EHLO", "220 a\r\n502 what?\r\n", 0, WANT_FAILED, HELLO, 0},
    {"blocked", "554 go away\r\n", 0, WANT_FAILED, "", 0},
    {"half a greeting", "220 mx.exam", 0, WANT_READ, "", 0},
    {"another protocol", "SSH-2.0-OpenSSH_9.2\r\n", 0, WANT_FAILED, "", 0},
    {"nothing", "", 0, WANT_READ, "", 0},
};

static void dialogues(void)
{
	dialogue_check_all(&dialect_smtp, cases, sizeof(cases) / sizeof(cases[0]));
}

static void a_greeting_without_end_is_given_up(void)
{
	struct buf server;
	struct dialogue d;

	buf_init(&server, 1 << 20);
	for (int i = 0; i < 5000; i++)
		buf_str(&server, "220-more\r\n");
	dialogue_run(&d, &dialect_smtp, buf_view(&server), SIZE_MAX);
	CHECK_EQ(d.want, WANT_FAILED);
	dialogue_done(&d);
	buf_reset(&server);
	buf_fill(&server, 0x41, 9000);
	dialogue_run(&d, &dialect_smtp, buf_view(&server), SIZE_MAX);
	CHECK_EQ(d.want, WANT_FAILED);
	dialogue_done(&d);
	buf_done(&server);
}

static void knows_its_own_first_bytes(void)
{
	CHECK(dialect_smtp.spoken(span_str("220 mx.example ESMTP\r\n")));
	CHECK(dialect_smtp.spoken(span_str("421 busy\r\n")));
	CHECK(!dialect_smtp.spoken(span_str("22")));
	CHECK(!dialect_smtp.spoken(span_str("220 (vsFTPd 3.0.3)\r\n")));
	CHECK(!dialect_smtp.spoken(span_str("200 news\r\n")));
}

int main(void)
{
	RUN(dialogues);
	RUN(a_greeting_without_end_is_given_up);
	RUN(knows_its_own_first_bytes);
	return test_done();
}
