#include "sensor/dissect.h"

#include "lib/tlsbytes.h"
#include "sensor/limits.h"

enum { CCS = 20, ALERT = 21, HANDSHAKE = 22, DATA = 23, HEARTBEAT = 24 };

static const enum dissect_side CLIENT = SIDE_TCP_CLIENT, SERVER = SIDE_TCP_SERVER;

static const uint16_t rsa_aes[] = {0x002f}, ecdhe[] = {0xc02f}, dhe[] = {0x0033},
		      aes13[] = {0x1301};

/* What was told: a letter an event, and the session at the last one. */
static char told[16];
static struct session last;
static struct dissect *d;
static size_t piece; /* bytes of a push; 0: all at once */

static void on_event(void *context, enum session_event event, const struct session *s)
{
	static const char letters[SESSION_EVENTS + 1] = "CHRLDEX";
	size_t n = strlen(told);

	CHECK(context == &last);
	CHECK(n + 1 < sizeof(told));
	told[n] = letters[event];
	last = *s;
}

static void begin(void)
{
	static const struct dissect_ops ops = {on_event};
	struct session_side client = {.port = 40000}, server = {.port = 443};

	memset(told, 0, sizeof(told));
	memset(&last, 0, sizeof(last));
	CHECK(!err_is(dissect_new(&client, &server, (const uint64_t[]){7, 8}, &ops, &last, &d)));
	dissect_time(d, 1000, 1);
}

static void end(void)
{
	dissect_free(d);
	d = NULL;
}

static void say(enum dissect_side side, struct span bytes)
{
	while (bytes.n > 0) {
		size_t n = piece && piece < bytes.n ? piece : bytes.n;

		dissect_bytes(d, side, span_take(&bytes, n));
	}
}

static void say_buf(enum dissect_side side, struct buf *b)
{
	say(side, buf_view(b));
	buf_done(b);
}

static void record(enum dissect_side side, uint8_t type, const char *bytes, size_t n)
{
	struct buf b;

	buf_init(&b, 1 << 17);
	put_record(&b, type, 0x0303, span_of(bytes, n));
	say_buf(side, &b);
}

/* n bytes that nobody can read. */
static void sealed(enum dissect_side side, uint8_t type, size_t n)
{
	struct buf b, body;

	buf_init(&b, 1 << 17);
	buf_init(&body, 1 << 17);
	buf_fill(&body, 0xee, n);
	put_record(&b, type, 0x0303, buf_view(&body));
	buf_done(&body);
	say_buf(side, &b);
}

static void message_into(struct buf *out, uint8_t type, struct buf *body)
{
	struct buf m;

	buf_init(&m, 1 << 17);
	put_message(&m, type, buf_view(body));
	put_record(out, HANDSHAKE, 0x0303, buf_view(&m));
	buf_done(&m);
	buf_done(body);
}

static void message(enum dissect_side side, uint8_t type, const char *bytes, size_t n)
{
	struct buf body, b;

	buf_init(&b, 1 << 17);
	buf_init(&body, 1 << 17);
	buf_put(&body, bytes, n);
	message_into(&b, type, &body);
	say_buf(side, &b);
}

/* With a name and whatever else. */
static void client_hello_into(struct buf *out, const uint16_t *ciphers, struct span more)
{
	struct buf extensions, body;

	buf_init(&extensions, 1 << 16);
	buf_init(&body, 1 << 17);
	put_name(&extensions, "www.example");
	buf_span(&extensions, more);
	put_client_hello(&body,
	    &(struct hello_bytes){0x0303, span_of(NULL, 0), ciphers, 1, buf_view(&extensions)});
	buf_done(&extensions);
	message_into(out, 1, &body);
}

static void client_hello(enum dissect_side side, const uint16_t *ciphers, struct span more)
{
	struct buf b;

	buf_init(&b, 1 << 17);
	client_hello_into(&b, ciphers, more);
	say_buf(side, &b);
}

static void server_hello_into(
    struct buf *out, uint16_t version, const uint16_t *ciphers, struct span extensions)
{
	struct buf body;

	buf_init(&body, 1 << 17);
	put_server_hello(
	    &body, &(struct hello_bytes){version, span_of(NULL, 0), ciphers, 1, extensions});
	message_into(out, 2, &body);
}

