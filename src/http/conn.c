/*
 * conn.c: one connection: GREETING, then for each request HEAD, BODY, WORK, ANSWER or STREAM, and
 * at the end sometimes LINGER. It reads only while it waits for a request (and for the end of a
 * stream's client), so a client that pipelines waits in its own socket, not in our memory.
 *
 * Nothing here calls itself in circles: a handler that answers at once only puts its call on the
 * server's list, which is emptied at the end of the turn. A function that may end the connection
 * says so: it returns whether the connection is still there.
 */
#include "http/inner.h"

#include "http/value.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <strings.h>
#include <unistd.h>

enum {
	READS_A_TURN = 4, /* then others have their turn */
	IDLE_BYTES = 2048, /* of buffer that an idle connection keeps */
	TLS_HANDSHAKE = 22, /* the first byte of TLS (RFC 8446 5.1) */
};

static struct conn *conn_of_waiting(struct lru_node *n)
{
	return (struct conn *)((char *)n - offsetof(struct conn, waiting));
}

struct conn *conn_longest_waiting(const struct http_server *s)
{
	return s->waiting.oldest ? conn_of_waiting(s->waiting.oldest) : NULL;
}

static void arm(struct conn *c, uint64_t ms)
{
	loop_timer_arm(c->server->loop, &c->timer, ms * 1000);
}

static void set_waits(struct conn *c, bool waits)
{
	if (waits == c->waits)
		return;
	c->waits = waits;
	if (waits)
		lru_add(&c->server->waiting, &c->waiting);
	else
		lru_remove(&c->server->waiting, &c->waiting);
}

/* The call goes its own way: it is freed when its answer comes, or now if that was there. */
static void let_go(struct conn *c)
{
	struct http_call *call = c->call;

	c->call = NULL;
	if (!call)
		return;
	call->conn = NULL;
	atomic_store(&call->gone, true);
	if (c->state == CONN_WORK)
		return;
	if (c->state == CONN_STREAM && !c->sender_done)
		stream_lost(call);
	else
		call_free(call);
}

void conn_cut(struct conn *c)
{
	struct http_server *s = c->server;

	let_go(c);
	set_waits(c, false);
	lru_remove(&s->conns, &c->all);
	visitors_leave(&s->visitors, c->visitor);
	loop_timer_cancel(s->loop, &c->timer);
	plug_done(&c->plug);
	watch_close(&c->watch);
	buf_done(&c->in);
	count_less(s, HTTP_COUNT_OPEN);
	free(c);
	server_lost(s);
}

/* What is left to send of the call's answer. */
static struct span unsent(const struct conn *c)
{
	const struct http_call *call = c->call;
	size_t at = c->out_at;

	if (at < call->out.n)
		return span_of(call->out.p + at, call->out.n - at);
	at -= call->out.n;
	return span_of(call->tail.p + at, call->tail.n - at);
}

static bool is_sending(const struct conn *c)
{
	return c->state == CONN_ANSWER || c->state == CONN_STREAM;
}

static unsigned wanted_events(const struct conn *c)
{
	unsigned events = 0;

	if (c->plug.wants_write || (is_sending(c) && unsent(c).n))
		events |= LOOP_WRITE;
	if (!c->closed && c->state != CONN_WORK && c->state != CONN_ANSWER)
		events |= LOOP_READ;
	return events;
}

static bool rewatch(struct conn *c)
{
	if (!err_is(watch_change(&c->watch, wanted_events(c))))
		return true;
	conn_cut(c);
	return false;
}

/* The next request, if the client may send one. */
static void begin_head(struct conn *c)
{
	c->state = CONN_HEAD;
	c->fresh = true;
	c->in_at = 0;
	if (c->in.n == 0 && c->in.cap > IDLE_BYTES)
		buf_done(&c->in);
	set_waits(c, true);
	arm(c, c->server->config.limits.idle_ms);
}

/* Says goodbye and reads on for a moment, so that what was said arrives. */
static bool linger(struct conn *c)
{
	plug_end_writing(&c->plug);
	if (c->closed) {
		conn_cut(c);
		return false;
	}
	c->state = CONN_LINGER;
	c->lingered = c->in.n;
	buf_done(&c->in);
	set_waits(c, true);
	arm(c, c->server->config.limits.linger_ms);
	return true;
}

static bool pump(struct conn *c);

/* All of the answer has been sent. */
static bool finish(struct conn *c)
{
	bool more = c->call->head.keep_alive && !c->closed && !c->server->stopping;

	call_free(c->call);
	c->call = NULL;
	if (!more)
		return linger(c);
	begin_head(c);
	return pump(c);
}

