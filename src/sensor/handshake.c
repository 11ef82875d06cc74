/*
 * handshake.c: the table from a message's type to what it says of the session. "Resumed" and
 * "established" mean what Zeek's ssl.log means by them. What TLS 1.3 seals is judged by sizes
 * (sealed.c).
 */
#include "sensor/handshake.h"

#include "sensor/history.h"
#include "sensor/limits.h"
#include "sensor/sealed.h"
#include "wire/certmsg.h"
#include "wire/clienthello.h"
#include "wire/handshake.h"
#include "wire/record.h"
#include "wire/serverhello.h"
#include "wire/suites.h"

enum { ALERT_FATAL = 2, ALERT_ILLEGAL_PARAMETER = 47, CURVE_NAMED = 3, HEARTBEAT_HEAD = 3 };

void handshake_init(struct handshake *h, const struct dissect_ops *ops, void *context, bool dtls)
{
	*h = (struct handshake){.ops = ops, .context = context, .dtls = dtls};
	arena_init(&h->arena, HANDSHAKE_ARENA_MAX);
}

void handshake_done(struct handshake *h)
{
	arena_done(&h->arena);
}

void handshake_tell(struct handshake *h, enum session_event event)
{
	if (h->told & 1u << event)
		return;
	h->told |= 1u << event;
	h->ops->event(h->context, event, &h->session);
}

static struct span keep(struct handshake *h, struct span s)
{
	struct span kept = arena_span(&h->arena, s);

	return kept.bad ? span_of(NULL, 0) : kept;
}

static void set_text(char *ret, size_t size, struct span s)
{
	size_t n = s.n < size ? s.n : size - 1;

	if (n)
		n = strnlen((const char *)s.p, n);
	if (n)
		memcpy(ret, s.p, n);
	ret[n] = 0;
}

static bool all_zero(struct span s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i])
			return false;
	return true;
}

static void on_client_hello(
    struct handshake *h, struct session_side *side, const struct handshake_message *m)
{
	struct session *s = &h->session;
	struct client_hello hello;

	if (err_is(client_hello_parse(m->body, h->dtls, &hello)))
		return;
	h->session_id_n = 0;
	if (hello.session_id.n <= sizeof(h->session_id) && !all_zero(hello.session_id)) {
		memcpy(h->session_id, hello.session_id.p, hello.session_id.n);
		h->session_id_n = (uint8_t)hello.session_id.n;
	}
	h->ticket_offered = hello.ticket.n > 0 && h->session_id_n == 0;
	h->psk_offered = hello.psk;
	h->early_offered = hello.early_data;
	if (hello.ech)
		s->flags |= SESSION_ECH;
	if (hello.n_names > 0)
		set_text(s->name, sizeof(s->name), hello.name);
	if (side->hello.n > 0)
		return; /* fingerprints are of the first */
	side->hello = keep(h, m->body);
	side->record_version = m->record_version;
}

/* Whether a version is one that seals certificates: 1.3, its drafts, experiments with them. */
static bool is_tls13(uint16_t version)
{
	return version == 0x0304 || version == 0xfefc || version >> 8 == 0x7f ||
	       version >> 8 == 0x7e;
}

/* As Zeek has it: an experiment of 2017 that looked like a resumption counts as one. */
static bool resumes_by_id(uint16_t version)
{
	return version != 0x0304 && version != 0xfefc && version >> 8 != 0x7f;
}

static void on_server_hello(
    struct handshake *h, struct session_side *side, const struct handshake_message *m)
{
	struct session *s = &h->session;
	struct server_hello hello;

	if (err_is(server_hello_skim(m->body, &hello)))
		return;
	h->server_hello = true;
	h->tls13 = is_tls13(hello.version);
	h->psk = hello.psk;
	s->version = hello.version;
	s->cipher = hello.cipher;
	if (hello.group)
		s->group = hello.group;
	if (hello.retry)
		s->flags |= SESSION_HELLO_RETRY;
	if (h->session_id_n > 0 && resumes_by_id(hello.version) &&
	    span_eq(hello.session_id, span_of(h->session_id, h->session_id_n)))
		s->flags |= SESSION_IS_RESUMED;
	if (hello.psk && h->psk_offered)
		s->flags |= SESSION_IS_RESUMED;
	if (hello.alpn.n > 0)
		set_text(s->alpn, sizeof(s->alpn), hello.alpn);
	side->hello = keep(h, m->body);
	side->record_version = m->record_version;
	if (hello.sct.n > 0)
		s->sct = keep(h, hello.sct);
}

