/*
 * Recorded flights of real servers are read whole and byte by byte; what the recordings lack
 * (servers that misbehave) is composed here; those of TLS 1.3 in flight_sealed_test.
 *
 * With arguments VARIANT KEYS FILE it is the recorder's client instead: it speaks to the server
 * that its standard input is connected to, and writes what that said to FILE.
 */
#include "crypto/digest.h"
#include "flight_server.h"

#include <unistd.h>

static struct buf read_file(const char *path)
{
	FILE *file = fopen(path, "rb");
	struct buf b;
	size_t n;

	buf_init(&b, 4 << 20);
	if (!file)
		return b;
	while ((n = fread(buf_room(&b, 4096), 1, 4096, file)) > 0)
		buf_wrote(&b, n);
	fclose(file);
	return b;
}

/* A line of flights.txt, whose truth is the server's configuration and openssl's own output. */
struct truth {
	char name[64], version[16], cipher[64], group[32], alpn[32], leaf[65];
	unsigned end, alert, retry, asked, certs, ocsp;
};

static void check_number(const char *got, const char *expected)
{
	CHECK_STR(got ? got : "-", expected);
}

static void check_result(const struct flight_result *r, const struct truth *t)
{
	char version[16], cipher[16], group[16];
	uint8_t digest[32];

	snprintf(version, sizeof(version), "%04x", r->version);
	snprintf(cipher, sizeof(cipher), "%04x", r->cipher);
	snprintf(group, sizeof(group), "%u", r->group);
	CHECK_EQ(r->end, t->end);
	CHECK_EQ(r->alert, t->alert);
	CHECK_EQ(r->hello_retry, t->retry);
	CHECK_EQ(r->client_cert_asked, t->asked);
	CHECK_EQ(r->n_certs, t->certs);
	CHECK_EQ(r->ocsp.n, t->ocsp);
	CHECK(!r->certs_cut && !r->certs_broken);
	check_number(version, t->version);
	check_number(cipher, t->cipher);
	check_number(group, t->group);
	check_number(r->alpn[0] ? r->alpn : NULL, t->alpn);
	if (r->n_certs == 0)
		return;
	digest_sha256(r->certs[0], digest);
	CHECK_STR(hex(digest, sizeof(digest)), t->leaf);
}

static void check_recording(const struct truth *t)
{
	static const size_t steps[] = {SIZE_MAX, 1, 7, 1448};
	char below[256];
	struct buf file;
	struct span bytes;
	uint8_t hello;

	snprintf(below, sizeof(below), "fuzz/corpus/flight/%s", t->name);
	file = read_file(test_path(below));
	bytes = buf_view(&file);
	hello = span_u8(&bytes);
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		struct flight *f = begin(hello & 7, hello >> 3 & 3);
		bool failed = test_failed;

		test_failed = false;
		feed(f, bytes, steps[i]);
		flight_eof(f);
		check_result(flight_result(f), t);
		if (test_failed)
			printf("# in %s by %zu\n", t->name, steps[i]);
		test_failed = test_failed || failed;
		flight_free(f);
	}
	buf_done(&file);
}

static void recordings_of_real_servers(void)
{
	FILE *file = fopen(test_path("unit/wire/flights.txt"), "r");
	char line[512];
	int n = 0;

	CHECK(file != NULL);
	while (file && fgets(line, sizeof(line), file)) {
		struct truth t = {0};

		if (line[0] == '#')
			continue;
		if (sscanf(line, "%63s %u %15s %63s %31s %31s %u %u %u %u %u %64s", t.name, &t.end,
			t.version, t.cipher, t.group, t.alpn, &t.alert, &t.retry, &t.asked,
			&t.certs, &t.ocsp, t.leaf) == 12) {
			check_recording(&t);
			n++;
		}
	}
	CHECK(n >= 25);
	if (file)
		fclose(file);
}

/* How our flight ends on what the composed server says, fed whole and byte by byte. */
static enum flight_end end_of(uint8_t variant)
{
	struct flight *whole = begin(variant, HELLO_ANY_KEY), *bytes;
	enum flight_end ends[2];

	feed(whole, buf_view(&server), SIZE_MAX);
	ends[0] = flight_result(whole)->end;
	flight_free(whole);
	bytes = begin(variant, HELLO_ANY_KEY);
	feed(bytes, buf_view(&server), 1);
	ends[1] = flight_result(bytes)->end;
	flight_free(bytes);
	CHECK_EQ(ends[0], ends[1]);
	return ends[0];
}

