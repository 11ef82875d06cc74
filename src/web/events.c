/*
 * events.c: a table of streams under a lock. Sending never waits (HTTP_PACE_DROP), so the lock is
 * held meanwhile. A stream whose client is gone is ended at the next word: there is one each
 * EVENTS_BEAT_MS at the latest, from the service's pulse.
 */
#include "web/events.h"

#include "base/buf.h"
#include "http/call.h"
#include "web/limits.h"

#include <pthread.h>
#include <stdlib.h>

struct events {
	pthread_mutex_t lock;
	struct http_call *calls[WEB_LISTENERS_MAX];
	size_t n;
	bool ended;
};

struct err events_new(struct events **ret_events)
{
	struct events *e = calloc(1, sizeof(*e));

	if (!e)
		return err_limit("out of memory");
	pthread_mutex_init(&e->lock, NULL);
	*ret_events = e;
	return OK;
}

void events_free(struct events *e)
{
	if (!e)
		return;
	pthread_mutex_destroy(&e->lock);
	free(e);
}

static struct err stream_begin(struct http_call *call)
{
	static const char hello[] = "retry: 3000\nevent: hello\ndata: {}\n\n";
	struct err err;

	http_set_header(call, "Cache-Control", "no-store");
	err = http_stream_begin(call, 200, "text/event-stream; charset=utf-8", HTTP_PACE_DROP);
	if (err_is(err))
		return err;
	err = http_stream_send(call, span_str(hello));
	(void)err; /* who is gone already is noticed at the next word */
	return OK;
}

struct err events_join(struct events *e, struct http_call *call)
{
	struct err err = err_limit("too many pages listen");

	pthread_mutex_lock(&e->lock);
	if (!e->ended && e->n < WEB_LISTENERS_MAX)
		err = stream_begin(call);
	if (!err_is(err))
		e->calls[e->n++] = call;
	pthread_mutex_unlock(&e->lock);
	return err;
}

static void send_all(struct events *e, struct span text)
{
	for (size_t i = e->n; i > 0; i--) {
		struct http_call *call = e->calls[i - 1];

		if (!err_is(http_stream_send(call, text)))
			continue;
		http_stream_end(call, false);
		e->calls[i - 1] = e->calls[--e->n];
	}
}

void events_tell(struct events *e, const char *event, struct span data)
{
	struct buf text;

	buf_init(&text, WEB_EVENT_MAX);
	if (event)
		buf_printf(
		    &text, "event: %s\ndata: %.*s\n\n", event, (int)data.n, (const char *)data.p);
	else
		buf_str(&text, ":\n\n"); /* a comment: whether anybody is there */
	pthread_mutex_lock(&e->lock);
	if (!text.full)
		send_all(e, buf_view(&text));
	pthread_mutex_unlock(&e->lock);
	buf_done(&text);
}

void events_end(struct events *e)
{
	pthread_mutex_lock(&e->lock);
	e->ended = true;
	while (e->n)
		http_stream_end(e->calls[--e->n], true);
	pthread_mutex_unlock(&e->lock);
}

size_t events_listeners(struct events *e)
{
	size_t n;

	pthread_mutex_lock(&e->lock);
	n = e->n;
	pthread_mutex_unlock(&e->lock);
	return n;
}
