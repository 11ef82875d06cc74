/*
 * stream.c: an answer whose end is not known when it begins. The sender puts its bytes into
 * `pending` and wakes the loop, which takes all of it at once when it has sent what it had. So
 * HTTP_STREAM_AHEAD bounds both, whatever the sender's speed.
 */
#include "http/inner.h"

#include <errno.h>
#include <stdio.h>
#include <time.h>

static const struct err client_gone = {
    (uint32_t)ERR_PEER << 24, 0, "the client is gone or too slow"};

static bool has_room(struct http_server *s)
{
	if (atomic_fetch_add(&s->counts[HTTP_COUNT_STREAMS], 1) < HTTP_STREAMS_MAX)
		return true;
	count_less(s, HTTP_COUNT_STREAMS);
	return false;
}

/* An event stream is flushed event by event, which gzip does not like; exports gain much. */
static bool may_gzip(const struct http_call *call, enum http_pace pace)
{
	return pace == HTTP_PACE_WAIT && !call->secret && !call->has_coding;
}

struct err http_stream_begin(
    struct http_call *call, unsigned status, const char *type, enum http_pace pace)
{
	struct stream *stream = &call->stream;
	pthread_condattr_t attributes;

	if (call->faulty)
		return err_bug("a header of the answer");
	if (!has_room(call->server))
		return err_limit("too many streams");
	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(&stream->moved, &attributes);
	pthread_condattr_destroy(&attributes);
	buf_init(&stream->pending, SIZE_MAX);
	buf_init(&stream->packed, SIZE_MAX);
	stream->begun = true;
	stream->pace = pace;
	call->status = status;
	call->close |= call->old; /* its end is the connection's */
	if (answer_fields(call, type, may_gzip(call, pace))) {
		stream->gzip = gzip_new();
		stream->cut = !stream->gzip;
	}
	server_ready(call->server, call);
	return OK;
}

/* Until the client has caught up. Under the lock. */
static void wait_for_client(struct http_call *call)
{
	struct stream *stream = &call->stream;
	struct timespec until;

	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += HTTP_STREAM_WAIT_MS / 1000;
	while (stream->pending.n > HTTP_STREAM_AHEAD && !stream->gone && !stream->cut)
		if (pthread_cond_timedwait(&stream->moved, &call->server->lock, &until) ==
		    ETIMEDOUT)
			stream->cut = true;
}

/* Puts bytes into pending; under the lock. */
static void push(struct http_call *call, struct span bytes)
{
	struct stream *stream = &call->stream;

	if (stream->pace == HTTP_PACE_WAIT && bytes.n)
		wait_for_client(call);
	else if (stream->pending.n + bytes.n > HTTP_STREAM_AHEAD)
		stream->cut = true;
	if (!stream->gone && !stream->cut && call->method != HTTP_HEAD)
		buf_span(&stream->pending, bytes);
	if (stream->pending.full)
		stream->cut = true;
	server_ready_locked(call->server, call);
}

/* What comes out of gzip for it, or it. */
static struct span packed(struct stream *stream, struct span bytes, bool last)
{
	if (!stream->gzip)
		return bytes;
	buf_reset(&stream->packed);
	if (!gzip_push(stream->gzip, bytes, last, &stream->packed))
		stream->packed.n = 0;
	return buf_view(&stream->packed);
}

struct err http_stream_send(struct http_call *call, struct span bytes)
{
	struct stream *stream = &call->stream;
	struct span out = bytes.n ? packed(stream, bytes, false) : bytes;
	bool lost;

	pthread_mutex_lock(&call->server->lock);
	if (out.n)
		push(call, out);
	lost = stream->gone || stream->cut;
	pthread_mutex_unlock(&call->server->lock);
	return lost ? client_gone : OK;
}

void http_stream_end(struct http_call *call, bool whole)
{
	struct http_server *s = call->server;
	struct stream *stream = &call->stream;
	struct span rest = whole ? packed(stream, span_of(NULL, 0), true) : span_of(NULL, 0);

	pthread_mutex_lock(&s->lock);
	if (rest.n)
		push(call, rest);
	while (stream->telling && !pthread_equal(pthread_self(), s->thread))
		pthread_cond_wait(&stream->moved, &s->lock);
	stream->on_gone = NULL;
	stream->ended = true;
	stream->whole = whole;
	count_less(s, HTTP_COUNT_STREAMS);
	server_ready_locked(s, call);
	pthread_mutex_unlock(&s->lock);
}

/* Under the lock, which is let go for the time of the telling. */
static void tell_gone(struct http_call *call)
{
	struct stream *stream = &call->stream;
	http_gone_fn *gone = stream->on_gone;

	if (!gone || !stream->gone || stream->ended)
		return;
	stream->on_gone = NULL;
	stream->telling = true;
	pthread_mutex_unlock(&call->server->lock);
	gone(stream->on_gone_context, call);
	pthread_mutex_lock(&call->server->lock);
	stream->telling = false;
	pthread_cond_broadcast(&stream->moved);
}

void http_on_gone(struct http_call *call, http_gone_fn *gone, void *context)
{
	pthread_mutex_lock(&call->server->lock);
	call->stream.on_gone = gone;
	call->stream.on_gone_context = context;
	if (call->stream.gone) /* already: the loop tells */
		server_ready_locked(call->server, call);
	pthread_mutex_unlock(&call->server->lock);
}

void stream_lost(struct http_call *call)
{
	pthread_mutex_lock(&call->server->lock);
	call->stream.gone = true;
	pthread_cond_broadcast(&call->stream.moved);
	tell_gone(call);
	pthread_mutex_unlock(&call->server->lock);
}

bool stream_take(struct http_call *call, struct buf *bytes, bool *ret_whole, bool *ret_cut)
{
	struct stream *stream = &call->stream;
	struct buf empty = *bytes;
	bool ended;

	pthread_mutex_lock(&call->server->lock);
	*bytes = stream->pending;
	stream->pending = empty;
	ended = stream->ended && !call->is_ready; /* else it comes once more */
	*ret_whole = stream->whole;
	*ret_cut = stream->cut;
	pthread_cond_broadcast(&stream->moved);
	pthread_mutex_unlock(&call->server->lock);
	return ended;
}

bool stream_is_cut(struct http_call *call)
{
	bool cut;

	pthread_mutex_lock(&call->server->lock);
	cut = call->stream.cut;
	pthread_mutex_unlock(&call->server->lock);
	return cut;
}