/* A stream has nothing left in `out`. */
static bool refill(struct conn *c)
{
	bool whole, cut;

	c->sender_done = stream_refill(c->call, &whole, &cut);
	c->out_at = 0;
	if (cut || (c->sender_done && !whole && !c->call->out.n)) {
		count_add(c->server, HTTP_COUNT_TIMEOUTS, cut);
		conn_cut(c);
		return false;
	}
	if (c->sender_done && !whole) /* what there is goes out, then it is cut */
		c->call->head.keep_alive = false;
	return true;
}

/* The client took n bytes. It has to take so many in each span of time, or all. */
static void sent(struct conn *c, size_t n)
{
	count_add(c->server, HTTP_COUNT_BYTES_OUT, n);
	c->out_at += n;
	c->taken += n;
	if (c->taken < HTTP_DRAIN_BYTES)
		return;
	c->taken = 0;
	arm(c, c->server->config.limits.drain_ms);
}

static bool flush(struct conn *c)
{
	for (;;) {
		struct span bytes = unsent(c);
		ssize_t n;

		if (bytes.n == 0 && c->state == CONN_STREAM && !c->sender_done) {
			if (!refill(c))
				return false;
			bytes = unsent(c);
			if (bytes.n == 0 && !c->sender_done) {
				loop_timer_cancel(c->server->loop, &c->timer);
				return true;
			}
		}
		if (bytes.n == 0)
			return finish(c);
		if (!c->timer.armed) {
			c->taken = 0;
			arm(c, c->server->config.limits.drain_ms);
		}
		n = plug_write(&c->plug, bytes);
		if (n == PLUG_AGAIN)
			return true;
		if (n < 0) {
			conn_cut(c);
			return false;
		}
		sent(c, (size_t)n);
	}
}

static void count_answer(struct http_server *s, unsigned status)
{
	if (status >= 200 && status < 600)
		count_add(s, HTTP_COUNT_2XX + (status / 100 - 2), 1);
}

static bool begin_sending(struct conn *c)
{
	count_answer(c->server, c->call->status);
	c->state = c->call->stream.begun ? CONN_STREAM : CONN_ANSWER;
	c->sender_done = false;
	c->out_at = 0;
	c->taken = 0;
	arm(c, c->server->config.limits.drain_ms);
	return flush(c);
}

void conn_answer(struct conn *c)
{
	bool there = true;

	if (c->state == CONN_WORK)
		there = begin_sending(c);
	else if (c->state == CONN_STREAM)
		there = flush(c);
	if (there)
		rewatch(c);
}

/* The request is refused before a handler sees it. */
static bool refuse(struct conn *c, struct refusal r)
{
	count_add(c->server, HTTP_COUNT_BAD_REQUESTS, 1);
	if (!c->call)
		c->call = call_new(c);
	if (!c->call) {
		conn_cut(c);
		return false;
	}
	set_waits(c, false);
	answer_refusal(c->call, r);
	return begin_sending(c);
}

/* Behind a proxy that is believed: who asks is who asked it. The last header was added last. */
static void ask_proxy(struct http_call *call, const struct http_config *config)
{
	bool found = false;

	for (size_t i = call->head.n_fields; i-- > 0 && !found;)
		if (strcasecmp(call->head.fields[i].name, "x-forwarded-for") == 0)
			found = value_forwarded_for(span_str(call->head.fields[i].value),
			    config->proxies, config->n_proxies, &call->peer);
	for (size_t i = call->head.n_fields; i-- > 0;)
		if (strcasecmp(call->head.fields[i].name, "x-forwarded-proto") == 0) {
			call->secure = value_forwarded_https(span_str(call->head.fields[i].value));
			return;
		}
}

static bool dispatch(struct conn *c)
{
	struct http_server *s = c->server;

	c->state = CONN_WORK;
	set_waits(c, false);
	arm(c, c->server->config.limits.work_ms);
	count_add(s, HTTP_COUNT_REQUESTS, 1);
	s->config.handler(s->config.context, c->call);
	return true;
}

/* A person typed http:// before our port: their browser is shown the way. */
static struct refusal mislead(struct conn *c)
{
	const char *host = head_value(&c->call->head, "host");
	struct buf where;

	if (!host || c->call->head.target[0] != '/')
		return (struct refusal){400, "HTTPS is spoken here"};
	buf_init(&where, HTTP_HEAD_MAX + 16);
	buf_printf(&where, "https://%s%s", host, c->call->head.target);
	http_set_header(c->call, "Location", buf_text(&where));
	buf_done(&where);
	return (struct refusal){308, "HTTPS is spoken here"};
}

static size_t body_max(const struct conn *c)
{
	const struct http_config *config = &c->server->config;
	size_t max = HTTP_BODY_MAX;

	if (config->body_max)
		max = config->body_max(config->context, c->call->head.method, c->call->uri.path);
	return max < HTTP_BODY_MAX ? max : HTTP_BODY_MAX;
}

