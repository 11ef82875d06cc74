/*
 * inner.h: what the files of the server share and nobody else sees: the server, a connection, a
 * call, and who owns what.
 *
 * A connection belongs to the loop's thread. A call is the handler's from dispatch to its answer,
 * then the loop's; the two meet in the server's list of ready calls, under its lock. If a
 * connection ends first, the call is cut loose (call->conn is NULL) and freed when its answer
 * comes.
 */
#pragma once

#include "base/lru.h"
#include "http/chunked.h"
#include "http/gzip.h"
#include "http/head.h"
#include "http/plug.h"
#include "http/server.h"
#include "http/uri.h"
#include "http/visitors.h"
#include "net/loop.h"

#include <pthread.h>
#include <stdatomic.h>

enum { LISTENERS_MAX = 16 };

struct conn;

/* All under the server's lock, but `begun`, `chunked`, `gzip` and `packed`, which are the
 * sender's. */
struct stream {
	bool begun;
	bool chunked;
	enum http_pace pace;
	struct gzip *gzip;
	struct buf packed;
	struct buf pending; /* framed, not yet with the loop */
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
	struct conn *conn; /* the loop's; NULL: cut loose */
	struct http_call *next_ready; /* these two under the server's lock */
	bool is_ready;
	atomic_bool gone;

	struct arena arena;
	struct http_head head;
	struct uri uri;
	struct buf body;
	struct addr peer;
	bool secure;

	struct buf fields; /* of the answer, as they will be sent */
	unsigned replaced; /* rows of the table of security headers */
	bool has_coding, has_cache; /* Content-Encoding, Cache-Control were set */
	bool secret, faulty;
	unsigned status;
	struct buf out; /* head, and the body if it is small or a stream's */
	struct buf large; /* a body that is not */
	struct span tail; /* what goes out behind `out` */
	struct stream stream;
};

enum conn_state {
	CONN_GREETING, /* TLS */
	CONN_HEAD, /* between requests, or in the head of one */
	CONN_BODY,
	CONN_WORK, /* the handler's turn */
	CONN_ANSWER,
	CONN_STREAM,
	CONN_LINGER, /* reads on a little, to be heard */
};

struct conn {
	struct http_server *server;
	struct lru_node all;
	struct lru_node waiting; /* in the server's, if `waits` */
	bool waits; /* has no whole request: may be pushed out */
	struct watch watch;
	struct loop_timer timer;
	struct plug plug;
	enum conn_state state;
	struct addr peer;
	bool believed; /* the peer is a proxy of ours */
	bool misled; /* speaks plain HTTP where TLS is spoken */
	bool fresh; /* no byte yet of the next head */
	bool closed; /* the other side has said its last */
	struct visitor *visitor;
	struct buf in;
	size_t in_at; /* where the end of the head is looked for */
	struct chunked chunks;
	struct http_call *call;
	bool sender_done; /* the stream has ended: what is in the call's out is the last of it */
	size_t out_at; /* of the call's out, then of its tail */
	size_t taken; /* bytes since the drain timer was armed */
	size_t lingered;
};

struct listener {
	struct watch watch;
	struct http_server *server;
};

struct http_server {
	struct http_config config;
	struct cidr *proxies;
	struct loop *loop;
	struct watch wake; /* an eventfd: calls are ready, or stop */
	struct listener listeners[LISTENERS_MAX];
	size_t n_listeners;
	struct loop_timer pause; /* of accepting, when descriptors ran out */
	struct loop_timer stop_time;
	bool running, stopping;
	atomic_bool stop_asked;
	pthread_t thread;

	pthread_mutex_t lock;
	struct ssl_ctx_st *tls; /* under the lock; NULL: plain */
	struct http_call *ready, **ready_end; /* under the lock */
	struct lru conns;
	struct lru waiting;
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

/* server.c: the call has an answer, or its stream has something for the loop. `locked` is held. */
void server_ready_locked(struct http_server *s, struct http_call *call);
void server_ready(struct http_server *s, struct http_call *call);
/* Answers what is ready; at the end of each of the loop's turns that may have dispatched. */
void server_drain(struct http_server *s);
/* A connection has ended. */
void server_lost(struct http_server *s);

/* call.c */
struct http_call *call_new(struct conn *c);
void call_free(struct http_call *call);

/* answer.c: the head of an answer into call->out. length is the body's; SIZE_MAX: in chunks, or to
 * the end of the connection. */
void answer_head(struct http_call *call, const char *type, size_t length, const char *coding);
/* An answer of ours to what no handler sees. The call is not queued. */
void answer_refusal(struct http_call *call, struct refusal r);

/* stream.c: its client is gone; on the loop's thread. Tells who wants to be told. */
void stream_lost(struct http_call *call);
/* More to send into call->out, which is empty. true: the stream has ended; *ret_whole says how. */
bool stream_refill(struct http_call *call, bool *ret_whole, bool *ret_cut);

/* conn.c */
/* fd is the connection's from now on, also on failure. */
void conn_open(struct http_server *s, int fd, const struct addr *peer);
void conn_cut(struct conn *c);
/* Who waits longest without a whole request; NULL: nobody. */
struct conn *conn_longest_waiting(const struct http_server *s);
/* Its call is ready: answered, or its stream moved. */
void conn_answer(struct conn *c);
