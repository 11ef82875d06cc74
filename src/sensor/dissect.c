/*
 * dissect.c: one TCP connection. Each direction is its own: it is looked through for TLS (look.c),
 * then read as records (wire/stream), whatever the other one shows or fails to; what they say meets
 * in the session (handshake.c). A hole that takes the place in the stream with it sends a direction
 * back to looking; what stood of an unfinished Certificate before it is not lost.
 */
#include "sensor/dissect.h"

#include "sensor/handshake.h"
#include "sensor/limits.h"
#include "sensor/look.h"
#include "sensor/sealed.h"
#include "sensor/tds.h"
#include "wire/handshake.h"
#include "wire/stream.h"

#include <stdlib.h>

enum { SSLV2_MESSAGES_MAX = 2 }; /* in clear, of one side */

enum way_state { WAY_LOOK, WAY_RECORDS, WAY_SSLV2, WAY_OVER };

/* One direction. */
struct way {
	uint8_t state; /* enum way_state */
	bool ended, holed;
	uint8_t sslv2_messages;
	struct tds tds;
	struct look look;
};

/* What is needed once there is TLS. */
struct talk {
	struct handshake handshake;
	struct stream streams[2]; /* by enum dissect_side */
	struct buf sslv2[2];
	bool tcp_server_is_client;
};

struct dissect {
	const struct dissect_ops *ops;
	void *context;
	struct addr addrs[2];
	uint16_t ports[2];
	uint64_t uid[2];
	int64_t begin_us, now_us;
	uint64_t packet;
	struct way ways[2];
	struct talk *talk; /* NULL: no TLS was found */
	bool failed; /* no memory: nothing is told any more */
};

struct err dissect_new(const struct session_side *tcp_client, const struct session_side *tcp_server,
    const uint64_t uid[2], const struct dissect_ops *ops, void *context,
    struct dissect **ret_dissect)
{
	struct dissect *d = calloc(1, sizeof(*d));

	if (!d)
		return err_limit("out of memory");
	d->ops = ops;
	d->context = context;
	d->addrs[SIDE_TCP_CLIENT] = tcp_client->addr;
	d->ports[SIDE_TCP_CLIENT] = tcp_client->port;
	d->addrs[SIDE_TCP_SERVER] = tcp_server->addr;
	d->ports[SIDE_TCP_SERVER] = tcp_server->port;
	d->uid[0] = uid[0];
	d->uid[1] = uid[1];
	*ret_dissect = d;
	return OK;
}

static void talk_free(struct talk *t)
{
	if (!t)
		return;
	for (int i = 0; i < 2; i++) {
		stream_done(&t->streams[i]);
		buf_done(&t->sslv2[i]);
	}
	handshake_done(&t->handshake);
	free(t);
}

void dissect_free(struct dissect *d)
{
	if (!d)
		return;
	talk_free(d->talk);
	free(d);
}

void dissect_time(struct dissect *d, int64_t time_us, uint64_t packet)
{
	if (d->begin_us == 0)
		d->begin_us = time_us;
	d->now_us = time_us;
	d->packet = packet;
	if (!d->talk)
		return;
	d->talk->handshake.session.last_us = time_us;
	d->talk->handshake.session.packet = packet;
}

static bool is_client(const struct talk *t, enum dissect_side side)
{
	return (side == SIDE_TCP_SERVER) == t->tcp_server_is_client;
}

static void begin_records(struct talk *t, enum dissect_side side)
{
	stream_done(&t->streams[side]);
	stream_init(&t->streams[side], DISSECT_MESSAGE_MAX);
	t->streams[side].skim = true;
	t->streams[side].sealed = handshake_is_sealed(&t->handshake, is_client(t, side));
}

/* client_side: who speaks as TLS client. */
static struct talk *talk_new(const struct dissect *d, enum dissect_side client_side)
{
	struct talk *t = calloc(1, sizeof(*t));
	struct session *s;

	if (!t)
		return NULL;
	handshake_init(&t->handshake, d->ops, d->context, false);
	for (int i = 0; i < 2; i++) {
		begin_records(t, i);
		buf_init(&t->sslv2[i], SSLV2_MESSAGE_MAX);
	}
	s = &t->handshake.session;
	s->uid[0] = d->uid[0];
	s->uid[1] = d->uid[1];
	s->transport = TRANSPORT_TCP;
	s->client.addr = d->addrs[SIDE_TCP_CLIENT];
	s->client.port = d->ports[SIDE_TCP_CLIENT];
	s->server.addr = d->addrs[SIDE_TCP_SERVER];
	s->server.port = d->ports[SIDE_TCP_SERVER];
	s->begin_us = d->begin_us;
	s->first_us = s->last_us = d->now_us;
	s->packet = d->packet;
	if (client_side == SIDE_TCP_SERVER) {
		handshake_flip(&t->handshake);
		t->tcp_server_is_client = true;
	}
	return t;
}

/* Who speaks as client, by the first handshake message of one side (0: of SSL 2.0). */
static enum dissect_side client_by(enum dissect_side side, uint8_t type)
{
	enum dissect_side other = side == SIDE_TCP_CLIENT ? SIDE_TCP_SERVER : SIDE_TCP_CLIENT;

