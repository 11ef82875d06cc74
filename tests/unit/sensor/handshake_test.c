#include "sensor/handshake.h"

#include "sensor/limits.h"
#include "unit/sensor/conversation.h"

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

static void refused_where_only_the_client_is_seen(void)
{
	begin();
	client_hello(CLIENT, aes13, none());
	record(CLIENT, ALERT, "\2\x30", 2);
	CHECK_STR(told, "R");
	CHECK_STR(last.name, "www.example");
	end();
	begin();
	client_hello(CLIENT, aes13, none());
	record(CLIENT, ALERT, "\2\x2f", 2);
	record(CLIENT, ALERT, "\1\x30", 2);
	CHECK_STR(told, "");
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

int main(void)
{
	RUN(refused_in_clear);
	RUN(refused_where_only_the_client_is_seen);
	RUN(alerts_that_refuse_no_certificate);
	RUN(another_hello_was_asked_for);
	RUN(the_rest_of_the_flight);
	RUN(finite_field_groups_have_bits);
	RUN(a_session_id_or_a_ticket_resumes);
	RUN(heartbeats);
	return test_done();
}
