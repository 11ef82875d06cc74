/*
 * Servers of TLS 1.3, composed here with the server's half of the key schedule: what no real server
 * does, and what only some do.
 */
#include "crypto/digest.h"
#include "flight_server.h"
#include "wire/tls13.h"

/* Its half of the key schedule, as far as our flight goes. */
struct server13 {
	struct hmac hmac;
	struct tls13_keys writing, reading;
};

/* What both said so far: our hello, which stands in out as one record; behind a retry, its hash,
 * the retry, and our second hello, which follows a CCS in out. */
static struct buf server13_transcript(struct flight *f, enum digest_alg hash, const char *retry_hex)
{
	struct buf t, retry;
	struct span said = buf_view(&out);
	uint8_t digest[DIGEST_SIZE_MAX];

	buf_init(&t, 1 << 16);
	span_take(&said, RECORD_HEADER);
	if (!retry_hex) {
		buf_span(&t, said);
		return t;
	}
	digest_once(hash, said, digest);
	buf_be(&t, HS_MESSAGE_HASH, 1);
	buf_be(&t, digest_size(hash), 3);
	buf_put(&t, digest, digest_size(hash));
	buf_init(&retry, 4096);
	put_message(&retry, HS_SERVER_HELLO, retry_hex);
	buf_span(&t, buf_view(&retry));
	new_server();
	record_write(&server, CONTENT_HANDSHAKE, 0x0303, buf_view(&retry));
	buf_reset(&out);
	CHECK_EQ(feed(f, buf_view(&server), SIZE_MAX), WANT_READ);
	said = buf_view(&out);
	CHECK(memcmp(said.p, "\x14\3\3\0\1\1", 6) == 0);
	span_take(&said, 6 + RECORD_HEADER);
	buf_span(&t, said);
	buf_done(&retry);
	return t;
}

static void put_hello13(struct buf *m, struct kex *kex)
{
	size_t mark;

	buf_be(m, HS_SERVER_HELLO, 1);
	mark = buf_open(m, 3);
	buf_be(m, 0x0303, 2);
	buf_fill(m, 0x53, 32);
	buf_be(m, 0x00130200, 4);
	buf_be(m, 6 + 8 + 32, 2);
	buf_be(m, 0x002b00020304, 6);
	buf_be(m, 0x00330024001d0020, 8);
	buf_span(m, kex_public(kex));
	buf_close(m, mark, 3);
}

/* The server's hello in X25519, behind a retry if retry_hex is one; its keys. */
static void server13_hello(struct server13 *s, struct flight *f, const char *retry_hex)
{
	const struct tls13_suite *suite = tls13_suite(0x1302);
	struct buf m, transcript = server13_transcript(f, suite->hash, retry_hex);
	struct kex *kex = NULL;
	uint8_t secret[KEX_SECRET_MAX], hash[DIGEST_SIZE_MAX];
	struct tls13_secrets secrets;
	size_t n;

	buf_init(&m, 4096);
	CHECK(!err_is(kex_new(KEX_X25519, &kex)));
	CHECK(!err_is(kex_agree(kex, kex_public(key_shares_find(fixed_shares(), 29)), secret, &n)));
	put_hello13(&m, kex);
	buf_span(&transcript, buf_view(&m));
	digest_once(suite->hash, buf_view(&transcript), hash);
	CHECK(
	    !err_is(tls13_handshake_secrets(&s->hmac, suite, span_of(secret, n), hash, &secrets)));
	CHECK(!err_is(tls13_keys_init(&s->writing, &s->hmac, suite, secrets.server, AEAD_SEAL)));
	CHECK(!err_is(tls13_keys_init(&s->reading, &s->hmac, suite, secrets.client, AEAD_OPEN)));
	new_server();
	record_write(&server, CONTENT_HANDSHAKE, 0x0303, buf_view(&m));
	kex_free(kex);
	buf_done(&m);
	buf_done(&transcript);
}

static void server13_done(struct server13 *s)
{
	hmac_done(&s->hmac);
	tls13_keys_done(&s->writing);
	tls13_keys_done(&s->reading);
}

static void seal(struct server13 *s, enum content_type type, const char *body_hex)
{
	struct span body = unhex(body_hex);

	tls13_seal(&s->writing, type, body, &server);
	unhex_free(body);
}

