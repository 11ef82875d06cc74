/*
 * guest.c: one connection of evhttp's, and what evhttp does not watch: how long a whole request may
 * take (its own time-outs are pauses), how fast an answer is taken, how many connections an address
 * has, how much memory unfinished requests hold.
 *
 * libevent names a connection only when its first request is whole, and tells nobody when one ends
 * before. So a guest is known by its descriptor and the kernel's cookie of that socket: whoever has
 * the same descriptor with another cookie is somebody else, and this guest is long gone. It is
 * never freed by us: shutdown() on its socket makes evhttp see the end and do that.
 */
#include "http/inner.h"
#include "http/status.h"
#include "http/value.h"

#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/bufferevent_ssl.h>
#include <event2/event.h>
#include <event2/http.h>
#include <event2/http_struct.h>
#include <event2/keyvalq_struct.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>

enum { SWEEP_MS = 200 }; /* how soon a guest that was cut is looked for again */

enum guest_state {
	GUEST_IDLE, /* between requests */
	GUEST_ASKS, /* TLS's handshake, or a request that is not whole */
	GUEST_WORK, /* the handler's turn */
	GUEST_ANSWER,
	GUEST_STREAM,
};

struct guest {
	struct http_server *server;
	struct guest *next_arriving;
	struct lru_node all;
	struct lru_node waiting; /* in the server's, if `waits` */
	bool waits;
	enum guest_state state;
	int fd;
	uint64_t cookie;
	struct addr peer;
	bool believed; /* the peer is a proxy of ours */
	bool secure;
	bool cut; /* its socket was shut down */
	struct visitor *visitor;
	struct bufferevent *bev;
	struct evbuffer_cb_entry *in_cb, *out_cb;
	struct evhttp_connection *known; /* NULL before the first request */
	struct evhttp_request *request;
	struct http_call *call;
	struct event *timer;
	struct event *leaves; /* the client of an event stream closes its side */
	size_t held; /* bytes of the request that is not whole */
	size_t taken; /* bytes of the answer since the drain timer was armed */
	bool chunk_out; /* a piece of the stream is on its way */
	bool sender_done, whole;
};

static struct guest *guest_of(struct lru_node *n, size_t offset)
{
	return (struct guest *)((char *)n - offset);
}

static void arm(struct guest *g, unsigned ms)
{
	struct timeval tv = {.tv_sec = ms / 1000, .tv_usec = (suseconds_t)(ms % 1000) * 1000};

	event_add(g->timer, &tv);
}

static uint64_t cookie_of(int fd)
{
	uint64_t cookie = 0;
	socklen_t n = sizeof(cookie);

	return getsockopt(fd, SOL_SOCKET, SO_COOKIE, &cookie, &n) == 0 ? cookie : 0;
}

static bool is_there(const struct guest *g)
{
	return g->cookie && cookie_of(g->fd) == g->cookie;
}

static void set_waits(struct guest *g, bool waits)
{
	if (waits == g->waits)
		return;
	g->waits = waits;
	if (waits)
		lru_add(&g->server->waiting, &g->waiting);
	else
		lru_remove(&g->server->waiting, &g->waiting);
}

static void set_held(struct guest *g, size_t bytes)
{
	g->server->held -= g->held;
	g->server->held += bytes;
	g->held = bytes;
}

static void set_state(struct guest *g, enum guest_state state, unsigned ms)
{
	g->state = state;
	set_waits(g, state == GUEST_IDLE || state == GUEST_ASKS);
	if (state != GUEST_ASKS)
		set_held(g, 0);
	arm(g, ms);
}

/* Its call goes its own way: it is freed when its answer comes, or now if that was there. */
static void let_go(struct guest *g)
{
	struct http_call *call = g->call;

	g->call = NULL;
	if (!call)
		return;
	call->guest = NULL;
	atomic_store(&call->gone, true);
	if (g->state == GUEST_STREAM)
		server_settle(call);
	else if (g->state == GUEST_ANSWER)
		call_free(call);
}