static void server_hello(enum dissect_side side, const uint16_t *ciphers, struct span extensions)
{
	struct buf b;

	buf_init(&b, 1 << 17);
	server_hello_into(&b, 0x0303, ciphers, extensions);
	say_buf(side, &b);
}

static void certificate_into(struct buf *out, size_t n, size_t size)
{
	struct buf body;

	buf_init(&body, 1 << 17);
	put_certificates(&body, n, size);
	message_into(out, 11, &body);
}

static void certificate(enum dissect_side side, size_t n)
{
	struct buf b;

	buf_init(&b, 1 << 17);
	certificate_into(&b, n, 300);
	say_buf(side, &b);
}

static struct span none(void)
{
	return span_of(NULL, 0);
}

/* To the end of the server's first flight, TLS 1.2. */
static void flight12(void)
{
	client_hello(CLIENT, rsa_aes, none());
	server_hello(SERVER, rsa_aes, none());
	certificate(SERVER, 2);
	message(SERVER, 14, "", 0);
}

/* The same of TLS 1.3, a record a message. */
static void flight13(void)
{
	client_hello(CLIENT, aes13, none());
	server_hello(SERVER, aes13, span_of("\0\x2b\0\2\3\4\0\x33\0\5\0\x1d\0\1k", 15));
	record(SERVER, CCS, "\1", 1);
	sealed(SERVER, DATA, 40);
	sealed(SERVER, DATA, 900);
	sealed(SERVER, DATA, 281);
	sealed(SERVER, DATA, 53);
}

static void close_both(void)
{
	dissect_end(d, SIDE_TCP_CLIENT, DISSECT_FIN);
	dissect_end(d, SIDE_TCP_SERVER, DISSECT_FIN);
}

static void a_whole_handshake(void)
{
	begin();
	flight12();
	CHECK_STR(told, "C");
	CHECK_EQ(last.server.n_certs, 2);
	CHECK_EQ(last.server.certs[1].n, 300);
	CHECK(last.server.certs[1].p[4] == 'b' && !last.server.certs_cut);
	CHECK_EQ(last.packet, 1);
	message(CLIENT, 16, "key", 3);
	record(CLIENT, CCS, "\1", 1);
	sealed(CLIENT, HANDSHAKE, 40);
	record(SERVER, CCS, "\1", 1);
	dissect_time(d, 2000, 9);
	sealed(SERVER, HANDSHAKE, 40);
	CHECK_STR(told, "CE");
	CHECK_STR(last.history, "CsxnGIi");
	CHECK_EQ(last.packet, 9);
	CHECK_EQ(last.first_us, 1000);
	CHECK_EQ(last.last_us, 2000);
	CHECK(dissect_wants(d, SIDE_TCP_CLIENT));
	sealed(CLIENT, DATA, 100);
	CHECK(!dissect_wants(d, SIDE_TCP_CLIENT) && !dissect_wants(d, SIDE_TCP_SERVER));
	close_both();
	CHECK_STR(told, "CEDX");
	CHECK_STR(last.name, "www.example");
	CHECK_EQ(last.version, 0x0303);
	CHECK_EQ(last.cipher, 0x002f);
	CHECK_EQ(last.client.port, 40000);
	CHECK_EQ(last.client.sealed_records, 2);
	CHECK_EQ(last.client.sealed_bytes, 140);
	CHECK_EQ(last.uid[1], 8);
	CHECK_EQ(last.flags, SESSION_IS_ESTABLISHED);
	CHECK_EQ(last.client.record_version, 0x0303);
	CHECK(last.client.hello.n > 34 && last.server.hello.n == 38);
	end();
}

static void segments_of_any_size(void)
{
	for (piece = 1; piece < 80; piece++)
		a_whole_handshake();
	piece = 0;
}

static void the_server_alone(void)
{
	begin();
	server_hello(SERVER, rsa_aes, none());
	certificate(SERVER, 3);
	CHECK_STR(told, "C");
	CHECK_EQ(last.server.port, 443);
	CHECK_EQ(last.server.n_certs, 3);
	CHECK_EQ(last.flags & (SESSION_FLIPPED | SESSION_STARTTLS), 0);
	end();
}

static void the_client_alone(void)
{
	begin();
	client_hello(CLIENT, rsa_aes, none());
	message(CLIENT, 16, "key", 3);
	record(CLIENT, CCS, "\1", 1);
	sealed(CLIENT, HANDSHAKE, 40);
	sealed(CLIENT, DATA, 400);
	dissect_end(d, SIDE_TCP_CLIENT, DISSECT_RST);
	CHECK_STR(told, "X");
	CHECK_STR(last.name, "www.example");
	CHECK_STR(last.history, "CGI");
	end();
}