static void what_is_no_tls_is_shown(void)
{
	static const char answer[] =
	    "220 mail.example ESMTP Postfix, and a banner of more than sixty-four bytes\r\n";
	struct flight *f = begin(HELLO_MODERN, HELLO_ANY_KEY);

	buf_reset(&out);
	CHECK_EQ(flight_push(f, span_str(answer), &out), WANT_FAILED);
	CHECK_EQ(flight_result(f)->end, FLIGHT_NOT_TLS);
	CHECK_EQ(flight_result(f)->first.n, 64);
	CHECK_MEM(flight_result(f)->first.p, answer, 64);
	CHECK_EQ(out.n, 0); /* no farewell to one who would not understand it */
	CHECK_EQ(flight_push(f, span_str("more"), &out), WANT_FAILED);
	flight_free(f);
}

static void warnings_do_not_end_it_and_fatal_alerts_do(void)
{
	new_server();
	say_record(CONTENT_ALERT, "0170");
	CHECK_EQ(end_of(HELLO_MODERN), FLIGHT_OPEN);
	say(HS_SERVER_HELLO, HELLO_12);
	say_record(CONTENT_ALERT, "015a");
	say(HS_CERTIFICATE, ONE_CERT);
	CHECK_EQ(end_of(HELLO_MODERN), FLIGHT_CERT);
	new_server();
	say_record(CONTENT_ALERT, "0228");
	CHECK_EQ(end_of(HELLO_MODERN), FLIGHT_ALERT);
	new_server();
	say_record(CONTENT_ALERT, "0100"); /* close_notify */
	CHECK_EQ(end_of(HELLO_MODERN), FLIGHT_ALERT);
}

static void the_certificate_is_kept_whatever_follows(void)
{
	static const struct {
		enum content_type type;
		const char *body;
	} rows[] = {{CONTENT_ALERT, "0250"}, {CONTENT_HANDSHAKE, "63000000"}, {CONTENT_CCS, "01"},
	    {CONTENT_DATA, "00"}, {CONTENT_HANDSHAKE, "0b7fffff"}};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct flight *f = begin(HELLO_TLS12, HELLO_ANY_KEY);

		new_server();
		say(HS_SERVER_HELLO, HELLO_12);
		say(HS_CERTIFICATE, ONE_CERT);
		CHECK_EQ(feed(f, buf_view(&server), SIZE_MAX), WANT_READ);
		CHECK_EQ(flight_result(f)->end, FLIGHT_CERT);
		new_server();
		say_record(rows[i].type, rows[i].body);
		CHECK_EQ(feed(f, buf_view(&server), SIZE_MAX), WANT_DONE);
		CHECK_EQ(flight_result(f)->end, FLIGHT_CERT);
		CHECK_STR(hex(flight_result(f)->certs[0].p, 3), "aabbcc");
		flight_free(f);
	}
}

static void the_companions_of_a_certificate(void)
{
	struct flight *f = begin(HELLO_TLS12, HELLO_ANY_KEY);
	const struct flight_result *r = flight_result(f);

	new_server();
	say(HS_HELLO_REQUEST, "");
	say(HS_SERVER_HELLO, HELLO_12);
	say(HS_CERTIFICATE, ONE_CERT);
	say(HS_CERTIFICATE_STATUS, "01000002beef");
	say(HS_SERVER_KEY_EXCHANGE, KEY_EXCHANGE);
	say(HS_CERTIFICATE_REQUEST, "0101000004010000");
	CHECK_EQ(feed(f, buf_view(&server), SIZE_MAX), WANT_READ);
	new_server();
	say(HS_SERVER_HELLO_DONE, "");
	buf_reset(&out);
	CHECK_EQ(feed(f, buf_view(&server), SIZE_MAX), WANT_DONE);
	CHECK_STR(hex(out.p, out.n), "15030300020"
				     "25a"); /* fatal, user_canceled */
	CHECK_STR(hex(r->ocsp.p, r->ocsp.n), "beef");
	CHECK_EQ(r->group, 29);
	CHECK(r->client_cert_asked);
	flight_free(f);
}

static void an_ssl3_server(void)
{
	struct flight *f = begin(HELLO_SSL3, HELLO_ANY_KEY);

	CHECK_STR(hex(out.p, 3), "160300");
	CHECK_STR(hex(out.p + 9, 2), "0300");
	new_server();
	say(HS_SERVER_HELLO, "0300" RANDOM "00"
			     "0005"
			     "00");
	say(HS_CERTIFICATE, ONE_CERT);
	say(HS_SERVER_HELLO_DONE, "");
	buf_reset(&out);
	CHECK_EQ(feed(f, buf_view(&server), SIZE_MAX), WANT_DONE);
	CHECK_EQ(flight_result(f)->version, 0x0300);
	CHECK_EQ(flight_result(f)->cipher, 0x0005);
	CHECK_STR(hex(out.p, out.n), "1503000002025a");
	flight_free(f);
}