static void guest_free(struct guest *g)
{
	struct http_server *s = g->server;

	let_go(g);
	set_waits(g, false);
	set_held(g, 0);
	if (g->fd >= 0) {
		lru_remove(&s->guests, &g->all);
		s->by_fd[g->fd] = NULL;
		count_less(s, HTTP_COUNT_OPEN);
	}
	visitors_leave(&s->visitors, g->visitor);
	if (g->leaves)
		event_free(g->leaves);
	event_free(g->timer);
	free(g);
}

void guest_cut(struct guest *g)
{
	g->cut = true;
	set_waits(g, false);
	if (is_there(g))
		shutdown(g->fd, SHUT_RDWR);
	if (g->request) /* evhttp does not read now, so it would not see the end */
		bufferevent_trigger_event(
		    g->bev, BEV_EVENT_EOF | BEV_EVENT_READING, BEV_TRIG_DEFER_CALLBACKS);
	else
		arm(g, SWEEP_MS);
}

bool guest_push_out(struct http_server *s)
{
	struct lru_node *longest = s->waiting.oldest;

	if (!longest)
		return false;
	count_add(s, HTTP_COUNT_PUSHED_OUT, 1);
	guest_cut(guest_of(longest, offsetof(struct guest, waiting)));
	return true;
}

void guests_cut(struct http_server *s, bool all)
{
	struct lru_node *next;

	for (struct lru_node *n = s->guests.oldest; n; n = next) {
		struct guest *g = guest_of(n, offsetof(struct guest, all));

		next = n->newer;
		if (all || (g->state != GUEST_WORK && g->state != GUEST_ANSWER))
			guest_cut(g);
	}
}

void guests_sweep(struct http_server *s)
{
	struct lru_node *next;

	for (struct lru_node *n = s->guests.oldest; n; n = next) {
		struct guest *g = guest_of(n, offsetof(struct guest, all));

		next = n->newer;
		if (!g->known && !is_there(g))
			guest_free(g);
	}
}

/* evhttp frees the connection; the bufferevent is still there. */
static void connection_ends(struct evhttp_connection *connection, void *context)
{
	struct guest *g = context;
	struct http_server *s = g->server;

	(void)connection;
	evbuffer_remove_cb_entry(bufferevent_get_input(g->bev), g->in_cb);
	evbuffer_remove_cb_entry(bufferevent_get_output(g->bev), g->out_cb);
	/* A request without its whole answer that evhttp has taken off the connection is ours. */
	if (g->request && !evhttp_request_get_connection(g->request))
		evhttp_request_free(g->request);
	guest_free(g);
	server_lost(s);
}

/* Work on an answer has taken too long: the client is told, and the call is cut loose. */
static void give_up(struct guest *g)
{
	struct http_call *late = g->call, *call = call_new(g->server);

	if (!call) {
		guest_cut(g);
		return;
	}
	call->method = late->method;
	late->guest = NULL;
	atomic_store(&late->gone, true);
	g->call = call;
	call->guest = g;
	answer_refusal(call, (struct refusal){504, "the answer takes too long"});
	guest_answer(g);
}

static void time_over(evutil_socket_t fd, short events, void *context)
{
	struct guest *g = context;
	struct http_server *s = g->server;

	(void)fd;
	(void)events;
	if (!g->known && !is_there(g)) {
		guest_free(g);
		server_lost(s);
	} else {
		count_add(s, HTTP_COUNT_TIMEOUTS, g->state != GUEST_IDLE && !g->cut);
		if (g->state == GUEST_WORK)
			give_up(g);
		else
			guest_cut(g);
	}
	server_drain(s);
}

