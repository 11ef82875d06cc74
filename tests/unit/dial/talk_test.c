#include "dial/talk.h"

#include "lib/peer.h"
#include "wire/key_shares.h"

#include <errno.h>

enum { SECOND = 1000000 };

/* What a talk told, copied while it could be read. */
struct told {
	struct loop *loop;
	int times;
	enum talk_end end;
	int os_error;
	uint8_t dialect;
	char first[65];
	bool has_flight;
	enum flight_end flight_end;
	size_t n_certs, cert_n;
	uint8_t alert;
};

static struct key_shares *shares;

static void done(void *context, const struct talk_result *r)
{
	struct told *told = context;

	told->times++;
	told->end = r->end;
	told->os_error = r->os_error;
	told->dialect = r->dialect ? r->dialect->id : 0;
	memcpy(told->first, r->first.p ? (const char *)r->first.p : "", r->first.n);
	told->has_flight = r->flight != NULL;
	if (r->flight) {
		told->flight_end = r->flight->end;
		told->n_certs = r->flight->n_certs;
		told->cert_n = r->flight->n_certs ? r->flight->certs[0].n : 0;
		told->alert = r->flight->alert;
	}
	loop_stop(told->loop);
}

static struct talk_spec spec_for(const struct peer *p, const char *dialect)
{
	return (struct talk_spec){
	    .addr = p->addr,
	    .port = p->port,
	    .fd = -1,
	    .dialect = dialect ? dialect_by_name(dialect) : NULL,
	    .hello = {.variant = HELLO_MODERN, .name = "server.example"},
	    .shares = shares,
	    .connect_us = 10 * SECOND,
	    .step_us = 10 * SECOND,
	    .total_us = 30 * SECOND,
	    .done = done,
	};
}

static struct told talk(struct talk_spec spec)
{
	struct told told = {0};
	struct talk *t = NULL;

	CHECK(!err_is(loop_new(&told.loop)));
	spec.context = &told;
	CHECK(!err_is(talk_start(told.loop, &spec, &t)));
	CHECK_EQ(told.times, 0); /* never from within */
	CHECK(!err_is(loop_run(told.loop)));
	CHECK_EQ(told.times, 1);
	loop_free(told.loop);
	return told;
}

static struct buf flight_of(size_t der_n)
{
	static uint8_t der[65536];
	struct span ders[2] = {span_of(der, der_n), span_of(der, 10)};
	struct buf b;

	buf_init(&b, 1 << 20);
	peer_flight(&b, ders, 2);
	return b;
}

#define SAY(text)                                                                                  \
	{                                                                                          \
		PEER_SAY, text, sizeof(text) - 1                                                   \
	}
#define HEAR                                                                                       \
	{                                                                                          \
		PEER_HEAR, NULL, 0                                                                 \
	}

static void tls_at_once(void)
{
	struct buf flight = flight_of(1000);
	struct peer_script script = {{HEAR, {PEER_SAY, flight.p, flight.n}, {PEER_HOLD, NULL, 0}}};
	struct peer p = peer_start(&script, 1);
	struct told told = talk(spec_for(&p, NULL));

	CHECK_EQ(told.end, TALK_FLIGHT);
	CHECK_EQ(told.flight_end, FLIGHT_CERT);
	CHECK_EQ(told.n_certs, 2);
	CHECK_EQ(told.cert_n, 1000);
	CHECK_EQ(peer_stop(&p), 1);
	buf_done(&flight);
}

static void tls_in_drips(void)
{
	struct buf flight = flight_of(300);
	struct peer_script script = {{HEAR, {PEER_DRIP, flight.p, flight.n}, {PEER_HOLD, NULL, 0}}};
	struct peer p = peer_start(&script, 1);
	struct told told = talk(spec_for(&p, NULL));

	CHECK_EQ(told.flight_end, FLIGHT_CERT);
	CHECK_EQ(told.cert_n, 300);
	peer_stop(&p);
	buf_done(&flight);
}

static void a_socket_handed_over_is_used(void)
{
	struct buf flight = flight_of(100);
	struct peer_script script = {{HEAR, {PEER_SAY, flight.p, flight.n}, {PEER_HOLD, NULL, 0}}};
	struct peer p = peer_start(&script, 1);
	struct talk_spec spec = spec_for(&p, NULL);

	spec.fd = peer_connect(&p);
	CHECK_EQ(talk(spec).flight_end, FLIGHT_CERT);
	CHECK(fcntl(spec.fd, F_GETFD) < 0);
	CHECK_EQ(peer_stop(&p), 1);
	buf_done(&flight);
}

