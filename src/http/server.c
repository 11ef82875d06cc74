/*
 * server.c: libevent's loop and evhttp, and the list by which calls come back to them. Why a list
 * and an eventfd, not libevent's locks: a lane hands over one finished answer and is done, and all
 * of libevent stays on one thread. A handler that answers at once wakes nobody: each turn that may
 * have dispatched ends by emptying the list.
 */
#include "http/inner.h"
#include "http/secure.h"

#include <errno.h>
#include <event2/event.h>
#include <event2/http.h>
#include <event2/util.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <unistd.h>

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
    [HTTP_COUNT_TIMEOUTS] = {"timeouts_total", "Requests, handlers and clients that took too long.",
	false},
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

	(void)!write(s->wake_fd, &one, sizeof(one));
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

void server_settle(struct http_call *call)
{
	bool sends_on, is_ready;

	pthread_mutex_lock(&call->server->lock);
	sends_on = call->stream.begun && !call->stream.ended;
	is_ready = call->is_ready;
	pthread_mutex_unlock(&call->server->lock);
	if (sends_on)
		stream_lost(call);
	else if (!is_ready)
		call_free(call);
}

void server_drain(struct http_server *s)
{
	struct http_call *call;

	while ((call = next_ready(s)))
		if (call->guest)
			guest_answer(call->guest);
		else
			server_settle(call);
}

void server_lost(struct http_server *s)
{
	if (s->stopping && !s->guests.oldest)
		event_base_loopbreak(s->base);
}

static void listeners_close(struct http_server *s)
{
	for (size_t i = 0; i < s->n_listeners; i++)
		evhttp_del_accept_socket(s->evhttp, s->listeners[i]);
	s->n_listeners = 0;
}

static void add_timer(struct event *timer, unsigned ms)
{
	struct timeval tv = {.tv_sec = ms / 1000, .tv_usec = (suseconds_t)(ms % 1000) * 1000};

	event_add(timer, &tv);
}

static void stop_time_over(evutil_socket_t fd, short events, void *context)
{
	struct http_server *s = context;

	(void)fd;
	(void)events;
	event_base_loopbreak(s->base);
}

static void begin_stopping(struct http_server *s)
{
	s->stopping = true;
	listeners_close(s);
	add_timer(s->stop_time, s->config.limits.stop_ms);
	guests_cut(s, false);
	server_lost(s);
}

static void woken(evutil_socket_t fd, short events, void *context)
{
	struct http_server *s = context;
	uint64_t n;

	(void)events;
	(void)!read(fd, &n, sizeof(n));
	server_drain(s);
	if (atomic_load(&s->stop_asked) && !s->stopping)
		begin_stopping(s);
}

static void arrival(evutil_socket_t fd, short events, void *context)
{
	(void)fd;
	(void)events;
	guests_settle(context);
}

struct err http_server_listen(struct http_server *s, int fd)
{
	struct evhttp_bound_socket **l = &s->listeners[s->n_listeners];

	if (s->n_listeners == LISTENERS_MAX)
		return err_limit("too many addresses to listen on");
	*l = evhttp_accept_socket_with_handle(s->evhttp, fd);
	if (!*l)
		return err_io(errno, "cannot listen");
	s->n_listeners++;
	return OK;
}

static void limits_fill(struct http_limits *l)
{
	const struct {
		unsigned *value;
		unsigned preset;
	} rows[] = {
	    {&l->request_ms, HTTP_REQUEST_MS},
	    {&l->idle_ms, HTTP_IDLE_MS},
	    {&l->work_ms, HTTP_WORK_MS},
	    {&l->drain_ms, HTTP_DRAIN_MS},
	    {&l->stop_ms, HTTP_STOP_MS},
	    {&l->connections, HTTP_CONNECTIONS_MAX},
	    {&l->connections_of_one, HTTP_CONNECTIONS_OF_ONE},
	};
	struct rlimit files;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (*rows[i].value == 0)
			*rows[i].value = rows[i].preset;
	/* The other half is for the store, scans and deliveries; libevent would spin on accept()
	 * without any. */
	if (getrlimit(RLIMIT_NOFILE, &files) == 0 && files.rlim_cur / 2 < l->connections)
		l->connections = (unsigned)(files.rlim_cur / 2);
}

/* Ours are the texts that people read; libevent's, of single clients, are nobody's. */
static void say_nothing(int severity, const char *message)
{
	(void)severity;
	(void)message;
}

static struct err copy_proxies(struct http_server *s, const struct http_config *config)
{
	s->proxies = calloc(config->n_proxies + 1, sizeof(*s->proxies));
	if (!s->proxies)
		return err_io(ENOMEM, "HTTP server");
	for (size_t i = 0; i < config->n_proxies; i++)
		s->proxies[i] = config->proxies[i];
	s->config.proxies = s->proxies;
	return OK;
}