/* Bytes came, as they are inside of TLS. The first of a request begins its time. */
static void bytes_in(struct evbuffer *b, const struct evbuffer_cb_info *info, void *context)
{
	struct guest *g = context;
	struct http_server *s = g->server;

	(void)b;
	count_add(s, HTTP_COUNT_BYTES_IN, info->n_added);
	if (g->cut || info->n_added == 0)
		return;
	if (g->state == GUEST_IDLE)
		set_state(g, GUEST_ASKS, s->config.limits.request_ms);
	if (g->state == GUEST_ASKS)
		set_held(g, g->held + info->n_added);
	if (s->held > HTTP_HELD_BYTES_MAX)
		guest_push_out(s);
}

/* The client took bytes. It has to take so many in each span of time, or all. */
static void bytes_out(struct evbuffer *b, const struct evbuffer_cb_info *info, void *context)
{
	struct guest *g = context;

	(void)b;
	count_add(g->server, HTTP_COUNT_BYTES_OUT, info->n_deleted);
	g->taken += info->n_deleted;
	if (g->taken < HTTP_DRAIN_BYTES || (g->state != GUEST_ANSWER && g->state != GUEST_STREAM))
		return;
	g->taken = 0;
	arm(g, g->server->config.limits.drain_ms);
}

static struct bufferevent *make_bufferevent(struct http_server *s, bool *ret_secure)
{
	struct bufferevent *bev;
	SSL *ssl = NULL;

	pthread_mutex_lock(&s->lock);
	*ret_secure = s->tls != NULL;
	if (s->tls)
		ssl = SSL_new(s->tls);
	pthread_mutex_unlock(&s->lock);
	if (!*ret_secure)
		return bufferevent_socket_new(s->base, -1, BEV_OPT_CLOSE_ON_FREE);
	if (!ssl)
		return NULL;
	bev = bufferevent_openssl_socket_new(
	    s->base, -1, ssl, BUFFEREVENT_SSL_ACCEPTING, BEV_OPT_CLOSE_ON_FREE);
	if (bev)
		bufferevent_openssl_set_allow_dirty_shutdown(bev, 1);
	return bev;
}

/* NULL makes evhttp take a bufferevent of its own, in the clear; guest_asks refuses that. */
struct bufferevent *guest_arrives(struct event_base *base, void *context)
{
	struct http_server *s = context;
	struct guest *g = calloc(1, sizeof(*g));

	if (!g)
		return NULL;
	g->server = s;
	g->fd = -1;
	g->state = GUEST_ASKS;
	g->timer = event_new(base, -1, 0, time_over, g);
	g->bev = g->timer ? make_bufferevent(s, &g->secure) : NULL;
	if (!g->bev) {
		if (g->timer)
			event_free(g->timer);
		free(g);
		return NULL;
	}
	g->in_cb = evbuffer_add_cb(bufferevent_get_input(g->bev), bytes_in, g);
	g->out_cb = evbuffer_add_cb(bufferevent_get_output(g->bev), bytes_out, g);
	*s->arriving_end = g;
	s->arriving_end = &g->next_arriving;
	/* Its descriptor is there when evhttp has returned, and nothing is read before that. */
	event_active(s->arrival, EV_TIMEOUT, 0);
	return g->bev;
}

static bool reach(struct http_server *s, int fd)
{
	size_t n = s->n_by_fd ? s->n_by_fd : 64;
	struct guest **by_fd;

	if ((size_t)fd < s->n_by_fd)
		return true;
	while (n <= (size_t)fd)
		n *= 2;
	by_fd = reallocarray(s->by_fd, n, sizeof(struct guest *));
	if (!by_fd)
		return false;
	memset(by_fd + s->n_by_fd, 0, (n - s->n_by_fd) * sizeof(struct guest *));
	s->by_fd = by_fd;
	s->n_by_fd = n;
	return true;
}

/* Somebody makes room, or nobody has to. */
static bool make_room(struct http_server *s)
{
	unsigned max = s->config.limits.connections;

	if (http_server_count(s, HTTP_COUNT_OPEN) >= max)
		guests_sweep(s);
	return http_server_count(s, HTTP_COUNT_OPEN) < max || guest_push_out(s);
}