static void a_protocol_that_is_no_text_is_not_noted(void)
{
	struct flight *f = begin(HELLO_TLS12, HELLO_ANY_KEY);

	new_server();
	say(HS_SERVER_HELLO, HELLO_12 "0009"
				      "00100005"
				      "0003"
				      "02"
				      "68ff");
	say(HS_CERTIFICATE, ONE_CERT);
	feed(f, buf_view(&server), SIZE_MAX);
	CHECK_EQ(flight_result(f)->end, FLIGHT_CERT);
	CHECK_STR(flight_result(f)->alpn, "");
	flight_free(f);
}

static void servers_without_a_certificate(void)
{
	static const uint8_t instead[] = {
	    HS_SERVER_KEY_EXCHANGE, HS_SERVER_HELLO_DONE, HS_NEW_SESSION_TICKET};

	for (size_t i = 0; i < sizeof(instead); i++) {
		new_server();
		say(HS_SERVER_HELLO, HELLO_12);
		say(instead[i], "");
		CHECK_EQ(end_of(HELLO_MODERN), FLIGHT_NO_CERT);
	}
	new_server();
	say(HS_SERVER_HELLO, HELLO_12);
	say(HS_CERTIFICATE, "000000");
	CHECK_EQ(end_of(HELLO_MODERN), FLIGHT_NO_CERT);
	new_server();
	say(HS_SERVER_HELLO, HELLO_12);
	say_record(CONTENT_CCS, "01");
	CHECK_EQ(end_of(HELLO_MODERN), FLIGHT_NO_CERT);
	new_server();
	say(HS_SERVER_HELLO, "0303" RANDOM "00"
			     "1301"
			     "00"
			     "000c"
			     "002b00020304"
			     "002900020000"); /* PSK */
	CHECK_EQ(end_of(HELLO_MODERN), FLIGHT_NO_CERT);
}

static void what_no_server_should_say(void)
{
	static const struct {
		uint8_t variant, type;
		const char *body;
	} rows[] = {
	    {HELLO_MODERN, HS_CERTIFICATE, ONE_CERT}, /* no hello before */
	    {HELLO_MODERN, HS_CLIENT_HELLO, HELLO_12},
	    {HELLO_MODERN, HS_SERVER_HELLO, "0303"},
	    {HELLO_MODERN, HS_SERVER_HELLO,
		"0200" RANDOM "00"
		"c02f"
		"00"},
	    {HELLO_MODERN, HS_SERVER_HELLO,
		"7f1c" RANDOM "00"
		"c02f"
		"00"},
	    /* a share that is no key; a group that is not ours; a suite that is none */
	    {HELLO_MODERN, HS_SERVER_HELLO,
		"0303" RANDOM "00"
		"1301"
		"00"
		"000f"
		"002b00020304"
		"00330005001d0001ab"},
	    {HELLO_MODERN, HS_SERVER_HELLO,
		"0303" RANDOM "00"
		"1301"
		"00"
		"000f"
		"002b00020304"
		"0033000511ec0001ab"},
	    {HELLO_MODERN, HS_SERVER_HELLO,
		"0303" RANDOM "00"
		"1309"
		"00"
		"000f"
		"002b00020304"
		"00330005001d0001ab"},
	    /* TLS 1.3, unasked */
	    {HELLO_TLS12, HS_SERVER_HELLO,
		"0303" RANDOM "00"
		"1301"
		"00"
		"000f"
		"002b00020304"
		"00330005001d0001ab"},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		new_server();
		say(rows[i].type, rows[i].body);
		CHECK_EQ(end_of(rows[i].variant), FLIGHT_MALFORMED);
	}
	new_server();
	say(HS_SERVER_HELLO, HELLO_12);
	say(HS_CERTIFICATE, "0000ff00");
	CHECK_EQ(end_of(HELLO_MODERN), FLIGHT_MALFORMED);
	new_server();
	say(HS_SERVER_HELLO, HELLO_12);
	say_record(CONTENT_DATA, "00");
	CHECK_EQ(end_of(HELLO_MODERN), FLIGHT_MALFORMED);
}