static void on_hello_retry(
    struct handshake *h, struct session_side *side, const struct handshake_message *m)
{
	(void)side;
	(void)m;
	h->session.flags |= SESSION_HELLO_RETRY;
	h->tls13 = true;
}

static void on_certificate(
    struct handshake *h, struct session_side *side, const struct handshake_message *m)
{
	struct cert_list list;

	if (side->n_certs > 0 || m->body.n == 0)
		return;
	side->certs_cut = m->cut;
	if (err_is(cert_list_parse(keep(h, m->body), false, &list)))
		return;
	side->certs_cut = m->cut || list.cut;
	side->n_certs = list.n < CHAIN_CERTS_MAX ? list.n : CHAIN_CERTS_MAX;
	memcpy(side->certs, list.certs, side->n_certs * sizeof(list.certs[0]));
	if (side == &h->session.server && list.n > 0)
		handshake_tell(h, SESSION_CERTIFICATE);
}

static void on_status(
    struct handshake *h, struct session_side *side, const struct handshake_message *m)
{
	struct span ocsp;

	(void)side;
	if (!err_is(cert_status_parse(m->body, &ocsp)))
		h->session.ocsp = keep(h, ocsp);
}

static uint16_t bits_of(struct span number)
{
	uint16_t bits = 0;

	while (number.n > 0 && number.p[0] == 0)
		span_take(&number, 1);
	if (number.n == 0 || number.n > UINT16_MAX / 8)
		return 0;
	for (uint8_t top = number.p[0]; top; top >>= 1)
		bits++;
	return (uint16_t)(bits + 8 * (number.n - 1));
}

/* RFC 8422 5.4, RFC 5246 7.4.3; behind an identity hint with PSK (RFC 4279 3, RFC 5489 2). */
static void on_key_exchange(
    struct handshake *h, struct session_side *side, const struct handshake_message *m)
{
	const struct suite *suite = suite_find((uint16_t)h->session.cipher);
	const char *name = suite ? suite->name : "";
	struct span body = m->body, p;

	(void)side;
	if (strstr(name, "_PSK_"))
		span_vec(&body, 2);
	if (strstr(name, "_ECDH")) {
		if (span_u8(&body) == CURVE_NAMED)
			h->session.group = span_u16(&body);
	} else if (strstr(name, "_DHE_") || strstr(name, "_DH_anon_")) {
		p = span_vec(&body, 2);
		h->session.dh_bits = bits_of(p);
	}
}

static void on_request(
    struct handshake *h, struct session_side *side, const struct handshake_message *m)
{
	(void)side;
	h->session.flags |= SESSION_CLIENT_CERT_ASKED;
	h->session.cert_request = keep(h, m->body);
}

static void on_ticket(
    struct handshake *h, struct session_side *side, const struct handshake_message *m)
{
	struct span body = m->body;

	(void)side;
	h->session.ticket_lifetime_s = span_u32(&body);
	h->session.has_ticket = !body.bad;
}

static void on_client_key(
    struct handshake *h, struct session_side *side, const struct handshake_message *m)
{
	(void)side;
	(void)m;
	h->key_exchange = true;
}

typedef void message_fn(
    struct handshake *h, struct session_side *side, const struct handshake_message *m);

/* Who may send it; what is only a letter has no row. */
enum { FROM_CLIENT = 1, FROM_SERVER = 2, WHOLE = 4 /* its front alone says nothing */ };