static void starttls_then_tls(void)
{
	struct buf flight = flight_of(100);
	struct peer_script script = {{SAY("220 mx\r\n"), HEAR, SAY("250-mx\r\n250 STARTTLS\r\n"),
	    HEAR, SAY("220 go\r\n"), HEAR, {PEER_SAY, flight.p, flight.n}, {PEER_HOLD, NULL, 0}}};
	struct peer p = peer_start(&script, 1);
	struct told told = talk(spec_for(&p, "smtp"));

	CHECK_EQ(told.end, TALK_FLIGHT);
	CHECK_EQ(told.flight_end, FLIGHT_CERT);
	CHECK_EQ(told.dialect, DIALECT_SMTP);
	CHECK(strncmp(told.first, "220 mx", 6) == 0);
	peer_stop(&p);
	buf_done(&flight);
}

static void a_refused_upgrade(void)
{
	struct peer_script script = {{SAY("220 mx\r\n"), HEAR, SAY("250 mx\r\n"), HEAR,
	    SAY("502 no\r\n"), {PEER_HOLD, NULL, 0}}};
	struct peer p = peer_start(&script, 1);
	struct told told = talk(spec_for(&p, "smtp"));

	CHECK_EQ(told.end, TALK_NO_UPGRADE);
	CHECK(!told.has_flight);
	peer_stop(&p);
}

/* Nothing was said yet when it greets, so it is answered in its own dialect, on the same
 * connection. */
static void listening_finds_the_dialect(void)
{
	struct buf flight = flight_of(100);
	struct peer_script script = {{SAY("* OK hello\r\n"), HEAR, SAY("a1 OK\r\n"), HEAR,
	    {PEER_SAY, flight.p, flight.n}, {PEER_HOLD, NULL, 0}}};
	struct peer p = peer_start(&script, 1);
	struct talk_spec spec = spec_for(&p, NULL);
	struct told told;

	spec.listen_us = 10 * SECOND;
	told = talk(spec);
	CHECK_EQ(told.flight_end, FLIGHT_CERT);
	CHECK_EQ(told.dialect, DIALECT_IMAP);
	CHECK_EQ(peer_stop(&p), 1);
	buf_done(&flight);
}

static void listening_in_vain_ends_in_a_hello(void)
{
	struct buf flight = flight_of(100);
	struct peer_script script = {{HEAR, {PEER_SAY, flight.p, flight.n}, {PEER_HOLD, NULL, 0}}};
	struct peer p = peer_start(&script, 1);
	struct talk_spec spec = spec_for(&p, NULL);
	struct told told;

	spec.listen_us = SECOND / 10;
	told = talk(spec);
	CHECK_EQ(told.flight_end, FLIGHT_CERT);
	CHECK_EQ(told.dialect, DIALECT_NONE);
	peer_stop(&p);
	buf_done(&flight);
}

static void an_unknown_greeting_gets_no_hello(void)
{
	struct peer_script script = {{SAY("SSH-2.0-x\r\n"), {PEER_HOLD, NULL, 0}}};
	struct peer p = peer_start(&script, 1);
	struct talk_spec spec = spec_for(&p, NULL);
	struct told told;

	spec.listen_us = 10 * SECOND;
	told = talk(spec);
	CHECK_EQ(told.end, TALK_NO_UPGRADE);
	CHECK_EQ(told.dialect, DIALECT_NONE);
	CHECK_STR(told.first, "SSH-2.0-x\r\n");
	peer_stop(&p);
}

static void an_answer_that_is_not_tls(void)
{
	struct peer_script script = {{HEAR, SAY("HTTP/1.1 400 Bad Request\r\n\r\n")}};
	struct peer p = peer_start(&script, 1);
	struct told told = talk(spec_for(&p, NULL));

	CHECK_EQ(told.end, TALK_FLIGHT);
	CHECK_EQ(told.flight_end, FLIGHT_NOT_TLS);
	peer_stop(&p);
}

static void an_alert(void)
{
	struct peer_script script = {{HEAR, SAY("\x15\x03\x03\x00\x02\x02\x70")}};
	struct peer p = peer_start(&script, 1);
	struct told told = talk(spec_for(&p, NULL));

	CHECK_EQ(told.flight_end, FLIGHT_ALERT);
	CHECK_EQ(told.alert, 112);
	peer_stop(&p);
}