static void behind_clear_text(void)
{
	begin();
	say(SERVER, span_str("220 mail.example ESMTP\r\n"));
	say(CLIENT, span_str("STARTTLS\r\n"));
	say(SERVER, span_str("220 go\x16 ahead\r\n"));
	flight12();
	CHECK_STR(told, "C");
	CHECK(last.flags & SESSION_STARTTLS);
	end();
	/* And where both are in one segment. */
	begin();
	struct buf b;
	buf_init(&b, 1 << 17);
	buf_str(&b, "* OK\r\n");
	server_hello_into(&b, 0x0303, rsa_aes, none());
	certificate_into(&b, 1, 300);
	say_buf(SERVER, &b);
	CHECK_STR(told, "C");
	end();
}

/* TDS: eight bytes before each piece, whatever it holds. */
static void say_tds(enum dissect_side side, uint8_t type, struct span s)
{
	struct buf b;

	buf_init(&b, 1 << 17);
	while (s.n > 0) {
		size_t n = s.n < 100 ? s.n : 100;

		buf_be(&b, type, 1);
		buf_be(&b, s.n == n, 1);
		buf_be(&b, n + 8, 2);
		buf_be(&b, 0x00000100, 4);
		buf_span(&b, span_take(&s, n));
	}
	say_buf(side, &b);
}

static void inside_tds(void)
{
	struct buf b;

	begin();
	say_tds(CLIENT, 0x12, span_str("prelogin"));
	say_tds(SERVER, 0x04, span_of("\0prelogin", 9));
	buf_init(&b, 1 << 17);
	client_hello_into(&b, rsa_aes, none());
	say_tds(CLIENT, 0x12, buf_view(&b));
	buf_reset(&b);
	server_hello_into(&b, 0x0303, rsa_aes, none());
	certificate_into(&b, 2, 300);
	say_tds(SERVER, 0x12, buf_view(&b));
	buf_done(&b);
	CHECK_STR(told, "C");
	CHECK_EQ(last.server.n_certs, 2);
	/* The rest without. */
	record(CLIENT, CCS, "\1", 1);
	sealed(CLIENT, HANDSHAKE, 40);
	record(SERVER, CCS, "\1", 1);
	sealed(SERVER, HANDSHAKE, 40);
	CHECK_STR(told, "CE");
	end();
}

static void the_tcp_server_is_the_client(void)
{
	begin();
	client_hello(SERVER, rsa_aes, none());
	server_hello(CLIENT, rsa_aes, none());
	certificate(CLIENT, 1);
	CHECK_STR(told, "C");
	CHECK_STR(last.history, "^Csx");
	CHECK(last.flags & SESSION_FLIPPED);
	CHECK_EQ(last.server.port, 40000);
	CHECK_EQ(last.client.port, 443);
	end();
}

static void tls13_is_hidden(void)
{
	begin();
	flight13();
	CHECK_STR(told, "");
	record(CLIENT, CCS, "\1", 1);
	CHECK_STR(told, "H");
	CHECK_EQ(last.sealed_certificate_n, 900);
	CHECK_EQ(last.version, 0x0304);
	CHECK_EQ(last.group, 29);
	sealed(CLIENT, DATA, 53);
	CHECK_STR(told, "HE");
	CHECK_STR(last.history, "CsiI");
	sealed(CLIENT, DATA, 100);
	close_both();
	CHECK_STR(told, "HEDX");
	end();
}

static void a_flight_in_one_record_says_no_size(void)
{
	begin();
	client_hello(CLIENT, aes13, none());
	server_hello(SERVER, aes13, span_of("\0\x2b\0\2\3\4", 6));
	sealed(SERVER, DATA, 1274);
	dissect_end(d, SIDE_TCP_SERVER, DISSECT_RST);
	CHECK_STR(told, "HX");
	CHECK_EQ(last.sealed_certificate_n, 0);
	end();
}