/* Each row: what the server seals behind its hello, and how that ends. */
static void what_comes_sealed(void)
{
	static const struct {
		enum content_type type;
		const char *body;
		enum flight_end end;
	} rows[] = {
	    {CONTENT_HANDSHAKE,
		"080000020000"
		"0b00000c"
		"00"
		"000008"
		"000003aabbcc"
		"0000",
		FLIGHT_CERT},
	    {CONTENT_HANDSHAKE,
		"080000020000"
		"0d00000300"
		"0000"
		"0b00000c"
		"00"
		"000008"
		"000003aabbcc"
		"0000",
		FLIGHT_CERT},
	    {CONTENT_HANDSHAKE,
		"080000020001"
		"0b00000c"
		"00"
		"000008"
		"000003aabbcc"
		"0000",
		FLIGHT_CERT}, /* odd extensions */
	    {CONTENT_HANDSHAKE,
		"080000020000"
		"0b000004"
		"00"
		"000000",
		FLIGHT_NO_CERT},
	    {CONTENT_HANDSHAKE,
		"080000020000"
		"14000000",
		FLIGHT_NO_CERT},
	    {CONTENT_HANDSHAKE,
		"080000020000"
		"19000000",
		FLIGHT_MALFORMED}, /* compressed, unasked */
	    {CONTENT_HANDSHAKE,
		"0b00000c"
		"00"
		"000008"
		"000003aabbcc"
		"0000",
		FLIGHT_MALFORMED},
	    {CONTENT_HANDSHAKE, "08", FLIGHT_OPEN},
	    {CONTENT_ALERT, "0274", FLIGHT_ALERT},
	    {CONTENT_DATA, "00", FLIGHT_MALFORMED},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		for (size_t step = 1; step <= 1000; step += 999) {
			struct flight *f = begin(HELLO_MODERN, HELLO_ANY_KEY);
			struct server13 s = {0};

			server13_hello(&s, f, NULL);
			say_record(CONTENT_CCS, "01");
			seal(&s, rows[i].type, rows[i].body);
			feed(f, buf_view(&server), step);
			CHECK_EQ(flight_result(f)->end, rows[i].end);
			flight_free(f);
			server13_done(&s);
		}
}

static void what_should_come_sealed_and_does_not(void)
{
	struct flight *f = begin(HELLO_MODERN, HELLO_ANY_KEY);
	struct server13 s = {0};

	server13_hello(&s, f, NULL);
	say(HS_ENCRYPTED_EXTENSIONS, "0000");
	CHECK_EQ(feed(f, buf_view(&server), SIZE_MAX), WANT_FAILED);
	CHECK_EQ(flight_result(f)->end, FLIGHT_MALFORMED);
	flight_free(f);
	server13_done(&s);
	f = begin(HELLO_MODERN, HELLO_ANY_KEY);
	server13_hello(&s, f, NULL);
	seal(&s, CONTENT_HANDSHAKE, "080000020000");
	server.p[server.n - 1] ^= 1;
	CHECK_EQ(feed(f, buf_view(&server), SIZE_MAX), WANT_FAILED);
	CHECK_EQ(flight_result(f)->end, FLIGHT_MALFORMED);
	flight_free(f);
	server13_done(&s);
}

static void the_farewell_is_sealed_too(void)
{
	struct flight *f = begin(HELLO_MODERN, HELLO_ANY_KEY);
	struct server13 s = {0};
	uint8_t plain[64], type = 0;
	struct span sealed, header;
	size_t n = 0;

	server13_hello(&s, f, NULL);
	seal(&s, CONTENT_HANDSHAKE,
	    "080000020000"
	    "0b00000c"
	    "00"
	    "000008"
	    "000003aabbcc"
	    "0000");
	buf_reset(&out);
	CHECK_EQ(feed(f, buf_view(&server), SIZE_MAX), WANT_DONE);
	sealed = buf_view(&out);
	header = span_take(&sealed, RECORD_HEADER);
	CHECK(tls13_open(&s.reading, header, sealed, plain, &n, &type));
	CHECK_EQ(type, CONTENT_ALERT);
	CHECK_STR(hex(plain, n), "0100"); /* close_notify */
	flight_free(f);
	server13_done(&s);
}

/* A server that only wants its cookie back, which openssl's does not do over TCP. */
static void a_retry_for_a_cookie(void)
{
	struct flight *f = begin(HELLO_MODERN, HELLO_ANY_KEY);
	struct server13 s = {0};

	server13_hello(&s, f,
	    "0303" RETRY "00"
	    "1302"
	    "00"
	    "000f"
	    "002b00020304"
	    "002c0005"
	    "0003abcdef");
	CHECK(memmem(out.p, out.n, "\0\x2c\0\5\0\3\xab\xcd\xef", 9) != NULL);
	seal(&s, CONTENT_HANDSHAKE,
	    "080000020000"
	    "0b00000c"
	    "00"
	    "000008"
	    "000003aabbcc"
	    "0000");
	CHECK_EQ(feed(f, buf_view(&server), SIZE_MAX), WANT_DONE);
	CHECK(flight_result(f)->hello_retry);
	CHECK_EQ(flight_result(f)->group, 29);
	flight_free(f);
	server13_done(&s);
}
int main(void)
{
	RUN(what_comes_sealed);
	RUN(what_should_come_sealed_and_does_not);
	RUN(the_farewell_is_sealed_too);
	RUN(a_retry_for_a_cookie);
	buf_done(&out);
	buf_done(&server);
	key_shares_free(fixed_shares());
	return test_done();
}
