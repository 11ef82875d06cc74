/*
 * conversation.c: records of datagrams to the handshake. Who sent the first datagram of all is the
 * one who began (in WebRTC that is often the DTLS server); where that was a handshake message, its
 * kind tells. Messages wait a while for those before them, then go without.
 */
#include "sensor/conversation.h"

#include "sensor/handshake.h"
#include "sensor/limits.h"
#include "wire/clienthello.h"
#include "wire/dtls.h"
#include "wire/handshake.h"
#include "wire/record.h"
#include "wire/serverhello.h"
#include "wire/stun.h"

#include <stdlib.h>

enum { ALERT_BYTES = 2, RANDOM_BYTES = 32, STUN_LAST = 3, DTLS_FIRST = 20, TURN_LAST = 79 };

/* One side of it, [client?]. */
struct voice {
	struct dtls_assembly messages;
	size_t cid_n; /* of the connection ids that it is sent; DTLS_CID_UNKNOWN */
	bool sealed; /* under a connection id, nothing but the first says what it was */
};

/* Once DTLS was found. */
struct dtls_talk {
	struct handshake handshake;
	struct voice voices[2];
	uint8_t client; /* end of the key that speaks as client */
	uint8_t random[RANDOM_BYTES]; /* of its first hello; zero: not seen */
	int64_t waits_since_us; /* something is held; 0: nothing */
};

struct conversation {
	struct connection_home *home;
	const struct flow_key *key;
	struct dtls_talk *talk; /* NULL: no DTLS so far */
	int64_t begin_us;
	uint8_t first; /* end that began, where `stun` */
	bool stun; /* it began with STUN */
	bool deaf; /* no memory */
};

/* RFC 7983: 0 .. 3 STUN, 20 .. 63 DTLS, 64 .. 79 TURN. */
bool conversation_may(const struct packet *p)
{
	uint8_t first = p->payload.n ? p->payload.p[0] : 255;

	return first <= STUN_LAST || (first >= DTLS_FIRST && first <= TURN_LAST);
}

static int look(const struct packet *p)
{
	return dtls_look(stun_inside(p->payload), p->missing > 0);
}

bool conversation_begins(const struct packet *p)
{
	return look(p) >= 0 || stun_looks(p->payload);
}

bool conversation_begins_again(const struct packet *p)
{
	return look(p) == HS_CLIENT_HELLO;
}

struct conversation *conversation_new(struct connection_home *home, const struct flow_key *key,
    const struct packet *first, unsigned from)
{
	struct conversation *c = calloc(1, sizeof(*c));

	if (!c)
		return NULL;
	c->home = home;
	c->key = key;
	c->begin_us = first->time_us;
	c->first = (uint8_t)from;
	c->stun = look(first) < 0;
	return c;
}

static void talk_free(struct dtls_talk *t)
{
	if (!t)
		return;
	dtls_assembly_done(&t->voices[0].messages);
	dtls_assembly_done(&t->voices[1].messages);
	handshake_done(&t->handshake);
	free(t);
}

void conversation_free(struct conversation *c)
{
	if (!c)
		return;
	talk_free(c->talk);
	free(c);
}

size_t conversation_held(const struct conversation *c)
{
	const struct dtls_talk *t = c->talk;

	if (!t)
		return sizeof(*c);
	return sizeof(*c) + sizeof(*t) + t->handshake.arena.used +
	       dtls_assembly_held(&t->voices[0].messages) +
	       dtls_assembly_held(&t->voices[1].messages);
}

static void on_event(void *context, enum session_event event, const struct session *session)
{
	struct conversation *c = context;

	connection_tell(c->home, event, session);
}

static const struct dissect_ops ops = {on_event};

static void side_of(const struct conversation *c, unsigned end, struct session_side *ret)
{
	memcpy(ret->addr.b, c->key->addr[end], sizeof(ret->addr.b));
	ret->port = c->key->port[end];
}

/* type: of the message that was found, from that end. */
static struct dtls_talk *talk_new(
    struct conversation *c, const struct packet *p, unsigned from, int type)
{
	struct dtls_talk *t = calloc(1, sizeof(*t));
	bool from_client = type == HS_CLIENT_HELLO || type == HS_CLIENT_KEY_EXCHANGE;
	struct session *s;

	if (!t)
		return NULL;
	handshake_init(&t->handshake, &ops, c, true);
	t->client = (uint8_t)(from_client ? from : !from);
	t->voices[0].cid_n = t->voices[1].cid_n = DTLS_CID_UNKNOWN;
	s = &t->handshake.session;
	connection_uid(c->home, s->uid);
	s->transport = TRANSPORT_UDP;
	s->begin_us = c->begin_us;
	s->first_us = s->last_us = p->time_us;
	s->packet = p->number;
	side_of(c, c->stun ? c->first : t->client, &s->client);
	side_of(c, c->stun ? !c->first : !t->client, &s->server);
	if (c->stun && c->first != t->client)
		handshake_flip(&t->handshake);
	if (c->stun)
		s->flags |= SESSION_STUN;
	if (type != HS_CLIENT_HELLO)
		s->flags |= SESSION_MIDSTREAM;
	return t;
}

/* The other side's records carry what this hello asks for. */
static void note_hello(struct dtls_talk *t, bool client, const struct dtls_message *m)
{
	struct client_hello hello;
	struct server_hello answer;

	if (m->type == HS_CLIENT_HELLO && client &&
	    !err_is(client_hello_parse(m->body, true, &hello)))
		t->voices[0].cid_n = dtls_cid_of(hello.extensions);
	if (m->type == HS_SERVER_HELLO && !client && !err_is(server_hello_skim(m->body, &answer)))
		t->voices[1].cid_n = dtls_cid_of(answer.extensions);
}