static struct refusal begin_body(struct conn *c)
{
	static const char go_on[] = "HTTP/1.1 100 Continue\r\n\r\n";
	struct http_call *call = c->call;
	struct span in = buf_view(&c->in);
	size_t max = body_max(c);

	if (call->head.length > max)
		return (struct refusal){413, "the body is too large"};
	c->state = CONN_BODY;
	c->chunks = (struct chunked){0};
	buf_init(&call->body, max);
	arm(c, c->server->config.limits.body_ms);
	/* 25 bytes into a buffer that nothing else waits in; if they do not go, the client does
	 * without them, as it must be able to (RFC 9110 10.1.1). */
	if (call->head.expects_continue && !in.n)
		(void)!plug_write(&c->plug, span_str(go_on));
	return FINE;
}

static struct refusal read_head(struct conn *c, size_t n)
{
	struct http_call *call = c->call;
	struct refusal r = head_parse(span_of(c->in.p, n), &call->arena, &call->head);

	buf_drop(&c->in, n);
	c->in_at = 0;
	if (!refusal_is(r))
		r = uri_parse(span_str(call->head.target), &call->arena, &call->uri);
	if (!refusal_is(r) && c->misled)
		r = mislead(c);
	if (!refusal_is(r) && c->believed)
		ask_proxy(call, &c->server->config);
	return refusal_is(r) ? r : begin_body(c);
}

/* One empty line before a request is forgiven (RFC 9112 2.2). */
static void skip_empty_line(struct conn *c)
{
	if (c->in_at == 0 && c->in.n >= 2 && c->in.p[0] == '\r' && c->in.p[1] == '\n')
		buf_drop(&c->in, 2);
}

/* false: there is nothing to do before more bytes come, or the connection is gone (*there). */
static bool step_head(struct conn *c, bool *there)
{
	struct refusal r;
	size_t n;

	skip_empty_line(c);
	if (c->fresh && c->in.n) {
		c->fresh = false;
		arm(c, c->server->config.limits.head_ms);
	}
	n = head_length(buf_view(&c->in), &c->in_at);
	if (n == 0 && c->in.n < HTTP_HEAD_MAX)
		return false;
	if (n == 0 || n > HTTP_HEAD_MAX) {
		*there = refuse(c, (struct refusal){431, "the headers are too large"});
		return false;
	}
	c->call = call_new(c);
	if (!c->call) {
		conn_cut(c);
		return *there = false;
	}
	r = read_head(c, n);
	if (refusal_is(r))
		*there = refuse(c, r);
	return !refusal_is(r);
}

static bool step_body(struct conn *c, bool *there)
{
	struct http_call *call = c->call;
	struct span in = buf_view(&c->in);
	struct refusal r = FINE;
	bool whole;

	if (call->head.chunked) {
		r = chunked_push(&c->chunks, &in, &call->body);
		whole = c->chunks.part == CHUNKED_DONE;
	} else {
		size_t left = (size_t)call->head.length - call->body.n;

		buf_span(&call->body, span_take(&in, left < in.n ? left : in.n));
		whole = call->body.n == call->head.length;
		if (call->body.full)
			r = (struct refusal){503, "out of memory"};
	}
	buf_drop(&c->in, c->in.n - in.n);
	if (refusal_is(r))
		*there = refuse(c, r);
	else if (whole)
		*there = dispatch(c);
	return false;
}

static bool pump(struct conn *c)
{
	bool there = true, more = true;

	while (more && there)
		if (c->state == CONN_HEAD)
			more = step_head(c, &there);
		else if (c->state == CONN_BODY)
			more = step_body(c, &there);
		else
			more = false;
	return there;
}

/* The other side will send no more. Who waits for an answer still gets it. */
static bool closed(struct conn *c)
{
	bool patient = c->state == CONN_STREAM && c->call->stream.pace == HTTP_PACE_WAIT;

	c->closed = true;
	if (patient || c->state == CONN_WORK || c->state == CONN_ANSWER)
		return true;
	conn_cut(c);
	return false;
}

static bool took(struct conn *c, struct span bytes)
{
	count_add(c->server, HTTP_COUNT_BYTES_IN, bytes.n);
	if (c->state == CONN_LINGER) {
		c->lingered += bytes.n;
		if (c->lingered <= HTTP_LINGER_BYTES)
			return true;
		conn_cut(c);
		return false;
	}
	buf_span(&c->in, bytes);
	if (c->in.full) { /* a stream's client that talks on */
		conn_cut(c);
		return false;
	}
	return pump(c);
}