static void refused_in_clear(void)
{
	begin();
	flight12();
	record(CLIENT, ALERT, "\2\x30", 2);
	CHECK_STR(told, "CR");
	CHECK_EQ(last.client.alert, 48);
	CHECK_EQ(last.client.alert_level, 2);
	CHECK_EQ(last.alert_from, 1);
	CHECK_STR(last.history, "CsxnL");
	end();
	begin();
	flight13();
	record(CLIENT, ALERT, "\2\x30", 2);
	CHECK_STR(told, "HR");
	dissect_end(d, SIDE_TCP_CLIENT, DISSECT_FIN);
	CHECK_STR(told, "HR");
	end();
}

static void alerts_that_refuse_no_certificate(void)
{
	static const char *const rows[] = {"\2\x28", "\2\x2f", "\1\x30", "\1\0"};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		begin();
		flight12();
		record(CLIENT, ALERT, rows[i], 2);
		CHECK_STR(told, "C");
		end();
	}
	begin(); /* the server's */
	client_hello(CLIENT, rsa_aes, none());
	record(SERVER, ALERT, "\2\x30", 2);
	CHECK_STR(told, "");
	close_both();
	CHECK_STR(last.history, "Cl");
	CHECK_EQ(last.alert_from, 2);
	end();
}

/* The sizes of the client's sealed records, and what is told in the end. */
static void how_a_client_left(void)
{
	static const struct {
		size_t sizes[5];
		enum dissect_end how;
		const char *told;
	} rows[] = {
	    {{53}, DISSECT_FIN, "HEL"},
	    {{53, 19}, DISSECT_RST, "HELX"},
	    {{53, 100}, DISSECT_FIN, "HED"},
	    {{900, 281, 53}, DISSECT_FIN, "HEL"}, /* with a certificate of its own */
	    {{900, 281, 53, 60}, DISSECT_FIN, "HED"},
	    {{19}, DISSECT_FIN, "HEL"}, /* an alert in the place of Finished */
	    {{53}, DISSECT_TIMEOUT, "HEX"}, /* it did not leave */
	    {{69}, DISSECT_FIN, "HE"}, /* not the hash of this suite */
	    {{200, 200, 200}, DISSECT_FIN, "HED"},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		begin();
		flight13();
		for (size_t k = 0; rows[i].sizes[k]; k++)
			sealed(CLIENT, DATA, rows[i].sizes[k]);
		dissect_end(d, SIDE_TCP_CLIENT, rows[i].how);
		CHECK_STR(told, rows[i].told);
		end();
	}
}

static void who_was_sent_away_did_not_leave(void)
{
	begin();
	flight13();
	sealed(CLIENT, DATA, 53);
	dissect_end(d, SIDE_TCP_SERVER, DISSECT_FIN);
	dissect_end(d, SIDE_TCP_CLIENT, DISSECT_FIN);
	CHECK_STR(told, "HEX");
	end();
}

static void early_data_is_data(void)
{
	begin();
	client_hello(CLIENT, aes13, span_of("\0\x2a\0\0\0\x29\0\1x", 9));
	sealed(CLIENT, DATA, 200);
	CHECK_STR(told, "D");
	server_hello(SERVER, aes13, span_of("\0\x2b\0\2\3\4\0\x29\0\2\0\0", 12));
	sealed(SERVER, DATA, 60);
	sealed(CLIENT, DATA, 53);
	CHECK_STR(told, "DHE");
	CHECK(last.flags & SESSION_IS_RESUMED);
	dissect_end(d, SIDE_TCP_CLIENT, DISSECT_FIN);
	CHECK_STR(told, "DHE");
	end();
}

static void another_hello_was_asked_for(void)
{
	static const char retry[] = "\3\3\xcf\x21\xad\x74\xe5\x9a\x61\x11\xbe\x1d\x8c\x02\x1e\x65"
				    "\xb8\x91\xc2\xa2\x11\x16\x7a"
				    "\xbb\x8c\x5e\x07\x9e\x09\xe2\xc8\xa8\x33\x9c\0\x13\1\0\0\14\0"
				    "\x2b\0\2\3\4\0\x33\0\2\0\x17";

	begin();
	client_hello(CLIENT, aes13, none());
	message(SERVER, 2, retry, sizeof(retry) - 1);
	record(SERVER, CCS, "\1", 1);
	record(CLIENT, CCS, "\1", 1);
	client_hello(CLIENT, aes13, none());
	server_hello(SERVER, aes13, span_of("\0\x2b\0\2\3\4", 6));
	sealed(SERVER, DATA, 900);
	sealed(CLIENT, DATA, 53);
	CHECK_STR(told, "HE");
	CHECK_STR(last.history, "CjiICs");
	CHECK(last.flags & SESSION_HELLO_RETRY);
	CHECK_EQ(last.group, 0x17);
	end();
}