static const struct row {
	uint8_t type;
	uint8_t who;
	message_fn *fn;
} rows[] = {
    {HS_CLIENT_HELLO, FROM_CLIENT, on_client_hello},
    {HS_SERVER_HELLO, FROM_SERVER, on_server_hello},
    {HS_HELLO_RETRY_REQUEST, FROM_SERVER, on_hello_retry},
    {HS_CERTIFICATE, FROM_CLIENT | FROM_SERVER, on_certificate},
    {HS_CERTIFICATE_STATUS, FROM_SERVER | WHOLE, on_status},
    {HS_SERVER_KEY_EXCHANGE, FROM_SERVER, on_key_exchange},
    {HS_CERTIFICATE_REQUEST, FROM_SERVER | WHOLE, on_request},
    {HS_NEW_SESSION_TICKET, FROM_SERVER, on_ticket},
    {HS_CLIENT_KEY_EXCHANGE, FROM_CLIENT, on_client_key},
};

static void history(struct handshake *h, bool client, char letter)
{
	if (!h->frozen)
		history_add(&h->session, client, letter);
}

static void apply(struct handshake *h, bool client, const struct handshake_message *m)
{
	struct session_side *side = client ? &h->session.client : &h->session.server;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (rows[i].type != m->type ||
		    !(rows[i].who & (client ? FROM_CLIENT : FROM_SERVER)))
			continue;
		if (!m->cut || !(rows[i].who & WHOLE))
			rows[i].fn(h, side, m);
	}
}

void handshake_message(struct handshake *h, bool client, const struct handshake_message *m)
{
	char letter = history_letter(m->type);
	struct server_hello hello;

	if (m->type == HS_SERVER_HELLO && !err_is(server_hello_skim(m->body, &hello)) &&
	    hello.retry)
		letter = history_letter(HS_HELLO_RETRY_REQUEST);
	history(h, client, letter); /* first: what it says may be told at once */
	apply(h, client, m);
}

void handshake_repeated(struct handshake *h, bool client, uint8_t type)
{
	history(h, client, history_letter(type));
}

void handshake_ccs(struct handshake *h, bool client)
{
	history(h, client, 'i');
	h->ccs[client] = true;
	if (client && h->ticket_offered && !h->key_exchange)
		h->session.flags |= SESSION_IS_RESUMED;
	if (client)
		sealed_server_flight_is_over(h);
}

/* 42 .. 46 and 48: RFC 8446 6.2. What lies between them, 47, says nothing of certificates. */
static bool is_refusal(const struct handshake *h, uint8_t level, uint8_t alert)
{
	return alert >= 42 && alert <= 48 && alert != ALERT_ILLEGAL_PARAMETER &&
	       (level == ALERT_FATAL || h->tls13);
}

void handshake_alert(struct handshake *h, bool client, uint8_t level, uint8_t alert)
{
	struct session *s = &h->session;
	struct session_side *side = client ? &s->client : &s->server;

	if (h->frozen)
		return;
	history(h, client, 'l');
	side->alert_level = level;
	side->alert = alert;
	s->alert_from = client ? 1 : 2;
	if (!client)
		return;
	sealed_server_flight_is_over(h);
	/* With its own hello before it, it answers what a capture of one side does not show. */
	if (is_refusal(h, level, alert) &&
	    (h->server_hello || s->server.n_certs > 0 || s->client.hello.n > 0))
		handshake_tell(h, SESSION_REJECTED);
}

static void note_heartbeat(struct handshake *h, const struct session_heartbeat *beat)
{
	struct session *s = &h->session;

	if (s->n_heartbeats < SESSION_HEARTBEATS_MAX)
		s->heartbeats[s->n_heartbeats] = *beat;
	s->n_heartbeats++;
}

static struct session_heartbeat heartbeat_of(const struct handshake *h, bool client, size_t n)
{
	return (struct session_heartbeat){.from_client = client,
	    .record_n = (uint16_t)n,
	    .data_before = h->data_records,
	    .time_us = h->session.last_us};
}

void handshake_heartbeat(struct handshake *h, bool client, struct span body)
{
	struct session_heartbeat beat = heartbeat_of(h, client, body.n);

	if (body.n < HEARTBEAT_HEAD)
		return;
	history(h, client, 'b');
	beat.type = span_u8(&body);
	beat.payload_n = span_u16(&body);
	note_heartbeat(h, &beat);
}

