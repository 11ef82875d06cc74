/*
 * server.c: the loop that accepts, and the list by which calls come back to it. Why a list and an
 * eventfd: a lane hands over one finished answer and is done; the loop's thread takes no lock while
 * it reads, parses, encrypts and sends. A handler that answers at once, on the loop's thread, wakes
 * nobody: each turn ends by emptying the list.
 */
#include "http/inner.h"
#include "http/value.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/random.h>
#include <unistd.h>

enum { PAUSE_US = 100 * 1000 }; /* out of descriptors */

const struct http_count_row http_count_table[HTTP_COUNTS] = {
    [HTTP_COUNT_ACCEPTED] = {"connections_total", "Connections accepted.", false},
    [HTTP_COUNT_REFUSED] = {"connections_refused_total",
	"Connections closed at once: too many, of one address or in all.", false},
    [HTTP_COUNT_PUSHED_OUT] = {"connections_pushed_out_total",
	"Connections without a request, closed to make room.", false},
    [HTTP_COUNT_OPEN] = {"connections_open", "Connections now.", true},
    [HTTP_COUNT_STREAMS] = {"streams_open", "Event streams and exports now.", true},
    [HTTP_COUNT_REQUESTS] = {"requests_total", "Requests handed to a handler.", false},
    [HTTP_COUNT_BAD_REQUESTS] = {"requests_refused_total",
	"Requests refused before a handler saw them.", false},
    [HTTP_COUNT_2XX] = {"answers_2xx_total", "Answers of that class.", false},
    [HTTP_COUNT_3XX] = {"answers_3xx_total", "Answers of that class.", false},
    [HTTP_COUNT_4XX] = {"answers_4xx_total", "Answers of that class.", false},
    [HTTP_COUNT_5XX] = {"answers_5xx_total", "Answers of that class.", false},
    [HTTP_COUNT_TIMEOUTS] = {"timeouts_total",
	"Heads, bodies, handlers and clients that took too long.", false},
    [HTTP_COUNT_TLS_FAILED] = {"tls_failed_total", "TLS handshakes that failed.", false},
    [HTTP_COUNT_BYTES_IN] = {"received_bytes_total", "Bytes received, inside of TLS.", false},
    [HTTP_COUNT_BYTES_OUT] = {"sent_bytes_total", "Bytes sent, inside of TLS.", false},
};

uint64_t http_server_count(const struct http_server *s, enum http_count which)
{
	return atomic_load_explicit(&s->counts[which], memory_order_relaxed);
}

static void wake(struct http_server *s)
{
	static const uint64_t one = 1;

	(void)!write(s->wake.fd, &one, sizeof(one));
}

void server_ready_locked(struct http_server *s, struct http_call *call)
{
	bool first = !s->ready;

	if (call->is_ready)
		return;
	call->is_ready = true;
	call->next_ready = NULL;
	*s->ready_end = call;
	s->ready_end = &call->next_ready;
	if (first && !(s->running && pthread_equal(pthread_self(), s->thread)))
		wake(s);
}

void server_ready(struct http_server *s, struct http_call *call)
{
	pthread_mutex_lock(&s->lock);
	server_ready_locked(s, call);
	pthread_mutex_unlock(&s->lock);
}

static struct http_call *next_ready(struct http_server *s)
{
	struct http_call *call;

	pthread_mutex_lock(&s->lock);
	call = s->ready;
	if (call) {
		s->ready = call->next_ready;
		if (!s->ready)
			s->ready_end = &s->ready;
		call->is_ready = false;
	}
	pthread_mutex_unlock(&s->lock);
	return call;
}

/* A call whose connection is gone. */
static void settle(struct http_call *call)
{
	bool sends_on;

	pthread_mutex_lock(&call->server->lock);
	sends_on = call->stream.begun && !call->stream.ended;
	pthread_mutex_unlock(&call->server->lock);
	if (sends_on)
		stream_lost(call);
	else
		call_free(call);
}

void server_drain(struct http_server *s)
{
	struct http_call *call;

	while ((call = next_ready(s)))
		if (call->conn)
			conn_answer(call->conn);
		else
			settle(call);
}