static void the_rest_of_the_flight(void)
{
	begin();
	client_hello(CLIENT, ecdhe, span_of("\xfe\x0d\0\5\0\0\1\0\1", 9));
	server_hello(SERVER, ecdhe, span_of("\0\x10\0\5\0\3\2h2\0\x12\0\4\0\2ab", 17));
	certificate(SERVER, 1);
	message(SERVER, 22, "\1\0\0\2xy", 6);
	message(SERVER, 12, "\3\0\x17key", 6);
	message(SERVER, 13, "ask", 3);
	message(SERVER, 14, "", 0);
	certificate(CLIENT, 2);
	message(CLIENT, 16, "", 0);
	message(CLIENT, 15, "", 0);
	message(SERVER, 4, "\0\0\1\x2c\0\0", 6);
	dissect_end(d, SIDE_TCP_CLIENT, DISSECT_TIMEOUT);
	CHECK_STR(told, "CX");
	CHECK_STR(last.history, "CsxukrnXGYt");
	CHECK_STR(last.alpn, "h2");
	CHECK(span_is(last.ocsp, "xy"));
	CHECK_EQ(last.sct.n, 4);
	CHECK(span_is(last.cert_request, "ask"));
	CHECK_EQ(last.group, 23);
	CHECK_EQ(last.client.n_certs, 2);
	CHECK(last.has_ticket);
	CHECK_EQ(last.ticket_lifetime_s, 300);
	CHECK(last.flags & SESSION_ECH && last.flags & SESSION_CLIENT_CERT_ASKED);
	end();
}

static void finite_field_groups_have_bits(void)
{
	begin();
	client_hello(CLIENT, dhe, none());
	server_hello(SERVER, dhe, none());
	message(SERVER, 12, "\0\4\0\x01\xff\xff\0\1\2", 9);
	dissect_end(d, SIDE_TCP_CLIENT, DISSECT_TIMEOUT);
	CHECK_EQ(last.dh_bits, 17);
	CHECK_EQ(last.group, 0);
	end();
}

static void a_session_id_or_a_ticket_resumes(void)
{
	static const char id[] = "0123456789abcdef0123456789abcdef";
	struct hello_bytes h = {0x0303, span_of(id, 32), rsa_aes, 1, {0}};
	struct buf body, b;

	begin();
	for (uint8_t type = 1; type <= 2; type++) {
		buf_init(&b, 1000);
		buf_init(&body, 1000);
		(type == 1 ? put_client_hello : put_server_hello)(&body, &h);
		message_into(&b, type, &body);
		say_buf(type == 1 ? CLIENT : SERVER, &b);
	}
	close_both();
	CHECK(last.flags & SESSION_IS_RESUMED);
	end();
	begin();
	client_hello(CLIENT, rsa_aes, span_of("\0\x23\0\1t", 5));
	server_hello(SERVER, rsa_aes, none());
	record(SERVER, CCS, "\1", 1);
	record(CLIENT, CCS, "\1", 1);
	close_both();
	CHECK(last.flags & SESSION_IS_RESUMED);
	end();
}

/* The server's flight as bytes, and where its parts begin. */
static struct buf flight;
static size_t at_certificate, at_done;

static void make_flight(void)
{
	buf_init(&flight, 1 << 17);
	server_hello_into(&flight, 0x0303, ecdhe, none());
	at_certificate = flight.n;
	certificate_into(&flight, 3, 300);
	at_done = flight.n;
	put_record(&flight, HANDSHAKE, 0x0303, span_of("\14\0\0\6\3\0\x17key", 10));
	put_record(&flight, HANDSHAKE, 0x0303, span_of("\16\0\0\0", 4));
}

/* Bytes [from, to) of it are lost; unknown: so many that nobody knows. */
static void lose(size_t from, size_t to, bool unknown)
{
	struct span all = buf_view(&flight);

	begin();
	client_hello(CLIENT, ecdhe, none());
	say(SERVER, span_of(all.p, from));
	dissect_gap(d, SIDE_TCP_SERVER, unknown ? 0 : (uint32_t)(to - from));
	say(SERVER, span_of(all.p + to, all.n - to));
	close_both();
}

