/*
 * inner.h: what the files of the server share and nobody else sees. Only server.c and guest.c know
 * libevent; a call is texts and bytes of its own, so that it outlives its connection.
 *
 * A guest (a connection) belongs to the loop's thread. A call is the handler's from dispatch to its
 * answer, then the loop's; the two meet in the server's list of ready calls, under its lock. If a
 * guest goes first, the call is cut loose (call->guest is NULL) and freed when its answer comes.
 */
#pragma once

#include "base/arena.h"
#include "base/lru.h"
#include "http/gzip.h"
#include "http/refusal.h"
#include "http/server.h"
#include "http/uri.h"
#include "http/visitors.h"

#include <pthread.h>
#include <stdatomic.h>

enum { LISTENERS_MAX = 16 };

struct guest;
struct event;
struct event_base;
struct evbuffer_cb_entry;
struct evhttp;
struct evhttp_bound_socket;
struct evhttp_connection;
struct evhttp_request;
struct bufferevent;

struct field {
	const char *name;
	const char *value;
};

struct fields {
	size_t n;
	struct field v[HTTP_HEADERS_MAX];
};

/* All under the server's lock, but `gzip` and `packed`, which are the sender's. */
struct stream {
	bool begun;
	enum http_pace pace;
	struct gzip *gzip;
	struct buf packed;
	struct buf pending; /* not yet with the loop */
	bool ended, whole;
	bool cut; /* too slow: the loop shall end the connection */
	bool gone; /* no client any more */
	bool telling; /* `on_gone` is being called */
	http_gone_fn *on_gone;
	void *on_gone_context;
	pthread_cond_t moved; /* pending became less, gone or told */
};

struct http_call {
	struct http_server *server;
	struct guest *guest; /* the loop's; NULL: cut loose */
	struct http_call *next_ready; /* these two under the server's lock */
	bool is_ready;
	atomic_bool gone;

	struct arena arena;
	enum http_method method;
	bool old; /* HTTP/1.0 */
	struct fields asked;
	struct uri uri;
	struct buf body;
	struct addr peer;
	bool secure;

	unsigned status;
	struct fields answer;
	unsigned replaced; /* rows of the table of security headers */
	bool has_coding, has_cache; /* Content-Encoding, Cache-Control were set */
	bool secret, faulty, close;
	struct buf own; /* the answer's body, if it is the call's; */
	struct span constant; /* else this */
	struct stream stream;
};

struct http_server {
	struct http_config config;
	struct cidr *proxies;
	struct event_base *base;
	struct evhttp *evhttp;
	struct event *woken; /* an eventfd: calls are ready, or stop */
	int wake_fd;
	struct evhttp_bound_socket *listeners[LISTENERS_MAX];
	size_t n_listeners;
	struct event *stop_time;
	bool running, stopping;
	atomic_bool stop_asked;
	pthread_t thread;

	pthread_mutex_t lock;
	struct ssl_ctx_st *tls; /* under the lock; NULL: plain */
	struct http_call *ready, **ready_end; /* under the lock */

	struct guest **by_fd; /* guests by their descriptor */
	size_t n_by_fd;
	struct guest *arriving, **arriving_end; /* have no descriptor yet */
	struct event *arrival;
	struct lru guests; /* that have one */
	struct lru waiting; /* of them, those without a whole request */
	size_t held; /* bytes of requests that are not whole yet */
	struct visitors visitors;
	_Atomic uint64_t counts[HTTP_COUNTS];
};

static inline void count_add(struct http_server *s, enum http_count which, uint64_t n)
{
	atomic_fetch_add_explicit(&s->counts[which], n, memory_order_relaxed);
}

static inline void count_less(struct http_server *s, enum http_count which)
{
	atomic_fetch_sub_explicit(&s->counts[which], 1, memory_order_relaxed);
}

/* server.c: the call has an answer, or its stream has something for the loop. */
void server_ready(struct http_server *s, struct http_call *call);
void server_ready_locked(struct http_server *s, struct http_call *call);
/* Answers what is ready; at the end of each of the loop's turns that may have dispatched. */
void server_drain(struct http_server *s);
/* A call without a guest: freed, unless its sender is still at it, or it is on the list. */
void server_settle(struct http_call *call);
/* A guest has gone. */
void server_lost(struct http_server *s);

/* call.c */
struct http_call *call_new(struct http_server *s);
void call_free(struct http_call *call);
/* Adds a copy; false: too many, or no memory. */
bool fields_add(struct fields *fields, struct arena *arena, const char *name, const char *value);
/* The first value of that name; NULL: none. */
const char *fields_value(const struct fields *fields, const char *name);
/* Whatever two readers might read in two ways is refused: it is how requests are smuggled past a
 * proxy (RFC 9112 3.2, 5.1, 6.3). */
must_use struct refusal call_check(const struct http_call *call);
/* Behind a proxy that is believed: who asks is who asked it. */
void call_ask_proxy(struct http_call *call);

/* answer.c */
/* An answer of ours to what no handler sees, or sees no longer. The call is not queued. */
void answer_refusal(struct http_call *call, struct refusal r);
/* What every answer has, after the handler's headers; true: its body is to be gzipped. */
bool answer_fields(struct http_call *call, const char *type, bool may_gzip);
/* The body; empty where there is none. */
struct span answer_body(const struct http_call *call);
/* RFC 9110 6.4.1. */
bool answer_has_body(const struct http_call *call);

/* stream.c: its client is gone; on the loop's thread. Tells who wants to be told. */
void stream_lost(struct http_call *call);
/* What came since the last time, into *bytes, which is empty. true: the stream has ended. */
bool stream_take(struct http_call *call, struct buf *bytes, bool *ret_whole, bool *ret_cut);

/* Its client is too slow for it. */
bool stream_is_cut(struct http_call *call);

/* guest.c */
/* For evhttp_set_bevcb: a new connection. */
struct bufferevent *guest_arrives(struct event_base *base, void *server);
/* Those that have arrived have their descriptors now. */
void guests_settle(struct http_server *s);
/* The guest has a whole request, or one that evhttp cannot read. */
void guest_asks(struct evhttp_request *request, void *server);
/* Its call is ready: answered, or its stream moved. */
void guest_answer(struct guest *g);
/* Its connection ends; in a later turn the guest is gone. */
void guest_cut(struct guest *g);
/* Cuts who waits longest without a whole request; false: nobody waits. */
bool guest_push_out(struct http_server *s);
/* Cuts all, or those that nobody works for. */
void guests_cut(struct http_server *s, bool all);
/* Takes guests out that left before they asked; libevent tells nobody of those. */
void guests_sweep(struct http_server *s);
/* When libevent has freed all connections. */
void guests_free(struct http_server *s);