void server_lost(struct http_server *s)
{
	if (s->stopping && !s->conns.oldest)
		loop_stop(s->loop);
}

static void listeners_close(struct http_server *s)
{
	for (size_t i = 0; i < s->n_listeners; i++)
		watch_close(&s->listeners[i].watch);
	s->n_listeners = 0;
}

static void cut_all(struct http_server *s, bool working_too)
{
	struct lru_node *next;

	for (struct lru_node *n = s->conns.oldest; n; n = next) {
		struct conn *c = (struct conn *)((char *)n - offsetof(struct conn, all));

		next = n->newer;
		if (working_too || (c->state != CONN_WORK && c->state != CONN_ANSWER))
			conn_cut(c);
	}
}

static void stop_time_over(struct loop_timer *t)
{
	struct http_server *s = t->context;

	loop_stop(s->loop);
}

static void begin_stopping(struct http_server *s)
{
	s->stopping = true;
	listeners_close(s);
	loop_timer_cancel(s->loop, &s->pause);
	loop_timer_arm(s->loop, &s->stop_time, (uint64_t)s->config.limits.stop_ms * 1000);
	cut_all(s, false);
	server_lost(s);
}

static void woken(struct watch *w, unsigned events)
{
	struct http_server *s = w->context;
	uint64_t n;

	(void)events;
	(void)!read(w->fd, &n, sizeof(n));
	server_drain(s);
	if (atomic_load(&s->stop_asked) && !s->stopping)
		begin_stopping(s);
	server_drain(s);
}

static void watch_listeners(struct http_server *s, unsigned events)
{
	for (size_t i = 0; i < s->n_listeners; i++)
		(void)err_is(watch_change(&s->listeners[i].watch, events));
}

static void pause_over(struct loop_timer *t)
{
	watch_listeners(t->context, LOOP_READ);
}

/* One more may come: there is room, or who waits longest makes some. */
static bool make_room(struct http_server *s, bool is_full)
{
	struct conn *longest = is_full ? conn_longest_waiting(s) : NULL;

	if (longest) {
		conn_cut(longest);
		count_add(s, HTTP_COUNT_PUSHED_OUT, 1);
	}
	return longest || !is_full;
}

/* The machine has no descriptor or memory for it; it stays in the socket's queue. */
static void out_of_descriptors(struct http_server *s)
{
	if (make_room(s, true))
		return;
	watch_listeners(s, 0);
	loop_timer_arm(s->loop, &s->pause, PAUSE_US);
}

static void admit(struct http_server *s, int fd, const struct sockaddr_storage *sa)
{
	struct addr peer = {0};
	uint16_t port;

	addr_from_sockaddr((const struct sockaddr *)sa, &peer, &port);
	if (make_room(s, http_server_count(s, HTTP_COUNT_OPEN) >= s->config.limits.connections)) {
		conn_open(s, fd, &peer);
		return;
	}
	count_add(s, HTTP_COUNT_REFUSED, 1);
	close(fd);
}

static void incoming(struct watch *w, unsigned events)
{
	struct listener *listener = w->context;
	struct http_server *s = listener->server;

	(void)events;
	for (int i = 0; i < HTTP_ACCEPTS_A_TURN; i++) {
		struct sockaddr_storage sa = {0};
		socklen_t n = sizeof(sa);
		int fd = accept4(w->fd, (struct sockaddr *)&sa, &n, SOCK_NONBLOCK | SOCK_CLOEXEC);

		if (fd >= 0) {
			admit(s, fd, &sa);
		} else if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS ||
			   errno == ENOMEM) {
			out_of_descriptors(s);
			break;
		} else if (errno == EAGAIN) {
			break;
		}
	}
	server_drain(s);
}

struct err http_server_listen(struct http_server *s, int fd)
{
	struct listener *l = &s->listeners[s->n_listeners];
	struct err e;

	if (s->n_listeners == LISTENERS_MAX)
		return err_limit("too many addresses to listen on");
	l->server = s;
	l->watch = (struct watch){.fd = fd, .events = LOOP_READ, .ready = incoming, .context = l};
	e = watch_add(s->loop, &l->watch);
	if (!err_is(e))
		s->n_listeners++;
	return e;
}