static void holes_elsewhere_do_no_harm(void)
{
	make_flight();
	lose(20, 30, false); /* in the ServerHello */
	CHECK_EQ(last.server.n_certs, 3);
	CHECK(!last.server.certs_cut && last.flags & SESSION_GAP);
	end();
	lose(0, at_certificate, false); /* all of it */
	CHECK_EQ(last.server.n_certs, 3);
	end();
	lose(3, at_certificate, true);
	CHECK_EQ(last.server.n_certs, 3);
	end();
	lose(at_done + 1, at_done + 5, false);
	CHECK_EQ(last.server.n_certs, 3);
	CHECK_STR(told, "CX");
	end();
	lose(at_done + 10, at_done + 12, false); /* in the key exchange */
	CHECK_STR(last.history, "Csxkn");
	end();
	lose(at_done + 7, at_done + 12, false); /* its header too */
	CHECK_STR(last.history, "Csxn");
	end();
	buf_done(&flight);
}

static void what_stood_before_a_hole_is_kept(void)
{
	make_flight();
	for (size_t n = 0; n < 2; n++)
		for (size_t unknown = 0; unknown < 2; unknown++) {
			size_t from = at_certificate + 5 + 4 + 3 + n * 303 + 100;

			lose(from, from + 150, unknown);
			CHECK_EQ(last.server.n_certs, n);
			CHECK(last.server.certs_cut);
			end();
		}
	/* The tail never came. */
	begin();
	say(SERVER, span_of(flight.p, at_certificate + 5 + 4 + 3 + 303 + 303 + 20));
	CHECK_STR(told, "");
	dissect_end(d, SIDE_TCP_SERVER, DISSECT_FIN);
	CHECK_STR(told, "C");
	CHECK_EQ(last.server.n_certs, 2);
	CHECK(last.server.certs_cut);
	end();
	buf_done(&flight);
}

static void from_the_middle(void)
{
	make_flight();
	begin();
	say(SERVER, span_of(flight.p + 10, flight.n - 10));
	CHECK_STR(told, "C");
	CHECK(last.flags & SESSION_MIDSTREAM);
	CHECK_EQ(last.server.n_certs, 3);
	end();
	buf_done(&flight);
}

static void a_hole_in_sealed_data(void)
{
	begin();
	flight13();
	sealed(CLIENT, DATA, 53);
	say(CLIENT, span_of("\x17\3\3\1\0abc", 8));
	dissect_gap(d, SIDE_TCP_CLIENT, 253);
	CHECK_STR(told, "HED");
	CHECK(!(last.flags & SESSION_GAP));
	end();
}

static void no_tls_in_it(void)
{
	uint8_t bytes[256];
	uint32_t seed = 1;

	begin();
	for (size_t n = 0; n < DISSECT_LOOK_BYTES; n += sizeof(bytes)) {
		for (size_t i = 0; i < sizeof(bytes); i++)
			bytes[i] = (uint8_t)((seed = seed * 1664525 + 1013904223) >> 24);
		CHECK(dissect_wants(d, SIDE_TCP_SERVER));
		dissect_bytes(d, SIDE_TCP_SERVER, span_of(bytes, sizeof(bytes)));
	}
	CHECK(!dissect_wants(d, SIDE_TCP_SERVER));
	CHECK(dissect_wants(d, SIDE_TCP_CLIENT));
	CHECK(dissect_held(d) < 500);
	close_both();
	CHECK_STR(told, "");
	end();
}

static void what_is_no_tls_any_more_freezes_it(void)
{
	begin();
	flight12();
	message(CLIENT, 16, "key", 3);
	say(CLIENT, span_str("GET / HTTP/1.0\r\n\r\n"));
	CHECK(!dissect_wants(d, SIDE_TCP_CLIENT));
	record(SERVER, CCS, "\1", 1);
	sealed(SERVER, HANDSHAKE, 40);
	record(SERVER, ALERT, "\2\50", 2);
	close_both();
	CHECK_STR(told, "CX");
	CHECK_STR(last.history, "CsxnG");
	end();
	/* A server that speaks something else; its certificate would count all the same. */
	begin();
	client_hello(CLIENT, rsa_aes, none());
	say(CLIENT, span_str("oops"));
	server_hello(SERVER, rsa_aes, none());
	certificate(SERVER, 1);
	CHECK_STR(told, "C");
	end();
}

