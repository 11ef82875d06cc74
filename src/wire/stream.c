/*
 * stream.c: records to messages (RFC 8446 5.1). A record that lies whole in the input is read
 * there; only what is cut off is copied. Messages may begin and end anywhere in records, alerts
 * may come in between and in halves; a sealed record is opened straight into the message buffer,
 * and whatever turns out not to be handshake is left there, unwritten, until the next call.
 *
 * A hole inside a handshake record is filled with zeros, so that the messages behind it keep their
 * places; the message it lies in ends where it begins.
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

/* What was lost lies in the next message's header: no more messages are found in these bytes. */
static void drop_headless(struct stream *s)
{
	if (s->lost_end <= s->taken || s->lost_at >= s->taken + HANDSHAKE_HEADER)
		return;
	s->taken = s->messages.n;
	s->lost_at = s->lost_end = 0;
}

static void cut_at_loss(const struct stream *s, struct stream_item *item)
{
	size_t begin = (size_t)(item->body.p - s->messages.p);

	item->cut = s->lost_end > begin && s->lost_at < begin + item->body.n;
	if (item->cut)
		item->body.n = s->lost_at - begin;
}

static struct stream_item item_of(const struct stream *s)
{
	return (struct stream_item){
	    .record_length = s->record.length, .record_version = s->record.version};
}

/* A message or an alert that is whole already. */
static enum stream_event in_hand(struct stream *s, struct stream_item *ret)
{
	struct span rest = buf_view(&s->messages);
	size_t length;

