/*
 * connection.c: which direction is the client's, when a direction has ended, and when nobody needs
 * to listen any more.
 *
 * The dissector is made when there are bytes for it: half-open connections and those that only
 * scan cost a hundred bytes. An end is told when the bytes before it were: a FIN or RST that
 * overtook its data waits for them (CONNECTION_CLOSING). A RST is believed where its number is near
 * what is awaited (RFC 9293 3.10.7.4, RFC 5961 3.2).
 */
#include "sensor/connection.h"

#include "sensor/reassembly.h"
#include "wire/services.h"

#include <stdlib.h>

/* By enum dissect_side. */
struct direction {
	struct reassembly bytes;
	uint32_t isn; /* where has_isn */
	bool has_isn;
	bool fin, rst; /* one was seen and is believed; an RST ends like a FIN */
	bool ended; /* the dissector knows */
};

struct connection {
	struct connection_home *home;
	const struct flow_key *key;
	struct dissect *dissect; /* NULL: no byte came yet */
	struct direction dir[2];
	int64_t begin_us, now_us;
	uint64_t packet;
	uint8_t client; /* end of the key */
	bool deaf; /* no memory for a dissector */
};

/* What reassembly calls back with. */
struct ear {
	struct connection *c;
	enum dissect_side side;
};

bool connection_is_to_server(const struct packet *p)
{
	bool to_known = service_by_port(p->dport), from_known = service_by_port(p->sport);

	if (p->flags & TCP_SYN)
		return !(p->flags & TCP_ACK);
	if (to_known != from_known)
		return to_known;
	return p->dport <= p->sport;
}

void connection_uid(struct connection_home *home, uint64_t ret_uid[2])
{
	uint64_t text[2] = {++home->opened, 0};

	ret_uid[0] = siphash(&home->key, text, sizeof(text));
	text[1] = 1;
	ret_uid[1] = siphash(&home->key, text, sizeof(text));
}

void connection_tell(
    struct connection_home *home, enum session_event event, const struct session *session)
{
	if (event == SESSION_CERTIFICATE)
		home->counts->certificates++;
	if (event == SESSION_END) {
		home->counts->sessions++;
		home->counts->sessions_partial +=
		    (session->flags & (SESSION_MIDSTREAM | SESSION_GAP)) != 0;
	}
	home->ops->event(home->context, event, session);
}

static bool has_conflict(const struct connection *c)
{
	return c->dir[0].bytes.conflict || c->dir[1].bytes.conflict;
}

/* The dissector sees one copy of the bytes only. */
static void on_event(void *context, enum session_event event, const struct session *session)
{
	struct connection *c = context;
	struct session doubtful;

	if (has_conflict(c)) {
		doubtful = *session;
		doubtful.flags |= SESSION_CONFLICT;
		session = &doubtful;
	}
	connection_tell(c->home, event, session);
}

static const struct dissect_ops dissect_ops = {on_event};

static struct session_side side_of(const struct connection *c, unsigned end)
{
	struct session_side side = {.port = c->key->port[end]};

	memcpy(side.addr.b, c->key->addr[end], sizeof(side.addr.b));
	return side;
}

/* The dissector, made when it is needed first; NULL where there is no memory. */
static struct dissect *dissector(struct connection *c)
{
	struct session_side client, server;
	uint64_t uid[2];

	if (c->dissect || c->deaf)
		return c->dissect;
	client = side_of(c, c->client);
	server = side_of(c, !c->client);
	connection_uid(c->home, uid);
	c->deaf = err_is(dissect_new(&client, &server, uid, &dissect_ops, c, &c->dissect));
	if (!c->deaf) {
		dissect_time(c->dissect, c->begin_us, c->packet); /* the first is the beginning */
		dissect_time(c->dissect, c->now_us, c->packet);
	}
	return c->dissect;
}

static bool is_wanted(const struct connection *c, enum dissect_side side)
{
	return !c->deaf && (!c->dissect || dissect_wants(c->dissect, side));
}

static void on_bytes(void *context, struct span bytes)
{
	const struct ear *ear = context;
	struct dissect *d = dissector(ear->c);

	if (d && dissect_wants(d, ear->side))
		dissect_bytes(d, ear->side, bytes);
}

static void on_gap(void *context, uint32_t n)
{
	const struct ear *ear = context;
	struct dissect *d = dissector(ear->c);

	ear->c->home->counts->gaps += n != 0;
	if (d && dissect_wants(d, ear->side))
		dissect_gap(d, ear->side, n);
}

static const struct reassembly_ops reassembly_ops = {on_bytes, on_gap};

struct connection *connection_new(struct connection_home *home, const struct flow_key *key,
    const struct packet *first, unsigned from)
{
	struct connection *c = calloc(1, sizeof(*c));

	if (!c)
		return NULL;
	c->home = home;
	c->key = key;
	c->begin_us = first->time_us;
	c->client = (uint8_t)(connection_is_to_server(first) ? from : !from);
	return c;
}