/* false: too many, of this address or in all. */
static bool admit(struct guest *g)
{
	struct http_server *s = g->server;
	struct sockaddr_storage sa;
	socklen_t n = sizeof(sa);
	uint16_t port;
	bool ok = make_room(s);

	if (getpeername(g->fd, (struct sockaddr *)&sa, &n) == 0)
		addr_from_sockaddr((struct sockaddr *)&sa, &g->peer, &port);
	g->believed = cidr_any_contains(s->config.proxies, s->config.n_proxies, &g->peer);
	g->visitor = visitors_enter(
	    &s->visitors, &g->peer, g->believed ? SIZE_MAX : s->config.limits.connections_of_one);
	if (!g->visitor) { /* some of them may be gone */
		guests_sweep(s);
		g->visitor =
		    visitors_enter(&s->visitors, &g->peer, s->config.limits.connections_of_one);
	}
	return ok && g->visitor && !s->stopping;
}

static void settle_in(struct guest *g)
{
	struct http_server *s = g->server;
	int on = 1;

	g->fd = bufferevent_getfd(g->bev);
	if (g->fd < 0 || !reach(s, g->fd)) { /* evhttp has no memory for it, or we have not */
		g->fd = -1;
		guest_free(g);
		return;
	}
	if (s->by_fd[g->fd])
		guest_free(s->by_fd[g->fd]);
	s->by_fd[g->fd] = g;
	lru_add(&s->guests, &g->all);
	g->cookie = cookie_of(g->fd);
	setsockopt(g->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	if (admit(g)) {
		set_state(g, GUEST_ASKS, s->config.limits.request_ms);
		count_add(s, HTTP_COUNT_ACCEPTED, 1);
	} else {
		count_add(s, HTTP_COUNT_REFUSED, 1);
		guest_cut(g);
	}
	count_add(s, HTTP_COUNT_OPEN, 1);
}

static struct guest *next_arriving(struct http_server *s)
{
	struct guest *g = s->arriving;

	if (!g)
		return NULL;
	s->arriving = g->next_arriving;
	if (!s->arriving)
		s->arriving_end = &s->arriving;
	return g;
}

void guests_settle(struct http_server *s)
{
	struct guest *g;

	while ((g = next_arriving(s)))
		settle_in(g);
}

void guests_free(struct http_server *s)
{
	struct guest *g;

	while (s->guests.oldest)
		guest_free(guest_of(s->guests.oldest, offsetof(struct guest, all)));
	while ((g = next_arriving(s)))
		guest_free(g);
}

/* The request as texts and bytes of the call's own. */
static struct refusal copy_request(struct http_call *call, struct evhttp_request *request)
{
	static const struct {
		enum evhttp_cmd_type theirs;
		enum http_method ours;
	} methods[] = {
	    {EVHTTP_REQ_GET, HTTP_GET},
	    {EVHTTP_REQ_HEAD, HTTP_HEAD},
	    {EVHTTP_REQ_POST, HTTP_POST},
	    {EVHTTP_REQ_PUT, HTTP_PUT},
	    {EVHTTP_REQ_DELETE, HTTP_DELETE},
	};
	struct evbuffer *body = evhttp_request_get_input_buffer(request);
	const struct evkeyval *h = evhttp_request_get_input_headers(request)->tqh_first;
	size_t n = evbuffer_get_length(body);
	uint8_t *room = n ? buf_room(&call->body, n) : NULL;

	for (size_t i = 0; i < sizeof(methods) / sizeof(methods[0]); i++)
		if (methods[i].theirs == evhttp_request_get_command(request))
			call->method = methods[i].ours;
	call->old = request->major < 1 || (request->major == 1 && request->minor < 1);
	for (; h; h = h->next.tqe_next)
		if (!fields_add(&call->asked, &call->arena, h->key, h->value))
			return (struct refusal){431, "too many headers"};
	if (room && evbuffer_remove(body, room, n) == (int)n)
		buf_wrote(&call->body, n);
	return call->body.n == n ? FINE : (struct refusal){413, "the body is too large"};
}

static struct refusal check_request(struct http_call *call, struct evhttp_request *request)
{
	const struct http_config *config = &call->server->config;
	const char *target = evhttp_request_get_uri(request);
	struct refusal r = copy_request(call, request);
	size_t max = HTTP_BODY_MAX;

	if (!refusal_is(r) && !target)
		r = (struct refusal){400, "the request is not well-formed"};
	if (!refusal_is(r) && request->major != 1)
		r = (struct refusal){505, "HTTP/1.1 is spoken here"};
	if (!refusal_is(r))
		r = call_check(call);
	if (!refusal_is(r))
		r = uri_parse(span_str(target), &call->arena, &call->uri);
	if (!refusal_is(r) && config->body_max)
		max = config->body_max(config->context, call->method, call->uri.path);
	if (!refusal_is(r) && call->body.n > max)
		r = (struct refusal){413, "the body is too large"};
	return r;
}

static void answered(struct evhttp_request *request, void *context)
{
	struct guest *g = context;

	(void)request;
	g->request = NULL;
	call_free(g->call);
	g->call = NULL;
	if (g->leaves)
		event_del(g->leaves);
	if (!g->cut)
		set_state(g, GUEST_IDLE, g->server->config.limits.idle_ms);
}

static struct guest *find_guest(struct http_server *s, struct evhttp_connection *connection)
{
	struct bufferevent *bev = evhttp_connection_get_bufferevent(connection);
	int fd = bufferevent_getfd(bev);
	struct guest *g = fd >= 0 && (size_t)fd < s->n_by_fd ? s->by_fd[fd] : NULL;

	return g && g->bev == bev ? g : NULL;
}

static void dispatch(struct guest *g, struct http_call *call, struct refusal r)
{
	struct http_server *s = g->server;

	if (refusal_is(r)) {
		count_add(s, HTTP_COUNT_BAD_REQUESTS, 1);
		answer_refusal(call, r);
		guest_answer(g);
		return;
	}
	if (g->believed)
		call_ask_proxy(call);
	count_add(s, HTTP_COUNT_REQUESTS, 1);
	s->config.handler(s->config.context, call);
}

void guest_asks(struct evhttp_request *request, void *context)
{
	struct http_server *s = context;
	struct evhttp_connection *connection = evhttp_request_get_connection(request);
	struct guest *g = find_guest(s, connection);
	struct http_call *call = g && !g->cut ? call_new(s) : NULL;

	if (!call) {
		evhttp_send_error(request, 503, NULL);
		return;
	}
	if (!g->known) {
		g->known = connection;
		evhttp_connection_set_closecb(connection, connection_ends, g);
	}
	g->request = request;
	g->call = call;
	call->guest = g;
	call->peer = g->peer;
	call->secure = g->secure;
	evhttp_request_set_on_complete_cb(request, answered, g);
	set_state(g, GUEST_WORK, s->config.limits.work_ms);
	dispatch(g, call, check_request(call, request));
	server_drain(s);
}

static void count_answer(struct http_server *s, unsigned status)
{
	if (status >= 200 && status < 600)
		count_add(s, HTTP_COUNT_2XX + (status / 100 - 2), 1);
}

static void put_fields(struct guest *g)
{
	struct evkeyvalq *headers = evhttp_request_get_output_headers(g->request);

	for (size_t i = 0; i < g->call->answer.n; i++)
		evhttp_add_header(headers, g->call->answer.v[i].name, g->call->answer.v[i].value);
}

/* The call keeps the bytes until all of it is sent. */
static void send_whole(struct guest *g)
{
	struct span body = answer_body(g->call);
	struct evbuffer *out = evbuffer_new();
	char length[24];

	if (!out) {
		guest_cut(g);
		return;
	}
	snprintf(length, sizeof(length), "%zu", body.n);
	if (g->call->status != 204 && g->call->status != 304)
		evhttp_add_header(
		    evhttp_request_get_output_headers(g->request), "Content-Length", length);
	if (answer_has_body(g->call) && body.n)
		evbuffer_add_reference(out, body.p, body.n, NULL, NULL);
	evhttp_send_reply(
	    g->request, (int)g->call->status, status_row(g->call->status)->reason, out);
	evbuffer_free(out);
}

static void client_leaves(evutil_socket_t fd, short events, void *context)
{
	struct guest *g = context;
	struct http_server *s = g->server;

	(void)fd;
	(void)events;
	guest_cut(g);
	server_drain(s);
}

static void begin_stream(struct guest *g)
{
	g->sender_done = g->whole = g->chunk_out = false;
	if (g->call->stream.pace == HTTP_PACE_DROP && !g->leaves)
		g->leaves = event_new(g->server->base, g->fd, EV_CLOSED, client_leaves, g);
	if (g->call->stream.pace == HTTP_PACE_DROP && g->leaves)
		event_add(g->leaves, NULL);
	evhttp_send_reply_start(
	    g->request, (int)g->call->status, status_row(g->call->status)->reason);
}

static void free_bytes(const void *bytes, size_t n, void *context)
{
	(void)n;
	(void)context;
	free((void *)(uintptr_t)bytes);
}

static void send_on(struct guest *g);

static void piece_sent(struct evhttp_connection *connection, void *context)
{
	struct guest *g = context;
	struct http_server *s = g->server;

	(void)connection;
	g->chunk_out = false;
	send_on(g);
	server_drain(s);
}

static void send_piece(struct guest *g, struct buf *bytes)
{
	struct evbuffer *out = evbuffer_new();

	if (!out || evbuffer_add_reference(out, bytes->p, bytes->n, free_bytes, NULL) < 0) {
		buf_done(bytes);
		guest_cut(g);
	} else {
		g->chunk_out = true;
		g->taken = 0;
		arm(g, g->server->config.limits.drain_ms);
		evhttp_send_reply_chunk_with_cb(g->request, out, piece_sent, g);
	}
	if (out)
		evbuffer_free(out);
}

/* What came from the sender since the last piece, when that is sent. */
static void send_on(struct guest *g)
{
	struct buf bytes;
	bool cut = false;

	if (g->chunk_out && !g->cut && stream_is_cut(g->call)) {
		count_add(g->server, HTTP_COUNT_TIMEOUTS, 1);
		guest_cut(g);
	}
	if (g->chunk_out || g->cut)
		return;
	buf_init(&bytes, SIZE_MAX);
	if (!g->sender_done)
		g->sender_done = stream_take(g->call, &bytes, &g->whole, &cut);
	if (cut) {
		count_add(g->server, HTTP_COUNT_TIMEOUTS, 1);
		buf_done(&bytes);
		guest_cut(g);
	} else if (bytes.n) {
		send_piece(g, &bytes);
	} else if (g->sender_done && g->whole) {
		evhttp_send_reply_end(g->request);
	} else if (g->sender_done) {
		guest_cut(g);
	} else {
		event_del(g->timer); /* nothing to take: nothing to be slow with */
	}
}

void guest_answer(struct guest *g)
{
	if (g->state == GUEST_STREAM) {
		send_on(g);
		return;
	}
	if (g->cut) {
		struct http_call *call = g->call;

		g->call = NULL;
		call->guest = NULL;
		atomic_store(&call->gone, true);
		server_settle(call);
		return;
	}
	count_answer(g->server, g->call->status);
	g->taken = 0;
	put_fields(g);
	set_state(g, g->call->stream.begun ? GUEST_STREAM : GUEST_ANSWER,
	    g->server->config.limits.drain_ms);
	if (g->state == GUEST_ANSWER) {
		send_whole(g);
	} else {
		begin_stream(g);
		send_on(g);
	}
}
