#include "grab/ladder.h"

#include "lib/test.h"

#define TEXT(text)                                                                                 \
	{                                                                                          \
		(const uint8_t *)(text), sizeof(text) - 1, false                                   \
	}

static const struct {
	const char *what;
	enum talk_end end;
	uint8_t dialect;
	struct span first;
	struct flight_result flight;
	bool has_flight;
	enum trouble trouble;
	uint8_t sniffed;
} cases[] = {
    {"certificate", TALK_FLIGHT, 0, {0}, {.end = FLIGHT_CERT, .n_certs = 1}, true, TROUBLE_NONE, 0},
    {"certificate, then silence", TALK_SILENT, 0, {0}, {.end = FLIGHT_CERT, .n_certs = 1}, true,
	TROUBLE_NONE, 0},
    {"112", TALK_FLIGHT, 0, {0}, {.end = FLIGHT_ALERT, .alert = 112}, true, TROUBLE_NAME, 0},
    {"70", TALK_FLIGHT, 0, {0}, {.end = FLIGHT_ALERT, .alert = 70}, true, TROUBLE_VERSION, 0},
    {"40", TALK_FLIGHT, 0, {0}, {.end = FLIGHT_ALERT, .alert = 40}, true, TROUBLE_PARAMETERS, 0},
    {"80", TALK_FLIGHT, 0, {0}, {.end = FLIGHT_ALERT, .alert = 80}, true, TROUBLE_ALERT, 0},
    {"anonymous", TALK_FLIGHT, 0, {0}, {.end = FLIGHT_NO_CERT}, true, TROUBLE_NO_CERT, 0},
    {"broken", TALK_FLIGHT, 0, {0}, {.end = FLIGHT_MALFORMED}, true, TROUBLE_BROKEN, 0},
    {"cut", TALK_FLIGHT, 0, {0}, {.end = FLIGHT_CLOSED}, true, TROUBLE_BROKEN, 0},
    {"HTTP", TALK_FLIGHT, 0, {0}, {.end = FLIGHT_NOT_TLS, .first = TEXT("HTTP/1.1 400")}, true,
	TROUBLE_NOT_TLS, 0},
    {"SMTP", TALK_FLIGHT, 0, {0}, {.end = FLIGHT_NOT_TLS, .first = TEXT("220 mx ESMTP")}, true,
	TROUBLE_NOT_TLS, DIALECT_SMTP},
    {"closed after the hello", TALK_CLOSED, 0, {0}, {0}, true, TROUBLE_HELLO_CLOSED, 0},
    {"closed while listening", TALK_CLOSED, 0, {0}, {0}, false, TROUBLE_HELLO_CLOSED, 0},
    {"closed in the dialogue", TALK_CLOSED, DIALECT_SMTP, {0}, {0}, false, TROUBLE_DIALOGUE_CLOSED,
	0},
    {"closed after dialogue and hello", TALK_CLOSED, DIALECT_SMTP, {0}, {0}, true,
	TROUBLE_HELLO_CLOSED, 0},
    {"silent", TALK_SILENT, 0, {0}, {0}, true, TROUBLE_HELLO_SILENT, 0},
    {"no greeting", TALK_SILENT, DIALECT_FTP, {0}, {0}, false, TROUBLE_DIALOGUE_SILENT, 0},
    {"half a greeting", TALK_SILENT, DIALECT_FTP, TEXT("220"), {0}, false, TROUBLE_DIALOGUE_STALLED,
	0},
    {"refused upgrade", TALK_NO_UPGRADE, DIALECT_SMTP, TEXT("220 mx"), {0}, false,
	TROUBLE_NO_UPGRADE, 0},
    {"an FTP server that does not say so", TALK_NO_UPGRADE, DIALECT_FTP, TEXT("220 hi"), {0}, false,
	TROUBLE_NO_UPGRADE, 0},
    {"FTP where SMTP was expected", TALK_NO_UPGRADE, DIALECT_SMTP, TEXT("220 ProFTPD"), {0}, false,
	TROUBLE_DIALOGUE_OTHER, DIALECT_FTP},
    {"HTTP where PostgreSQL was expected", TALK_NO_UPGRADE, DIALECT_POSTGRES, TEXT("HTTP/1.1 400"),
	{0}, false, TROUBLE_DIALOGUE_OTHER, 0},
    {"PostgreSQL without TLS", TALK_NO_UPGRADE, DIALECT_POSTGRES, TEXT("N"), {0}, false,
	TROUBLE_NO_UPGRADE, 0},
    {"an alert where LDAP was expected", TALK_NO_UPGRADE, DIALECT_LDAP, TEXT("\x15\x03\x01"), {0},
	false, TROUBLE_DIALOGUE_TLS, 0},
    {"SSH while listening", TALK_NO_UPGRADE, 0, TEXT("SSH-2.0"), {0}, false, TROUBLE_DIALOGUE_OTHER,
	0},
    {"refused", TALK_REFUSED, 0, {0}, {0}, false, TROUBLE_CONNECT, 0},
    {"no descriptors", TALK_LOCAL, 0, {0}, {0}, false, TROUBLE_LOCAL, 0},
};

static void tells_troubles_apart(void)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct talk_result r = {.end = cases[i].end,
		    .dialect = dialect_by_id(cases[i].dialect),
		    .first = cases[i].first,
		    .bytes_in = cases[i].first.n,
		    .flight = cases[i].has_flight ? &cases[i].flight : NULL};
		uint8_t sniffed;
		enum trouble trouble = trouble_of(&r, &sniffed);

		if (trouble != cases[i].trouble || sniffed != cases[i].sniffed)
			printf("# %s:\n", cases[i].what);
		CHECK_EQ(trouble, cases[i].trouble);
		CHECK_EQ(sniffed, cases[i].sniffed);
	}
}

static void rows_name_what_exists(void)
{
	size_t n;
	const struct ladder_row *rows = ladder_rows(&n);

	for (size_t i = 0; i < n; i++) {
		CHECK(rows[i].trouble > TROUBLE_NONE && rows[i].trouble < TROUBLE_LOCAL);
		if (rows[i].change == CHANGE_HELLO)
			CHECK(rows[i].value > HELLO_MODERN && rows[i].value < HELLO_VARIANT_MAX);
		else if (rows[i].change == CHANGE_DIALECT)
			CHECK(rows[i].value == DIALECT_NONE || dialect_by_id(rows[i].value));
		else
			CHECK_EQ(rows[i].value, 0);
	}
}

/* MySQL counts the logins that break off and turns a host away for them: never a guess. */
static void no_row_guesses_mysql(void)
{
	size_t n;
	const struct ladder_row *rows = ladder_rows(&n);

	for (size_t i = 0; i < n; i++)
		CHECK(rows[i].change != CHANGE_DIALECT || rows[i].value != DIALECT_MYSQL);
}

int main(void)
{
	RUN(tells_troubles_apart);
	RUN(rows_name_what_exists);
	RUN(no_row_guesses_mysql);
	return test_done();
}
