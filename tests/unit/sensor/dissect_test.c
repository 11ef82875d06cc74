#include "sensor/dissect.h"

#include "sensor/limits.h"
#include "unit/sensor/conversation.h"

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

/* The sizes of the client's sealed records, and what is told in the end. */
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

int main(void)
{
	RUN(a_whole_handshake);
	RUN(segments_of_any_size);
	RUN(the_server_alone);
	RUN(the_client_alone);
	RUN(behind_clear_text);
	RUN(inside_tds);
	RUN(the_tcp_server_is_the_client);
	RUN(holes_elsewhere_do_no_harm);
	RUN(what_stood_before_a_hole_is_kept);
	RUN(from_the_middle);
	RUN(a_hole_in_sealed_data);
	RUN(no_tls_in_it);
	RUN(what_is_no_tls_any_more_freezes_it);
	RUN(sslv2);
	RUN(sslv2_in_pieces);
	return test_done();
}