static void closed_and_reset_and_silent(void)
{
	static const struct {
		struct peer_script script;
		const char *dialect;
		enum talk_end end;
	} cases[] = {
	    {{{HEAR}}, NULL, TALK_CLOSED},
	    {{{HEAR, {PEER_RESET, NULL, 0}}}, NULL, TALK_CLOSED},
	    {{{{PEER_RESET, NULL, 0}}}, NULL, TALK_CLOSED},
	    {{{{PEER_END, NULL, 0}}}, "smtp", TALK_CLOSED},
	    {{{SAY("220 mx\r\n"), HEAR}}, "smtp", TALK_NO_UPGRADE},
	    {{{SAY("220 mx"), {PEER_HOLD, NULL, 0}}}, "smtp", TALK_SILENT},
	    {{{{PEER_HOLD, NULL, 0}}}, NULL, TALK_SILENT},
	    {{{HEAR, SAY("\x16\x03"), {PEER_HOLD, NULL, 0}}}, NULL, TALK_SILENT},
	    {{{HEAR, SAY("\x16\x03")}}, NULL, TALK_FLIGHT},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct peer p = peer_start(&cases[i].script, 1);
		struct talk_spec spec = spec_for(&p, cases[i].dialect);
		struct told told;

		if (cases[i].end == TALK_SILENT)
			spec.step_us = SECOND / 4;
		told = talk(spec);
		if (told.end != cases[i].end)
			printf("# case %zu:\n", i);
		CHECK_EQ(told.end, cases[i].end);
		CHECK_EQ(peer_stop(&p), 1);
	}
}

/* A peer that always has a little more to say is left at the total deadline. */
static void a_tarpit_ends_at_the_total(void)
{
	static const char drops[4000] = {'2', '2', '0', '-'};
	struct peer_script script = {{{PEER_DRIP, drops, sizeof(drops)}}};
	struct peer p = peer_start(&script, 1);
	struct talk_spec spec = spec_for(&p, "smtp");

	spec.total_us = SECOND / 2;
	CHECK_EQ(talk(spec).end, TALK_SILENT);
	peer_stop(&p);
}

static void no_connection(void)
{
	struct peer_script script = {{{PEER_HOLD, NULL, 0}}};
	struct peer p = peer_start(&script, 1);
	struct told told;

	peer_stop(&p);
	told = talk(spec_for(&p, NULL));
	CHECK_EQ(told.end, TALK_REFUSED);
	CHECK_EQ(told.os_error, ECONNREFUSED);
}

/* A broadcast address needs a permission that we do not ask for: connect() fails at once. */
static void no_way_there(void)
{
	struct peer p = {.addr = addr_from_v4(0xffffffff), .port = 443};
	struct told told = talk(spec_for(&p, NULL));

	CHECK_EQ(told.end, TALK_UNREACHABLE);
	CHECK(told.os_error != 0);
}

static void aborted_talks_say_nothing(void)
{
	struct peer_script script = {{{PEER_HOLD, NULL, 0}}};
	struct peer p = peer_start(&script, 1);
	struct talk_spec spec = spec_for(&p, NULL);
	struct told told = {0};
	struct talk *t = NULL;

	CHECK(!err_is(loop_new(&told.loop)));
	spec.context = &told;
	CHECK(!err_is(talk_start(told.loop, &spec, &t)));
	talk_abort(t);
	CHECK(!err_is(loop_run(told.loop)));
	CHECK_EQ(told.times, 0);
	loop_free(told.loop);
	peer_stop(&p);
}

int main(void)
{
	if (err_is(key_shares_new(&shares)))
		return 1;
	RUN(tls_at_once);
	RUN(tls_in_drips);
	RUN(a_socket_handed_over_is_used);
	RUN(starttls_then_tls);
	RUN(a_refused_upgrade);
	RUN(listening_finds_the_dialect);
	RUN(listening_in_vain_ends_in_a_hello);
	RUN(an_unknown_greeting_gets_no_hello);
	RUN(an_answer_that_is_not_tls);
	RUN(an_alert);
	RUN(closed_and_reset_and_silent);
	RUN(a_tarpit_ends_at_the_total);
	RUN(no_connection);
	RUN(no_way_there);
	RUN(aborted_talks_say_nothing);
	key_shares_free(shares);
	return test_done();
}
