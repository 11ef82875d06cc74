#include "wire/sslv2.h"

#include "lib/hex.h"

#define CHALLENGE "00112233445566778899aabbccddeeff"

static const char *const client = "801f 01 0002 0006 0000 0010 010080 0700c0" CHALLENGE,
			 *const offer = "801c 01 0301 0003 0000 0010 00002f" CHALLENGE,
			 *const server = "8020 04 00 01 0002 0002 0003 0010 3000 010080" CHALLENGE;

static enum sslv2_look look(const char *text, size_t n)
{
	struct span s = unhex(text);
	size_t length = 0;
	enum sslv2_look ret = sslv2_look(span_of(s.p, n < s.n ? n : s.n), &length);

	if (ret == SSLV2_CLIENT || ret == SSLV2_SERVER)
		CHECK_EQ(length, s.n);
	unhex_free(s);
	return ret;
}

static void hellos_are_seen(void)
{
	CHECK_EQ(look(client, SIZE_MAX), SSLV2_CLIENT);
	CHECK_EQ(look(offer, SIZE_MAX), SSLV2_CLIENT);
	CHECK_EQ(look(server, SIZE_MAX), SSLV2_SERVER);
	for (size_t n = 0; n < SSLV2_LOOK; n++)
		CHECK_EQ(look(client, n), SSLV2_SHORT);
}

static void lengths_that_do_not_add_up(void)
{
	static const char *const rows[] = {
	    "474554202f20485454502f312e30",
	    "8020 01 0002 0006 0000 0010 010080 0700c0" CHALLENGE, /* the record's */
	    "801f 01 0005 0006 0000 0010 010080 0700c0" CHALLENGE, /* a version of nobody */
	    "801f 01 0002 0005 0001 0010 010080 0700c0" CHALLENGE, /* ciphers are 3 bytes */
	    "801f 03 0002 0006 0000 0010 010080 0700c0" CHALLENGE,
	    "8020 04 02 01 0002 0002 0003 0010 3000 010080" CHALLENGE,
	    "8020 04 00 01 0301 0002 0003 0010 3000 010080" CHALLENGE,
	    "8019 04 00 01 0002 0020 0003 0010 3000 010080" CHALLENGE,
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		CHECK_EQ(look(rows[i], SIZE_MAX), SSLV2_FOREIGN);
}

static void a_client(void)
{
	struct span s = unhex(client), m = span_of(s.p + 2, s.n - 2);
	struct sslv2_client_hello h;

	CHECK(!err_is(sslv2_client_hello_parse(m, &h)));
	CHECK_EQ(h.version, 2);
	CHECK_STR(hex(h.ciphers.p, h.ciphers.n), "0100800700c0");
	CHECK_EQ(h.session_id.n, 0);
	CHECK_STR(hex(h.challenge.p, h.challenge.n), CHALLENGE);
	CHECK(err_is(sslv2_client_hello_parse(span_of(m.p, m.n - 1), &h)));
	unhex_free(s);
}

static void a_server(void)
{
	struct span s = unhex(server), m = span_of(s.p + 2, s.n - 2);
	struct sslv2_server_hello h;

	CHECK(!err_is(sslv2_server_hello_parse(m, &h)));
	CHECK(!h.resumed);
	CHECK_EQ(h.cert_type, 1);
	CHECK_EQ(h.version, 2);
	CHECK_STR(hex(h.cert.p, h.cert.n), "3000");
	CHECK_STR(hex(h.ciphers.p, h.ciphers.n), "010080");
	CHECK_EQ(h.connection_id.n, 16);
	CHECK(err_is(sslv2_server_hello_parse(span_of(m.p, m.n - 1), &h)));
	CHECK(err_is(sslv2_server_hello_parse(span_of(m.p + 1, m.n - 1), &h)));
	unhex_free(s);
}

int main(void)
{
	RUN(hellos_are_seen);
	RUN(lengths_that_do_not_add_up);
	RUN(a_client);
	RUN(a_server);
	return test_done();
}