static bool take(struct conn *c)
{
	uint8_t bytes[HTTP_READ_BYTES];

	for (int i = 0; i < READS_A_TURN && (wanted_events(c) & LOOP_READ); i++) {
		ssize_t n = plug_read(&c->plug, bytes, sizeof(bytes));

		if (n == PLUG_AGAIN)
			return true;
		if (n == PLUG_CLOSED)
			return closed(c);
		if (n < 0) {
			conn_cut(c);
			return false;
		}
		if (!took(c, span_of(bytes, (size_t)n)))
			return false;
	}
	return true;
}

/* Whether this is TLS at all; a request in the clear begins with a letter. */
static bool look_at_first(struct conn *c)
{
	uint8_t first;

	if (recv(c->plug.fd, &first, 1, MSG_PEEK) == 1 && first != TLS_HANDSHAKE) {
		plug_strip(&c->plug);
		c->misled = true;
		c->state = CONN_HEAD;
	}
	c->fresh = false;
	return c->misled;
}

static bool greet(struct conn *c)
{
	ssize_t done;

	if (c->fresh && look_at_first(c))
		return true;
	done = plug_greet(&c->plug);
	if (done == 1)
		c->state = CONN_HEAD;
	if (done >= 0)
		return true;
	count_add(c->server, HTTP_COUNT_TLS_FAILED, 1);
	conn_cut(c);
	return false;
}

static bool progress(struct conn *c, unsigned events)
{
	if (c->state == CONN_GREETING && !greet(c))
		return false;
	if (c->state == CONN_GREETING)
		return rewatch(c);
	if (!take(c))
		return false;
	if ((events & LOOP_WRITE) && is_sending(c) && !flush(c))
		return false;
	return rewatch(c);
}

static void ready(struct watch *w, unsigned events)
{
	struct conn *c = w->context;
	struct http_server *s = c->server;

	if (events & LOOP_HANGUP)
		conn_cut(c);
	else
		progress(c, events);
	server_drain(s);
}

/* The handler is not ready: the client is told, and the call is cut loose. */
static void give_up(struct conn *c)
{
	struct http_call *late = c->call;

	c->call = NULL;
	late->conn = NULL;
	atomic_store(&late->gone, true);
	if (refuse(c, (struct refusal){504, "the answer takes too long"}))
		rewatch(c);
}

static void time_over(struct loop_timer *t)
{
	struct conn *c = t->context;
	struct http_server *s = c->server;
	bool idle = c->state == CONN_HEAD && (c->fresh || !c->in.n);

	count_add(s, HTTP_COUNT_TIMEOUTS, !idle && c->state != CONN_LINGER);
	if (c->state == CONN_WORK) {
		give_up(c);
	} else if ((c->state == CONN_HEAD && !idle) || c->state == CONN_BODY) {
		if (refuse(c, (struct refusal){408, "the request did not come in time"}))
			rewatch(c);
	} else {
		conn_cut(c);
	}
	server_drain(s);
}

static bool conn_start(struct conn *c)
{
	struct http_server *s = c->server;
	int on = 1;
	struct err e;

	setsockopt(c->watch.fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	pthread_mutex_lock(&s->lock);
	e = plug_init(&c->plug, c->watch.fd, s->tls);
	pthread_mutex_unlock(&s->lock);
	if (err_is(e) || err_is(watch_add(s->loop, &c->watch)))
		return false;
	c->state = c->plug.ssl ? CONN_GREETING : CONN_HEAD;
	c->fresh = c->plug.ssl != NULL;
	set_waits(c, true);
	arm(c, c->server->config.limits.head_ms);
	return true;
}

void conn_open(struct http_server *s, int fd, const struct addr *peer)
{
	bool believed = cidr_any_contains(s->config.proxies, s->config.n_proxies, peer);
	struct visitor *visitor = visitors_enter(
	    &s->visitors, peer, believed ? SIZE_MAX : s->config.limits.connections_of_one);
	struct conn *c = visitor ? calloc(1, sizeof(*c)) : NULL;

	if (!c) {
		count_add(s, HTTP_COUNT_REFUSED, 1);
		visitors_leave(&s->visitors, visitor);
		close(fd);
		return;
	}
	c->server = s;
	c->peer = *peer;
	c->believed = believed;
	c->visitor = visitor;
	c->watch = (struct watch){.fd = fd, .events = LOOP_READ, .ready = ready, .context = c};
	c->timer = (struct loop_timer){.fire = time_over, .context = c};
	buf_init(&c->in, HTTP_HEAD_MAX + HTTP_READ_BYTES);
	lru_add(&s->conns, &c->all);
	count_add(s, HTTP_COUNT_ACCEPTED, 1);
	count_add(s, HTTP_COUNT_OPEN, 1);
	if (!conn_start(c))
		conn_cut(c);
}