	drop_headless(s);
	span_take(&rest, s->taken);
	if (rest.n >= HANDSHAKE_HEADER) {
		struct span read = rest;

		*ret = item_of(s);
		ret->type = span_u8(&read);
		length = span_u24(&read);
		if (length > s->message_max)
			return finish(s, STREAM_TOO_LONG);
		ret->whole = span_take(&rest, HANDSHAKE_HEADER + length);
		ret->body = span_take(&read, length);
		if (!rest.bad) {
			cut_at_loss(s, ret);
			s->taken += ret->whole.n;
			return STREAM_MESSAGE;
		}
	}
	if (s->alerts.n >= 2) {
		*ret = item_of(s);
		ret->type = CONTENT_ALERT;
		ret->level = s->alerts.p[0];
		ret->alert = s->alerts.p[1];
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

/* A record that a listener cannot read, or a thing of one it does not know. */
static bool is_skimmed(const struct stream *s, const struct record_header *r)
{
	if (!s->skim || r->type == CONTENT_CCS)
		return false;
	if (r->type == CONTENT_ALERT && (r->length % 2 || r->length > SKIM_ALERTS_MAX))
		return true;
	return s->sealed || r->type == CONTENT_DATA;
}

/* STREAM_DATA: the whole of a record that is passed over has gone by. */
static enum stream_event skip_record(struct stream *s, struct span *in, struct stream_item *ret)
{
	size_t n = s->skip < in->n ? s->skip : in->n;

	span_take(in, n);
	s->skip -= n;
	if (s->skip > 0)
		return STREAM_MORE;
	s->skimming = false;
	*ret = item_of(s);
	ret->type = s->record.type;
	return STREAM_DATA;
}

/* The header stands in `partial`, or in the input where that is empty. */
static void begin_skip(struct stream *s, struct span *in)
{
	if (s->partial.n == 0)
		span_take(in, RECORD_HEADER);
	buf_reset(&s->partial);
	s->skip = s->record.length;
	s->skimming = true;
	s->begun = true;
}

/* STREAM_DATA: *ret is a whole record, in the input if it lies there, else in what was kept of
 * it; or s->skimming: one that is passed over begins. */
static enum stream_event next_record(struct stream *s, struct span *in, struct span *ret)
{
	if (s->partial_used) {
		buf_reset(&s->partial);
		s->partial_lost_at = s->partial_lost_end = 0;
	}
	s->partial_used = false;
	for (;;) {
		struct span head = s->partial.n ? buf_view(&s->partial) : *in;
		struct record_header r = {0};
		enum record_look look = record_look(head, &r);
		size_t want = (size_t)RECORD_HEADER + r.length;

		if (look == RECORD_FOREIGN || look == RECORD_LONG)
			return not_good(s, look);
		if (look == RECORD_GOOD) {
			s->record = r;
			if (is_skimmed(s, &r)) {
				begin_skip(s, in);
				return STREAM_DATA;
			}
		}
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
	if (s->partial_lost_end > RECORD_HEADER) {
		size_t base = s->messages.n - RECORD_HEADER; /* wraps, and back again */

		if (s->lost_end == 0)
			s->lost_at = base + s->partial_lost_at;
		s->lost_end = base + s->partial_lost_end;
	}
	if (s->messages.p && body.p == s->messages.p + s->messages.n)
		buf_wrote(&s->messages, body.n); /* it was opened there */
	else
		buf_span(&s->messages, body);
	return s->messages.full ? finish(s, STREAM_TOO_LONG) : STREAM_MORE;
}

/* What was given out makes room. */
static void drop_taken(struct stream *s)
{
	buf_drop(&s->messages, s->taken);
	s->lost_at -= s->lost_at < s->taken ? s->lost_at : s->taken;
	s->lost_end -= s->lost_end < s->taken ? s->lost_end : s->taken;
	s->taken = 0;
}

/* STREAM_MORE: it went into the buffers, where in_hand() finds what is whole. */
static enum stream_event take_record(struct stream *s, struct span record, struct stream_item *ret)
{
	struct span body = record, header = span_take(&body, RECORD_HEADER);
	uint8_t type = header.p[0];
	enum stream_event event = STREAM_MORE;

	drop_taken(s);
	if (s->partial_used && s->partial_lost_end > 0 && type != CONTENT_HANDSHAKE)
		return STREAM_MORE; /* a part of it is zeros of ours */
	if (s->open && type == CONTENT_HANDSHAKE)
		return finish(s, STREAM_BROKEN); /* in clear, when it may not be any more */
	if (s->open && type == CONTENT_DATA)
		event = unlock(s, header, &type, &body);
	if (event != STREAM_MORE)
		return event;
	*ret = item_of(s);
	ret->type = type;
	ret->body = body;
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
		if (s->skimming)
			return skip_record(s, in, ret);
		event = in_hand(s, ret);
		if (event != STREAM_MORE)
			break;
		event = next_record(s, in, &record);
		if (event != STREAM_DATA)
			break;
		event = s->skimming ? STREAM_MORE : take_record(s, record, ret);
	}
	return event;
}

bool stream_gap(struct stream *s, size_t n)
{
	size_t whole = (size_t)RECORD_HEADER + s->record.length;

	if (s->end != STREAM_MORE || n == 0)
		return false;
	if (s->skimming && n <= s->skip) {
		s->skip -= n;
		return true;
	}
	if (s->skimming || s->partial_used || s->partial.n < RECORD_HEADER ||
	    n > whole - s->partial.n)
		return false;
	if (s->partial_lost_end == 0)
		s->partial_lost_at = s->partial.n;
	buf_fill(&s->partial, 0, n);
	s->partial_lost_end = s->partial.n;
	return !s->partial.full;
}

bool stream_rest(struct stream *s, struct stream_item *ret)
{
	struct span rest = buf_view(&s->partial), read;

	if (!s->partial_used && rest.n > RECORD_HEADER && rest.p[0] == CONTENT_HANDSHAKE) {
		span_take(&rest, RECORD_HEADER);
		drop_taken(s);
		if (keep_handshake(s, rest) != STREAM_MORE)
			return false;
	}
	drop_headless(s);
	read = buf_view(&s->messages);
	span_take(&read, s->taken);
	*ret = item_of(s);
	ret->type = span_u8(&read);
	span_u24(&read);
	if (read.bad)
		return false;
	ret->body = read;
	cut_at_loss(s, ret);
	ret->cut = true;
	return true;
}

size_t stream_held(const struct stream *s)
{
	return s->partial.cap + s->messages.cap + s->alerts.cap;
}