static void retries_that_cannot_be_answered(void)
{
	new_server();
	say(HS_SERVER_HELLO, RETRY_FOR("11ec"));
	CHECK_EQ(end_of(HELLO_MODERN), FLIGHT_MALFORMED);
	new_server();
	say(HS_SERVER_HELLO, RETRY_FOR("0018"));
	CHECK_EQ(end_of(HELLO_MODERN), FLIGHT_OPEN);
	say(HS_SERVER_HELLO, RETRY_FOR("0018")); /* once is enough */
	CHECK_EQ(end_of(HELLO_MODERN), FLIGHT_MALFORMED);
	new_server();
	say(HS_SERVER_HELLO, "0303" RETRY "00"
			     "1301"
			     "00"
			     "0006"
			     "002b00020304"); /* for nothing */
	CHECK_EQ(end_of(HELLO_MODERN), FLIGHT_MALFORMED);
	new_server();
	say(HS_SERVER_HELLO, "0303" RETRY "00"
			     "c02f"
			     "00"
			     "000c"
			     "002b00020304"
			     "003300020018");
	CHECK_EQ(end_of(HELLO_MODERN), FLIGHT_MALFORMED);
}

static void a_server_without_end(void)
{
	new_server();
	for (int i = 0; i < 3; i++)
		say_record(CONTENT_HANDSHAKE, "");
	while (server.n <= FLIGHT_BYTES_MAX)
		say(HS_HELLO_REQUEST, "");
	CHECK_EQ(end_of(HELLO_MODERN), FLIGHT_LIMIT);
	new_server();
	say(HS_SERVER_HELLO, HELLO_12);
	say_record(CONTENT_HANDSHAKE, "0b100001"); /* a message of 1 MiB and one byte */
	CHECK_EQ(end_of(HELLO_MODERN), FLIGHT_LIMIT);
}

static void the_largest_certificate_message(void)
{
	struct flight *f = begin(HELLO_TLS12, HELLO_ANY_KEY);
	struct buf m;
	size_t message, list, one;

	new_server();
	say(HS_SERVER_HELLO, HELLO_12);
	buf_init(&m, 4 << 20);
	buf_be(&m, HS_CERTIFICATE, 1);
	message = buf_open(&m, 3);
	list = buf_open(&m, 3);
	one = buf_open(&m, 3);
	buf_fill(&m, 0x55, FLIGHT_MESSAGE_MAX - 6);
	buf_close(&m, one, 3);
	buf_close(&m, list, 3);
	buf_close(&m, message, 3);
	record_write(&server, CONTENT_HANDSHAKE, 0x0303, buf_view(&m));
	feed(f, buf_view(&server), 1448);
	CHECK_EQ(flight_result(f)->end, FLIGHT_CERT);
	CHECK_EQ(flight_result(f)->certs[0].n, FLIGHT_MESSAGE_MAX - 6);
	flight_free(f);
	buf_done(&m);
}

static void an_early_end_of_stream(void)
{
	struct flight *f = begin(HELLO_MODERN, HELLO_ANY_KEY);

	flight_eof(f);
	CHECK_EQ(flight_result(f)->end, FLIGHT_CLOSED);
	flight_free(f);
}

static int record(const char *variant, const char *keys, const char *path)
{
	struct flight *f = begin((uint8_t)atoi(variant), (uint8_t)atoi(keys));
	FILE *file = fopen(path, "wb");
	uint8_t in[4096];
	enum want want = WANT_READ;

	if (!file)
		return 1;
	fputc(atoi(variant) | atoi(keys) << 3, file);
	while (want == WANT_READ) {
		ssize_t n = write(0, out.p, out.n);

		buf_reset(&out);
		n = n < 0 ? n : read(0, in, sizeof(in));
		if (n <= 0)
			break;
		fwrite(in, 1, (size_t)n, file);
		want = flight_push(f, span_of(in, (size_t)n), &out);
	}
	if (write(0, out.p, out.n) < 0)
		perror("farewell");
	fclose(file);
	flight_free(f);
	buf_done(&out);
	key_shares_free(fixed_shares());
	return 0;
}

int main(int argc, char **argv)
{
	if (argc == 4)
		return record(argv[1], argv[2], argv[3]);
	RUN(recordings_of_real_servers);
	RUN(what_is_no_tls_is_shown);
	RUN(warnings_do_not_end_it_and_fatal_alerts_do);
	RUN(the_certificate_is_kept_whatever_follows);
	RUN(the_companions_of_a_certificate);
	RUN(an_ssl3_server);
	RUN(a_protocol_that_is_no_text_is_not_noted);
	RUN(servers_without_a_certificate);
	RUN(what_no_server_should_say);
	RUN(retries_that_cannot_be_answered);
	RUN(a_server_without_end);
	RUN(the_largest_certificate_message);
	RUN(an_early_end_of_stream);
	buf_done(&out);
	buf_done(&server);
	key_shares_free(fixed_shares());
	return test_done();
}