static void on_message(struct dtls_talk *t, bool client, const struct dtls_message *m)
{
	struct handshake_message message = {
	    .type = m->type, .body = m->body, .record_version = m->record_version, .cut = m->cut};

	if (m->again) {
		handshake_repeated(&t->handshake, client, m->type);
		return;
	}
	note_hello(t, client, m);
	if (m->cut)
		t->handshake.session.flags |= SESSION_GAP;
	if (!m->cut || m->type == HS_CERTIFICATE)
		handshake_message(&t->handshake, client, &message);
}

static void pull(struct dtls_talk *t, bool client, const struct dtls_record *r)
{
	struct dtls_assembly *a = &t->voices[client].messages;
	struct span in = r ? r->body : span_of(NULL, 0);
	struct dtls_message m;

	while (dtls_assembly_next(a, r, &in, &m))
		on_message(t, client, &m);
}

/* What a connection id hides: the first record is the Finished, the next ones are data. */
static uint8_t type_of_sealed(struct voice *v, const struct dtls_record *r)
{
	bool first = !v->sealed;

	v->sealed = true;
	if (r->type != CONTENT_CID)
		return r->type;
	return first ? CONTENT_HANDSHAKE : CONTENT_DATA;
}

static void on_record(struct dtls_talk *t, bool client, const struct dtls_record *r)
{
	struct handshake *h = &t->handshake;

	if (r->sealed) {
		handshake_sealed(
		    h, client, type_of_sealed(&t->voices[client], r), (uint16_t)r->body.n);
	} else if (r->type == CONTENT_HANDSHAKE) {
		pull(t, client, r);
	} else if (r->type == CONTENT_CCS) {
		handshake_ccs(h, client);
	} else if (r->type == CONTENT_ALERT && r->body.n == ALERT_BYTES) {
		handshake_alert(h, client, r->body.p[0], r->body.p[1]);
	} else if (r->type == CONTENT_HEARTBEAT) {
		handshake_heartbeat(h, client, r->body);
	}
}

/* Nothing retransmitted filled the holes. */
static void settle(struct dtls_talk *t, int64_t now_us)
{
	bool waits = dtls_assembly_waits(&t->voices[0].messages) ||
		     dtls_assembly_waits(&t->voices[1].messages);

	if (waits && t->waits_since_us && now_us - t->waits_since_us > DTLS_WAIT_US) {
		for (int i = 0; i < 2; i++) {
			dtls_assembly_settle(&t->voices[i].messages);
			pull(t, i, NULL);
		}
		t->waits_since_us = now_us;
	}
	if (!waits)
		t->waits_since_us = 0;
	else if (t->waits_since_us == 0)
		t->waits_since_us = now_us;
}

static void end(struct dtls_talk *t)
{
	struct dtls_message m;

	for (int i = 0; i < 2; i++) {
		dtls_assembly_settle(&t->voices[i].messages);
		pull(t, i, NULL);
		while (dtls_assembly_rest(&t->voices[i].messages, &m))
			on_message(t, i, &m);
	}
	handshake_end(&t->handshake, true, DISSECT_TIMEOUT);
}

void conversation_give_up(struct conversation *c)
{
	if (c->talk)
		end(c->talk);
}

/* A ClientHello that is not this session's: the association is made anew (RFC 6347 4.2.8). */
static bool is_another(const struct dtls_talk *t, struct span datagram)
{
	struct span random = dtls_first_random(datagram);
	static const uint8_t unseen[RANDOM_BYTES];

	return random.n == RANDOM_BYTES && t->handshake.server_hello &&
	       memcmp(t->random, unseen, RANDOM_BYTES) != 0 &&
	       memcmp(t->random, random.p, RANDOM_BYTES) != 0;
}

static void begin(struct conversation *c, const struct packet *p, unsigned from, int type)
{
	if (c->talk) {
		end(c->talk);
		talk_free(c->talk);
		c->begin_us = p->time_us;
	}
	c->talk = talk_new(c, p, from, type);
	c->deaf = !c->talk;
}

static void hear(
    struct conversation *c, const struct packet *p, unsigned from, struct span datagram)
{
	struct dtls_talk *t = c->talk;
	bool client = from == t->client;
	struct span random = dtls_first_random(datagram);
	struct dtls_record record;

	if (client && random.n == RANDOM_BYTES)
		memcpy(t->random, random.p, RANDOM_BYTES);
	t->handshake.session.last_us = p->time_us;
	t->handshake.session.packet = p->number;
	while (dtls_record_next(&datagram, t->voices[client].cid_n, p->missing > 0, &record))
		on_record(t, client, &record);
	settle(t, p->time_us);
}

static bool is_wanted(const struct conversation *c)
{
	const struct session *s;

	if (!c->talk)
		return !c->deaf;
	s = &c->talk->handshake.session;
	return !handshake_said_all(&c->talk->handshake) &&
	       s->client.sealed_records + s->server.sealed_records < 2 * DISSECT_SEALED_MAX;
}

enum connection_state conversation_push(
    struct conversation *c, const struct packet *p, unsigned from)
{
	struct span datagram = stun_inside(p->payload);
	int type = dtls_look(datagram, p->missing > 0);

	if (!c->deaf &&
	    (c->talk ? type == HS_CLIENT_HELLO && is_another(c->talk, datagram) : type >= 0))
		begin(c, p, from, type);
	if (c->talk)
		hear(c, p, from, datagram);
	if (is_wanted(c))
		return CONNECTION_OPEN;
	conversation_give_up(c);
	return CONNECTION_UNWANTED;
}
