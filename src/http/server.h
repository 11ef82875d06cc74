/*
 * server.h: an HTTP/1.1 server over TLS 1.2 and 1.3: one thread that accepts, reads requests and
 * sends answers, and that never waits for a database, a disk or a client. It hands each request to
 * the handler as a struct http_call (call.h), which may be answered at once or from any thread.
 *
 * Slow and hostile clients cost a bounded time and memory (limits.h): a whole request has a
 * deadline, not only its pauses; answers have to be taken; connections are counted by address, and
 * when all are taken the one that waits longest without a request makes room.
 */
#pragma once

#include "http/call.h"
#include "http/limits.h"
#include "inet/cidr.h"

struct http_server;

/* On the loop's thread, for a request that is whole and sound; it must not wait. It, or whoever it
 * hands the call to, answers exactly once. */
typedef void http_handler(void *context, struct http_call *call);
/* How many bytes of body this request may have, at most HTTP_BODY_MAX. On the loop's thread. */
typedef size_t http_body_max_fn(void *context, enum http_method method, const char *path);

/* Of limits.h where 0. */
struct http_limits {
	unsigned request_ms, idle_ms, work_ms, drain_ms, stop_ms;
	unsigned connections, connections_of_one;
};

struct http_config {
	http_handler *handler;
	http_body_max_fn *body_max; /* NULL: HTTP_BODY_MAX for all */
	void *context;
	/* PEM: the chain, leaf first, and its key. Both empty: plain HTTP, for a proxy in front. */
	struct span certificate;
	struct span key;
	/* The peers whose X-Forwarded-For and X-Forwarded-Proto are believed, and who may have any
	 * number of connections; none: nobody. Copied. */
	const struct cidr *proxies;
	size_t n_proxies;
	struct http_limits limits;
};

/* ERR_INPUT: the certificate or the key cannot be used, and why. */
must_use struct err http_server_new(const struct http_config *config, struct http_server **ret_s);
/* Connections are cut; every call must have been answered. Not while it runs. NULL-safe. */
void http_server_free(struct http_server *s);

/* A listening socket (listen.h), which is the server's from now on. Before http_server_run. */
must_use struct err http_server_listen(struct http_server *s, int fd);
/* Until http_server_stop. The calling thread is the loop's. */
must_use struct err http_server_run(struct http_server *s);
/* One turn of the loop, without waiting: for tests. */
void http_server_turn(struct http_server *s);
/* From any thread or a signal handler: no connection is taken any more, requests that are being
 * worked on are answered (at most HTTP_STOP_MS), streams are cut. */
void http_server_stop(struct http_server *s);

/* Another certificate for connections to come. From any thread. On failure the old one stays. */
must_use struct err http_server_certificate(
    struct http_server *s, struct span certificate, struct span key);

/* What is counted, for /metrics. */
enum http_count {
	HTTP_COUNT_ACCEPTED,
	HTTP_COUNT_REFUSED, /* too many, of one address or in all */
	HTTP_COUNT_PUSHED_OUT, /* waited longest when room was needed */
	HTTP_COUNT_OPEN, /* now */
	HTTP_COUNT_STREAMS, /* now */
	HTTP_COUNT_REQUESTS,
	HTTP_COUNT_BAD_REQUESTS, /* refused before any handler saw them */
	HTTP_COUNT_2XX,
	HTTP_COUNT_3XX,
	HTTP_COUNT_4XX,
	HTTP_COUNT_5XX,
	HTTP_COUNT_TIMEOUTS, /* of request, handler or client */
	HTTP_COUNT_BYTES_IN, /* as received, inside TLS */
	HTTP_COUNT_BYTES_OUT,
	HTTP_COUNTS,
};

struct http_count_row {
	const char *name; /* of a Prometheus metric, without prefix: "connections_accepted_total" */
	const char *help;
	bool is_gauge;
};

extern const struct http_count_row http_count_table[HTTP_COUNTS];
/* From any thread. */
uint64_t http_server_count(const struct http_server *s, enum http_count which);