void handshake_sealed(struct handshake *h, bool client, uint8_t content_type, uint16_t n)
{
	struct session *s = &h->session;
	struct session_side *side = client ? &s->client : &s->server;
	bool ready;

	if (h->frozen)
		return;
	if (content_type == CONTENT_HEARTBEAT) {
		struct session_heartbeat beat = heartbeat_of(h, client, n);

		note_heartbeat(h, &beat);
	}
	side->sealed_records++;
	side->sealed_bytes += n;
	h->data_records += content_type == CONTENT_DATA;
	if (!client || h->server_hello) /* early data is no handshake */
		h->sealed[client] = true;
	if (client)
		sealed_from_client(h, content_type, n);
	else
		sealed_from_server(h, n);
	ready = h->tls13 ? h->server_hello && h->sealed[0] && h->sealed[1] : h->ccs[0] && h->ccs[1];
	if (!ready)
		return;
	s->flags |= SESSION_IS_ESTABLISHED;
	handshake_tell(h, SESSION_ESTABLISHED);
}

void handshake_flip(struct handshake *h)
{
	struct session *s = &h->session;
	struct addr addr = s->client.addr;
	uint16_t port = s->client.port;

	s->client.addr = s->server.addr;
	s->client.port = s->server.port;
	s->server.addr = addr;
	s->server.port = port;
	s->flags ^= SESSION_FLIPPED;
	if (s->flags & SESSION_FLIPPED)
		history(h, true, '^');
}

static void sslv2_client(struct handshake *h, struct span message)
{
	struct sslv2_client_hello hello;

	if (err_is(sslv2_client_hello_parse(message, &hello)))
		return;
	h->session.client.hello = keep(h, message);
	h->session.client.record_version = VERSION_SSL2;
	history(h, true, 'c');
}

static void sslv2_server(struct handshake *h, struct span message)
{
	struct session *s = &h->session;
	struct sslv2_server_hello hello;
	struct span kept = keep(h, message);

	if (err_is(sslv2_server_hello_parse(kept, &hello)))
		return;
	h->server_hello = true;
	s->version = VERSION_SSL2;
	s->cipher = hello.ciphers.n >= 3 ? span_u24(&hello.ciphers) : 0;
	s->server.hello = kept;
	s->server.record_version = VERSION_SSL2;
	if (hello.resumed)
		s->flags |= SESSION_IS_RESUMED;
	history(h, false, 's');
	if (hello.cert.n == 0)
		return;
	s->server.certs[0] = hello.cert;
	s->server.n_certs = 1;
	handshake_tell(h, SESSION_CERTIFICATE);
}

void handshake_sslv2(struct handshake *h, bool client, struct span message)
{
	if (message.n == 0)
		return;
	if (message.p[0] == SSLV2_CLIENT_HELLO && client)
		sslv2_client(h, message);
	else if (message.p[0] == SSLV2_SERVER_HELLO && !client)
		sslv2_server(h, message);
	else if (message.p[0] == SSLV2_CLIENT_MASTER_KEY && client && h->server_hello) {
		h->session.flags |= SESSION_IS_ESTABLISHED;
		handshake_tell(h, SESSION_ESTABLISHED);
	}
}

void handshake_end(struct handshake *h, bool client, enum dissect_end how)
{
	bool first = !h->ended[0] && !h->ended[1];

	if (h->told & 1u << SESSION_END)
		return;
	sealed_server_flight_is_over(h);
	/* A server answers the client's good-bye with its own FIN, which may overtake the
	 * client's. */
	if (first && (client || h->client_said_bye) && how != DISSECT_TIMEOUT)
		sealed_client_left(h);
	h->ended[client] = true;
	if (how != DISSECT_FIN)
		h->ended[!client] = true;
	if (h->ended[0] && h->ended[1])
		handshake_tell(h, SESSION_END);
}

bool handshake_is_sealed(const struct handshake *h, bool client)
{
	return h->ccs[client] && !h->tls13;
}

bool handshake_said_all(const struct handshake *h)
{
	uint32_t all = 1u << SESSION_ESTABLISHED | 1u << SESSION_DATA;

	return (h->told & all) == all;
}