struct err http_server_adopt(struct http_server *s, int fd)
{
	struct sockaddr_storage sa = {0};

	admit(s, fd, &sa);
	return OK;
}

static void limits_fill(struct http_limits *l)
{
	const struct {
		unsigned *value;
		unsigned preset;
	} rows[] = {
	    {&l->head_ms, HTTP_HEAD_MS},
	    {&l->body_ms, HTTP_BODY_MS},
	    {&l->idle_ms, HTTP_IDLE_MS},
	    {&l->work_ms, HTTP_WORK_MS},
	    {&l->drain_ms, HTTP_DRAIN_MS},
	    {&l->linger_ms, HTTP_LINGER_MS},
	    {&l->stop_ms, HTTP_STOP_MS},
	    {&l->connections, HTTP_CONNECTIONS_MAX},
	    {&l->connections_of_one, HTTP_CONNECTIONS_OF_ONE},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (*rows[i].value == 0)
			*rows[i].value = rows[i].preset;
}

/* What can fail. */
static struct err server_fill(struct http_server *s, const struct http_config *config)
{
	struct siphash_key key;
	struct err e = loop_new(&s->loop);

	if (err_is(e))
		return e;
	s->proxies = calloc(config->n_proxies + 1, sizeof(*s->proxies));
	if (!s->proxies)
		return err_io(ENOMEM, "HTTP server");
	for (size_t i = 0; i < config->n_proxies; i++)
		s->proxies[i] = config->proxies[i];
	s->config.proxies = s->proxies;
	if (getrandom(&key, sizeof(key), 0) != sizeof(key))
		return err_io(errno, "random bytes");
	visitors_init(&s->visitors, &key, s->config.limits.connections + 1);
	s->wake.fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	if (s->wake.fd < 0)
		return err_io(errno, "eventfd");
	return watch_add(s->loop, &s->wake);
}

struct err http_server_new(const struct http_config *config, struct http_server **ret_s)
{
	struct http_server *s = calloc(1, sizeof(*s));
	struct err e;

	if (!s)
		return err_io(ENOMEM, "HTTP server");
	s->config = *config;
	limits_fill(&s->config.limits);
	s->config.certificate = s->config.key = span_of(NULL, 0);
	s->ready_end = &s->ready;
	s->wake = (struct watch){.fd = -1, .events = LOOP_READ, .ready = woken, .context = s};
	s->pause = (struct loop_timer){.fire = pause_over, .context = s};
	s->stop_time = (struct loop_timer){.fire = stop_time_over, .context = s};
	pthread_mutex_init(&s->lock, NULL);
	e = server_fill(s, config);
	if (!err_is(e) && (config->certificate.n || config->key.n))
		e = plug_context_new(config->certificate, config->key, &s->tls);
	if (err_is(e)) {
		http_server_free(s);
		return e;
	}
	*ret_s = s;
	return OK;
}

void http_server_free(struct http_server *s)
{
	if (!s)
		return;
	listeners_close(s);
	cut_all(s, true);
	if (s->loop)
		server_drain(s);
	plug_context_free(s->tls);
	watch_close(&s->wake);
	loop_free(s->loop);
	visitors_done(&s->visitors);
	pthread_mutex_destroy(&s->lock);
	free(s->proxies);
	free(s);
}

struct err http_server_run(struct http_server *s)
{
	struct err e;

	pthread_mutex_lock(&s->lock);
	s->thread = pthread_self();
	s->running = true;
	pthread_mutex_unlock(&s->lock);
	e = loop_run(s->loop);
	pthread_mutex_lock(&s->lock);
	s->running = false;
	pthread_mutex_unlock(&s->lock);
	return e;
}

void http_server_stop(struct http_server *s)
{
	atomic_store(&s->stop_asked, true);
	wake(s);
}

struct err http_server_certificate(struct http_server *s, struct span certificate, struct span key)
{
	struct ssl_ctx_st *fresh, *old;
	struct err e = plug_context_new(certificate, key, &fresh);

	if (err_is(e))
		return e;
	pthread_mutex_lock(&s->lock);
	old = s->tls;
	s->tls = fresh;
	pthread_mutex_unlock(&s->lock);
	plug_context_free(old);
	return OK;
}