	if (type == HS_CLIENT_HELLO)
		return side;
	return type == HS_SERVER_HELLO ? other : SIDE_TCP_CLIENT;
}

/* False: no memory. */
static bool found(struct dissect *d, enum dissect_side side, enum look_result what, uint8_t type)
{
	struct way *way = &d->ways[side];

	way->state = what == LOOK_SSLV2 ? WAY_SSLV2 : WAY_RECORDS;
	if (d->talk) {
		begin_records(d->talk, side);
		return true;
	}
	d->talk = talk_new(d, client_by(side, type));
	d->failed = !d->talk;
	if (d->failed)
		return false;
	if (what == LOOK_TLS && type != HS_CLIENT_HELLO && type != HS_SERVER_HELLO)
		d->talk->handshake.session.flags |= SESSION_MIDSTREAM;
	else if (way->look.seen > 0 && !way->holed)
		d->talk->handshake.session.flags |= SESSION_STARTTLS;
	if (way->holed)
		d->talk->handshake.session.flags |= SESSION_GAP;
	/* The other side is now looked at with other eyes, from here on. */
	d->ways[!side].look.any = true;
	d->ways[!side].look.seen = d->ways[!side].look.seen > 0;
	if (d->ways[!side].state == WAY_OVER)
		d->ways[!side].state = WAY_LOOK;
	return true;
}

static void on_item(
    struct talk *t, enum dissect_side side, enum stream_event event, const struct stream_item *i)
{
	struct handshake *h = &t->handshake;
	bool client = is_client(t, side);
	struct handshake_message m = {
	    .type = i->type, .body = i->body, .record_version = i->record_version, .cut = i->cut};

	switch (event) {
	case STREAM_MESSAGE:
		handshake_message(h, client, &m);
		break;
	case STREAM_ALERT:
		handshake_alert(h, client, i->level, i->alert);
		break;
	case STREAM_CCS:
		handshake_ccs(h, client);
		break;
	case STREAM_DATA:
		if (i->type == CONTENT_HEARTBEAT && i->body.n > 0)
			handshake_heartbeat(h, client, i->body);
		else
			handshake_sealed(h, client, i->type, i->record_length);
		break;
	case STREAM_MORE:
	case STREAM_NOT_TLS:
	case STREAM_BROKEN:
	case STREAM_TOO_LONG:
	case STREAM_UNREADABLE:
	case STREAM_EVENTS:
		break;
	}
	t->streams[side].sealed = handshake_is_sealed(h, client);
}

/* The front of a message that will not become whole. */
static void salvage(struct dissect *d, enum dissect_side side)
{
	struct stream_item item;

	if (d->ways[side].state != WAY_RECORDS)
		return;
	if (stream_rest(&d->talk->streams[side], &item) && item.type == HS_CERTIFICATE)
		on_item(d->talk, side, STREAM_MESSAGE, &item);
	begin_records(d->talk, side);
}

/* The place in the stream is lost. */
static void look_again(struct dissect *d, enum dissect_side side)
{
	salvage(d, side);
	d->ways[side].state = WAY_LOOK;
	d->ways[side].look = (struct look){.any = true, .seen = 1}; /* not at its begin */
	d->ways[side].holed = true;
}

static void on_records(struct dissect *d, enum dissect_side side, struct span in)
{
	struct stream *stream = &d->talk->streams[side];
	enum stream_event event;
	struct stream_item item;

	while ((event = stream_next(stream, &in, &item)) > STREAM_MORE) {
		if (event > STREAM_DATA) {
			/* Behind a hole that is to be expected; without one it is no TLS. */
			if (!d->ways[side].holed)
				d->talk->handshake.frozen = true;
			salvage(d, side);
			d->ways[side].state = WAY_OVER;
			return;
		}
		on_item(d->talk, side, event, &item);
	}
}

/* A whole message stands in the buffer. */
static void on_sslv2_message(struct dissect *d, enum dissect_side side)
{
	struct way *way = &d->ways[side];
	struct buf *b = &d->talk->sslv2[side];
	struct span message = buf_view(b);

	span_take(&message, SSLV2_HEADER);
	handshake_sslv2(&d->talk->handshake, is_client(d->talk, side), message);
	buf_reset(b);
	if (++way->sslv2_messages >= SSLV2_MESSAGES_MAX || !is_client(d->talk, side))
		way->state = WAY_OVER; /* what follows is sealed */
}

/* Takes what its record still lacks. True: it is whole. */
static bool take_sslv2(struct buf *b, struct span *in)
{
	size_t want = SSLV2_HEADER;

	for (;;) {
		struct span head = buf_view(b);
		size_t n;

		if (b->n >= SSLV2_HEADER)
			want = SSLV2_HEADER + (span_u16(&head) & 0x7fffu);
		if (b->n >= want && b->n >= SSLV2_HEADER)
			return true;
		if (in->n == 0 || b->full)
			return false;
		n = want - b->n < in->n ? want - b->n : in->n;
		buf_span(b, span_take(in, n));
	}
}

