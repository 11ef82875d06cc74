/*
 * stream.c: records to messages (RFC 8446 5.1). A record that lies whole in the input is read
 * there; only what is cut off is copied. Messages may begin and end anywhere in records, alerts
 * may come in between and in halves; a sealed record is opened straight into the message buffer,
 * and whatever turns out not to be handshake is left there, unwritten, until the next call.
 */
#include "wire/stream.h"

#include "wire/handshake.h"

void stream_init(struct stream *s, size_t message_max)
{
	*s = (struct stream){.message_max = message_max};
	buf_init(&s->partial, RECORD_HEADER + RECORD_BODY_MAX);
	buf_init(&s->messages, HANDSHAKE_HEADER + message_max + RECORD_BODY_MAX);
	buf_init(&s->alerts, RECORD_BODY_MAX + 1);
}

void stream_done(struct stream *s)
{
	buf_done(&s->partial);
	buf_done(&s->messages);
	buf_done(&s->alerts);
}

bool stream_unlock(struct stream *s, stream_open_fn *open, void *context)
{
	s->open = open;
	s->open_context = context;
	return s->messages.n == s->taken;
}

static enum stream_event finish(struct stream *s, enum stream_event end)
{
	s->end = end;
	return end;
}

/* A message or an alert that is whole already. */
static enum stream_event in_hand(struct stream *s, struct stream_item *ret)
{
	struct span rest = buf_view(&s->messages);
	size_t length;

	span_take(&rest, s->taken);
	if (rest.n >= HANDSHAKE_HEADER) {
		struct span read = rest;

		*ret = (struct stream_item){.type = span_u8(&read)};
		length = span_u24(&read);
		if (length > s->message_max)
			return finish(s, STREAM_TOO_LONG);
		ret->whole = span_take(&rest, HANDSHAKE_HEADER + length);
		ret->body = span_take(&read, length);
		if (!rest.bad) {
			s->taken += ret->whole.n;
			return STREAM_MESSAGE;
		}
	}
	if (s->alerts.n >= 2) {
		*ret = (struct stream_item){
		    .type = CONTENT_ALERT, .level = s->alerts.p[0], .alert = s->alerts.p[1]};
		buf_drop(&s->alerts, 2);
		return STREAM_ALERT;
	}
	return STREAM_MORE;
}

/* What a bad header means. */
static enum stream_event not_good(struct stream *s, enum record_look look)
{
	if (look == RECORD_LONG)
		return finish(s, STREAM_TOO_LONG);
	return finish(s, s->begun ? STREAM_BROKEN : STREAM_NOT_TLS);
}

/* STREAM_DATA: *ret is a whole record, in the input if it lies there, else in what was kept of
 * it. */
static enum stream_event next_record(struct stream *s, struct span *in, struct span *ret)
{
	if (s->partial_used)
		buf_reset(&s->partial);
	s->partial_used = false;
	for (;;) {
		struct span head = s->partial.n ? buf_view(&s->partial) : *in;
		struct record_header r = {0};
		enum record_look look = record_look(head, &r);
		size_t want = (size_t)RECORD_HEADER + r.length;

		if (look == RECORD_FOREIGN || look == RECORD_LONG)
			return not_good(s, look);
		if (look == RECORD_GOOD && head.n >= want) {
			s->partial_used = s->partial.n > 0;
			s->begun = true;
			*ret = s->partial_used ? head : span_take(in, want);
			return STREAM_DATA;
		}
		if (in->n == 0)
			return STREAM_MORE;
		want -= s->partial.n;
		buf_span(&s->partial, span_take(in, want < in->n ? want : in->n));
		if (s->partial.full)
			return finish(s, STREAM_TOO_LONG);
	}
}

/* Opens a sealed record behind the messages; *type and *body become what was inside. */
static enum stream_event unlock(
    struct stream *s, struct span header, uint8_t *type, struct span *body)
{
	uint8_t *room;
	size_t n;

	if (body->n == 0)
		return finish(s, STREAM_UNREADABLE);
	room = buf_room(&s->messages, body->n);
	if (!room)
		return finish(s, STREAM_TOO_LONG);
	if (!s->open(s->open_context, header, *body, room, &n, type))
		return finish(s, STREAM_UNREADABLE);
	*body = span_of(room, n);
	return STREAM_MORE;
}

static enum stream_event keep_handshake(struct stream *s, struct span body)
{
	if (s->messages.p && body.p == s->messages.p + s->messages.n)
		buf_wrote(&s->messages, body.n); /* it was opened there */
	else
		buf_span(&s->messages, body);
	return s->messages.full ? finish(s, STREAM_TOO_LONG) : STREAM_MORE;
}

/* STREAM_MORE: it went into the buffers, where in_hand() finds what is whole. */
static enum stream_event take_record(struct stream *s, struct span record, struct stream_item *ret)
{
	struct span body = record, header = span_take(&body, RECORD_HEADER);
	uint8_t type = header.p[0];
	enum stream_event event = STREAM_MORE;

	buf_drop(&s->messages, s->taken);
	s->taken = 0;
	if (s->open && type == CONTENT_HANDSHAKE)
		return finish(s, STREAM_BROKEN); /* in clear, when it may not be any more */
	if (s->open && type == CONTENT_DATA)
		event = unlock(s, header, &type, &body);
	if (event != STREAM_MORE)
		return event;
	*ret = (struct stream_item){.type = type, .body = body};
	if (type == CONTENT_CCS)
		return STREAM_CCS;
	if (s->sealed || (type != CONTENT_HANDSHAKE && type != CONTENT_ALERT))
		return STREAM_DATA;
	if (type == CONTENT_HANDSHAKE)
		return keep_handshake(s, body);
	buf_span(&s->alerts, body);
	return STREAM_MORE;
}

enum stream_event stream_next(struct stream *s, struct span *in, struct stream_item *ret)
{
	enum stream_event event = s->end;
	struct span record;

	while (event == STREAM_MORE) {
		event = in_hand(s, ret);
		if (event != STREAM_MORE)
			break;
		event = next_record(s, in, &record);
		if (event != STREAM_DATA)
			break;
		event = take_record(s, record, ret);
	}
	return event;
}