void connection_free(struct connection *c)
{
	if (!c)
		return;
	c->home->counts->conflicts += has_conflict(c);
	dissect_free(c->dissect);
	reassembly_done(&c->dir[0].bytes);
	reassembly_done(&c->dir[1].bytes);
	free(c);
}

static enum dissect_side side_from(const struct connection *c, unsigned from)
{
	return from == c->client ? SIDE_TCP_CLIENT : SIDE_TCP_SERVER;
}

/* A SYN that comes late tells better than the ports did. */
static void note_syn(struct connection *c, const struct packet *p, unsigned from)
{
	unsigned client = p->flags & TCP_ACK ? !from : from;
	struct direction *d;

	if (client != c->client && !c->dissect) {
		struct direction other = c->dir[0];

		c->dir[0] = c->dir[1];
		c->dir[1] = other;
		c->client = (uint8_t)client;
	}
	d = &c->dir[side_from(c, from)];
	d->isn = p->seq;
	d->has_isn = true;
}

bool connection_is_other(const struct connection *c, const struct packet *p, unsigned from)
{
	const struct direction *d = &c->dir[side_from(c, from)];

	if (!(p->flags & TCP_SYN))
		return false;
	if (d->has_isn)
		return d->isn != p->seq;
	return !reassembly_is_near(&d->bytes, p->seq);
}

static void hear(struct connection *c, enum dissect_side side, const struct packet *p)
{
	struct direction *d = &c->dir[side];
	struct ear ear = {c, side};

	d->rst |= p->flags & TCP_RST && reassembly_is_near(&d->bytes, p->seq);
	if (is_wanted(c, side)) {
		reassembly_push(&d->bytes, p, &reassembly_ops, &ear);
		d->fin |= d->bytes.has_fin;
	} else {
		d->fin |= (p->flags & TCP_FIN) != 0;
	}
	if (!is_wanted(c, side))
		reassembly_done(&d->bytes);
}

static bool has_come(const struct connection *c, enum dissect_side side)
{
	const struct direction *d = &c->dir[side];

	return (d->fin || d->rst) && (!is_wanted(c, side) || reassembly_ended(&d->bytes));
}

static void tell_end(struct connection *c, enum dissect_side side, enum dissect_end how)
{
	if (c->dir[side].ended)
		return;
	c->dir[side].ended = true;
	if (how != DISSECT_FIN)
		c->dir[!side].ended = true;
	if (c->dissect)
		dissect_end(c->dissect, side, how);
}

/* The ends that can be told now. */
static void check_end(struct connection *c, enum dissect_side side)
{
	if (!has_come(c, side))
		return;
	if (!c->dir[side].rst)
		tell_end(c, side, DISSECT_FIN);
	else if (!c->dir[!side].bytes.waiting)
		tell_end(c, side, DISSECT_RST);
}

static enum connection_state state_of(struct connection *c)
{
	bool closed = c->dir[0].rst || c->dir[1].rst || (c->dir[0].fin && c->dir[1].fin);

	if (c->dir[0].ended && c->dir[1].ended)
		return CONNECTION_OVER;
	if (!is_wanted(c, SIDE_TCP_CLIENT) && !is_wanted(c, SIDE_TCP_SERVER)) {
		connection_give_up(c);
		return CONNECTION_UNWANTED;
	}
	return closed ? CONNECTION_CLOSING : CONNECTION_OPEN;
}

enum connection_state connection_push(struct connection *c, const struct packet *p, unsigned from)
{
	enum dissect_side side;
	struct ear other;

	if (p->flags & TCP_SYN)
		note_syn(c, p, from);
	side = side_from(c, from);
	c->now_us = p->time_us;
	c->packet = p->number;
	if (c->dissect)
		dissect_time(c->dissect, c->now_us, c->packet);
	other = (struct ear){c, !side};
	reassembly_settle(&c->dir[!side].bytes, p->time_us, &reassembly_ops, &other);
	hear(c, side, p);
	check_end(c, side);
	check_end(c, !side);
	return state_of(c);
}

void connection_give_up(struct connection *c)
{
	for (enum dissect_side side = SIDE_TCP_CLIENT; side <= SIDE_TCP_SERVER; side++) {
		struct ear ear = {c, side};

		reassembly_flush(&c->dir[side].bytes, &reassembly_ops, &ear);
	}
	check_end(c, SIDE_TCP_CLIENT);
	check_end(c, SIDE_TCP_SERVER);
	for (enum dissect_side side = SIDE_TCP_CLIENT; side <= SIDE_TCP_SERVER; side++)
		tell_end(c, side, DISSECT_TIMEOUT);
}

size_t connection_held(const struct connection *c)
{
	return sizeof(*c) + (c->dissect ? dissect_held(c->dissect) : 0) +
	       reassembly_held(&c->dir[0].bytes) + reassembly_held(&c->dir[1].bytes);
}