static void on_sslv2(struct dissect *d, enum dissect_side side, struct span *in)
{
	struct way *way = &d->ways[side];
	struct buf *b = &d->talk->sslv2[side];

	while (in->n > 0 && way->state == WAY_SSLV2) {
		if (b->n == 0 && !(in->p[0] & 0x80))
			way->state = WAY_RECORDS; /* its answer was TLS */
		else if (take_sslv2(b, in))
			on_sslv2_message(d, side);
		else if (b->full)
			way->state = WAY_OVER;
	}
}

/* The handshake type of what was found. */
static uint8_t type_in(enum look_result what, struct span held, struct span in)
{
	size_t at = what == LOOK_SSLV2 ? SSLV2_HEADER : RECORD_HEADER;
	uint8_t type;

	if (what == LOOK_TLS && (held.n ? held : in).p[0] != CONTENT_HANDSHAKE)
		return HS_MESSAGE_HASH; /* none that anybody sends */
	if (at >= held.n + in.n)
		return HS_MESSAGE_HASH;
	type = at < held.n ? held.p[at] : in.p[at - held.n];
	return what == LOOK_SSLV2 && type == SSLV2_SERVER_HELLO ? HS_SERVER_HELLO : type;
}

static void push(struct dissect *d, enum dissect_side side, struct span *in)
{
	switch ((enum way_state)d->ways[side].state) {
	case WAY_RECORDS:
		on_records(d, side, *in);
		span_take(in, in->n);
		break;
	case WAY_SSLV2:
		on_sslv2(d, side, in);
		break;
	case WAY_LOOK:
	case WAY_OVER:
		span_take(in, in->n);
		break;
	}
}

/* Takes bytes as long as one state lasts. */
static void look(struct dissect *d, enum dissect_side side, struct span *in)
{
	struct way *way = &d->ways[side];
	enum look_result what = look_push(&way->look, in);
	struct look was = way->look;
	struct span held = look_held(&was);

	if (what == LOOK_MORE)
		return;
	if (what == LOOK_NOTHING) {
		way->state = WAY_OVER;
		return;
	}
	if (!found(d, side, what, type_in(what, held, *in)))
		return;
	while (held.n > 0)
		push(d, side, &held);
}

static void feed(struct dissect *d, enum dissect_side side, struct span bytes)
{
	while (bytes.n > 0 && !d->failed) {
		if (d->ways[side].state == WAY_LOOK)
			look(d, side, &bytes);
		else
			push(d, side, &bytes);
	}
}

void dissect_bytes(struct dissect *d, enum dissect_side side, struct span bytes)
{
	while (bytes.n > 0)
		feed(d, side, tds_next(&d->ways[side].tds, &bytes));
}

void dissect_gap(struct dissect *d, enum dissect_side side, uint32_t n)
{
	struct way *way = &d->ways[side];

	if (d->failed)
		return;
	n = tds_gap(&way->tds, n);
	if (way->state == WAY_LOOK) {
		look_gap(&way->look);
		way->holed = true;
		if (d->talk) {
			d->talk->handshake.session.flags |= SESSION_GAP;
			sealed_lost(&d->talk->handshake, is_client(d->talk, side));
		}
		return;
	}
	if (way->state == WAY_OVER)
		return;
	if (way->state == WAY_SSLV2) {
		way->state = WAY_OVER;
		return;
	}
	if (!d->talk->handshake.ccs[is_client(d->talk, side)] &&
	    !d->talk->handshake.sealed[is_client(d->talk, side)])
		d->talk->handshake.session.flags |= SESSION_GAP;
	way->holed = true;
	if (stream_gap(&d->talk->streams[side], n)) {
		on_records(d, side, span_of(NULL, 0));
		return;
	}
	look_again(d, side);
	sealed_lost(&d->talk->handshake, is_client(d->talk, side));
}

void dissect_end(struct dissect *d, enum dissect_side side, enum dissect_end how)
{
	if (d->failed || d->ways[side].ended)
		return;
	d->ways[side].ended = true;
	if (how != DISSECT_FIN)
		d->ways[!side].ended = true;
	if (!d->talk)
		return;
	for (int i = 0; i < 2; i++)
		if (d->ways[i].ended) {
			salvage(d, i);
			d->ways[i].state = WAY_OVER;
		}
	handshake_end(&d->talk->handshake, is_client(d->talk, side), how);
}

bool dissect_wants(const struct dissect *d, enum dissect_side side)
{
	const struct session *s;

	if (d->failed || d->ways[side].state == WAY_OVER || d->ways[side].ended)
		return false;
	if (!d->talk)
		return true;
	s = &d->talk->handshake.session;
	if ((is_client(d->talk, side) ? s->client : s->server).sealed_records >= DISSECT_SEALED_MAX)
		return false;
	return !handshake_said_all(&d->talk->handshake);
}

size_t dissect_held(const struct dissect *d)
{
	const struct talk *t = d->talk;

	if (!t)
		return sizeof(*d);
	return sizeof(*d) + sizeof(*t) + t->handshake.arena.used + stream_held(&t->streams[0]) +
	       stream_held(&t->streams[1]) + t->sslv2[0].cap + t->sslv2[1].cap;
}