static struct err make_events(struct http_server *s)
{
	s->wake_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	if (s->wake_fd < 0)
		return err_io(errno, "eventfd");
	s->woken = event_new(s->base, s->wake_fd, EV_READ | EV_PERSIST, woken, s);
	s->arrival = event_new(s->base, -1, 0, arrival, s);
	s->stop_time = event_new(s->base, -1, 0, stop_time_over, s);
	if (!s->woken || !s->arrival || !s->stop_time || event_add(s->woken, NULL) < 0)
		return err_io(ENOMEM, "HTTP server");
	return OK;
}

/* evhttp's own limits stand behind ours: its time-outs are pauses, so they are longer. */
static void set_up_evhttp(struct http_server *s)
{
	evhttp_set_bevcb(s->evhttp, guest_arrives, s);
	evhttp_set_gencb(s->evhttp, guest_asks, s);
	evhttp_set_max_headers_size(s->evhttp, HTTP_HEAD_MAX);
	evhttp_set_max_body_size(s->evhttp, HTTP_BODY_MAX);
	evhttp_set_default_content_type(s->evhttp, NULL);
	evhttp_set_allowed_methods(s->evhttp, EVHTTP_REQ_GET | EVHTTP_REQ_HEAD | EVHTTP_REQ_POST |
						  EVHTTP_REQ_PUT | EVHTTP_REQ_DELETE);
	evhttp_set_timeout(s->evhttp, (int)(s->config.limits.idle_ms / 1000) + 10);
	evhttp_set_flags(s->evhttp, EVHTTP_SERVER_LINGERING_CLOSE);
}

static struct err server_fill(struct http_server *s, const struct http_config *config)
{
	struct siphash_key key;
	struct err e = copy_proxies(s, config);

	if (err_is(e))
		return e;
	if (getrandom(&key, sizeof(key), 0) != sizeof(key))
		return err_io(errno, "random bytes");
	visitors_init(&s->visitors, &key, s->config.limits.connections + 1);
	event_set_log_callback(say_nothing);
	s->base = event_base_new();
	s->evhttp = s->base ? evhttp_new(s->base) : NULL;
	if (!s->evhttp)
		return err_io(ENOMEM, "HTTP server");
	set_up_evhttp(s);
	e = make_events(s);
	if (!err_is(e) && (config->certificate.n || config->key.n))
		e = secure_context_new(config->certificate, config->key, &s->tls);
	return e;
}

struct err http_server_new(const struct http_config *config, struct http_server **ret_s)
{
	struct http_server *s = calloc(1, sizeof(*s));
	struct err e;

	if (!s)
		return err_io(ENOMEM, "HTTP server");
	s->config = *config;
	s->config.certificate = s->config.key = span_of(NULL, 0);
	limits_fill(&s->config.limits);
	s->ready_end = &s->ready;
	s->arriving_end = &s->arriving;
	s->wake_fd = -1;
	pthread_mutex_init(&s->lock, NULL);
	e = server_fill(s, config);
	if (err_is(e)) {
		http_server_free(s);
		return e;
	}
	*ret_s = s;
	return OK;
}

static void free_event(struct event *event)
{
	if (event)
		event_free(event);
}

void http_server_free(struct http_server *s)
{
	if (!s)
		return;
	if (s->evhttp)
		evhttp_free(s->evhttp);
	guests_free(s);
	server_drain(s);
	free_event(s->woken);
	free_event(s->arrival);
	free_event(s->stop_time);
	if (s->base) {
		/* What was put off holds on to connections that are gone. */
		event_base_loop(s->base, EVLOOP_NONBLOCK);
		event_base_free(s->base);
	}
	secure_context_free(s->tls);
	if (s->wake_fd >= 0)
		close(s->wake_fd);
	visitors_done(&s->visitors);
	pthread_mutex_destroy(&s->lock);
	free(s->by_fd);
	free(s->proxies);
	free(s);
}

/* Clients that close early are no reason to end the process: libevent writes without
 * MSG_NOSIGNAL. */
static void block_sigpipe(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGPIPE);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
}

static void set_running(struct http_server *s, bool running)
{
	block_sigpipe();
	pthread_mutex_lock(&s->lock);
	s->thread = pthread_self();
	s->running = running;
	pthread_mutex_unlock(&s->lock);
}

struct err http_server_run(struct http_server *s)
{
	int done;

	set_running(s, true);
	done = event_base_dispatch(s->base);
	set_running(s, false);
	return done < 0 ? err_io(errno, "HTTP server") : OK;
}

void http_server_turn(struct http_server *s)
{
	set_running(s, true);
	event_base_loop(s->base, EVLOOP_NONBLOCK);
	set_running(s, false);
}

void http_server_stop(struct http_server *s)
{
	atomic_store(&s->stop_asked, true);
	wake(s);
}

struct err http_server_certificate(struct http_server *s, struct span certificate, struct span key)
{
	struct ssl_ctx_st *fresh, *old;
	struct err e = secure_context_new(certificate, key, &fresh);

	if (err_is(e))
		return e;
	pthread_mutex_lock(&s->lock);
	old = s->tls;
	s->tls = fresh;
	pthread_mutex_unlock(&s->lock);
	secure_context_free(old);
	return OK;
}
