#include "wire/dialect.h"

#include "lib/test.h"

static const struct {
	const char *first;
	uint8_t id;
} greetings[] = {
    {"220 mx.example ESMTP Postfix\r\n", DIALECT_SMTP},
    {"220 ready\r\n", DIALECT_SMTP},
    {"220 ProFTPD Server ready\r\n", DIALECT_FTP},
    {"* OK IMAP4rev1\r\n", DIALECT_IMAP},
    {"+OK POP3\r\n", DIALECT_POP3},
    {"SSH-2.0-OpenSSH_9.2p1\r\n", DIALECT_NONE},
    {"HTTP/1.1 400 Bad Request\r\n", DIALECT_NONE},
    {"RFB 003.008\n", DIALECT_NONE},
    {"-ERR unknown command\r\n", DIALECT_NONE},
    {"\x16\x03\x03", DIALECT_NONE},
    {"", DIALECT_NONE},
};

static void sniffs_greetings(void)
{
	for (size_t i = 0; i < sizeof(greetings) / sizeof(greetings[0]); i++) {
		const struct dialect *d = dialect_sniff(span_str(greetings[i].first));

		CHECK_EQ(d ? d->id : DIALECT_NONE, greetings[i].id);
	}
	CHECK_EQ(dialect_sniff(span_of("\x4a\0\0\0\x0a"
				       "8.0",
				   8))
		     ->id,
	    DIALECT_MYSQL);
}

static void every_dialect_is_found_by_number_and_name(void)
{
	int n = 0;

	for (int id = 0; id < 256; id++) {
		const struct dialect *d = dialect_by_id((uint8_t)id);

		if (!d)
			continue;
		n++;
		CHECK_EQ(d->id, id);
		CHECK(d->id > DIALECT_NONE && d->id < DIALECT_MAX);
		CHECK(d->context_size <= DIALECT_CONTEXT_MAX);
		CHECK(dialect_by_name(d->name) == d);
	}
	CHECK_EQ(n, 8);
	CHECK(!dialect_by_name("gopher"));
}

int main(void)
{
	RUN(sniffs_greetings);
	RUN(every_dialect_is_found_by_number_and_name);
	return test_done();
}