static void heartbeats(void)
{
	begin();
	flight12();
	record(CLIENT, HEARTBEAT, "\1\x40\0x", 4);
	record(CLIENT, HEARTBEAT, "\1", 1);
	record(CLIENT, CCS, "\1", 1);
	sealed(CLIENT, DATA, 10);
	sealed(CLIENT, HEARTBEAT, 48);
	close_both();
	CHECK_EQ(last.n_heartbeats, 2);
	CHECK_EQ(last.heartbeats[0].type, 1);
	CHECK_EQ(last.heartbeats[0].payload_n, 0x4000);
	CHECK_EQ(last.heartbeats[0].record_n, 4);
	CHECK_EQ(last.heartbeats[1].type, 0);
	CHECK_EQ(last.heartbeats[1].record_n, 48);
	CHECK_EQ(last.heartbeats[1].data_before, 1);
	CHECK(last.heartbeats[1].from_client);
	CHECK_STR(last.history, "CsxnBI");
	end();
}

static void sslv2(void)
{
	static const char client[] = "\x80\x1f\1\0\2\0\6\0\0\0\20\1\0\x80\7\0\xc0"
				     "0123456789abcdef",
			  offer[] = "\x80\x1c\1\3\1\0\3\0\0\0\20\0\0\x2f"
				    "0123456789abcdef",
			  server[] = "\x80\x20\4\0\1\0\2\0\2\0\3\0\20\x30\0\1\0\x80"
				     "0123456789abcdef";

	begin();
	say(CLIENT, span_of(client, sizeof(client) - 1));
	say(SERVER, span_of(server, sizeof(server) - 1));
	CHECK_STR(told, "C");
	say(CLIENT, span_of("\x80\3\2\1\1", 5));
	CHECK_STR(told, "CE");
	CHECK_STR(last.history, "Cs");
	CHECK_EQ(last.version, 2);
	CHECK_EQ(last.cipher, 0x010080);
	CHECK_EQ(last.client.record_version, 2);
	CHECK_EQ(last.server.certs[0].n, 2);
	say(CLIENT, span_of("\x80\3xyz", 5));
	close_both();
	CHECK_STR(told, "CEX");
	end();
	/* An offer of TLS that is answered in TLS. */
	begin();
	say(CLIENT, span_of(offer, sizeof(offer) - 1));
	server_hello(SERVER, rsa_aes, none());
	certificate(SERVER, 1);
	message(CLIENT, 16, "key", 3);
	CHECK_STR(told, "C");
	close_both();
	CHECK_STR(last.history, "CsxG");
	CHECK_EQ(last.version, 0x0303);
	end();
}

static void sslv2_in_pieces(void)
{
	for (piece = 1; piece < 12; piece++)
		sslv2();
	piece = 0;
}

static void many_sealed_records_are_enough(void)
{
	begin();
	flight13();
	for (int i = 0; i < DISSECT_SEALED_MAX; i++)
		sealed(SERVER, DATA, 1000);
	CHECK(!dissect_wants(d, SIDE_TCP_SERVER));
	CHECK(dissect_wants(d, SIDE_TCP_CLIENT));
	CHECK_STR(told, "H");
	CHECK(dissect_held(d) > 500);
	end();
}

int main(void)
{
	RUN(a_whole_handshake);
	RUN(segments_of_any_size);
	RUN(the_server_alone);
	RUN(the_client_alone);
	RUN(behind_clear_text);
	RUN(inside_tds);
	RUN(the_tcp_server_is_the_client);
	RUN(tls13_is_hidden);
	RUN(a_flight_in_one_record_says_no_size);
	RUN(refused_in_clear);
	RUN(alerts_that_refuse_no_certificate);
	RUN(how_a_client_left);
	RUN(who_was_sent_away_did_not_leave);
	RUN(early_data_is_data);
	RUN(another_hello_was_asked_for);
	RUN(the_rest_of_the_flight);
	RUN(finite_field_groups_have_bits);
	RUN(a_session_id_or_a_ticket_resumes);
	RUN(holes_elsewhere_do_no_harm);
	RUN(what_stood_before_a_hole_is_kept);
	RUN(from_the_middle);
	RUN(a_hole_in_sealed_data);
	RUN(no_tls_in_it);
	RUN(what_is_no_tls_any_more_freezes_it);
	RUN(heartbeats);
	RUN(sslv2);
	RUN(sslv2_in_pieces);
	RUN(many_sealed_records_are_enough);
	return test_done();
}
