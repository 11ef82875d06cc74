/*
 * web.h: the API and the page: what comes between the HTTP server (http/server.h) and the store.
 * web_handle takes a request on the server's thread, finds its route and hands it to a lane; a
 * thread of that lane calls web_work. What the service around it must do stands in struct web_ops.
 */
#pragma once

#include "base/buf.h"
#include "http/server.h"
#include "web/route.h"

struct delivery;
struct events;
struct message;
struct store;
struct web;
struct web_call;
struct throttle;

/* Of the service (app/service.c). From any thread. */
struct web_ops {
	int64_t (*now_ms)(void *context);
	/* Queues it for a thread of this lane; false: too much waits there already. */
	bool (*submit)(void *context, enum lane lane, struct web_call *call);
	/* The clerk looks again: a schedule, a job, a rule or a setting has changed. */
	void (*wake_clerk)(void *context);
	/* There is something to deliver. */
	void (*wake_delivery)(void *context);
	/* Sends one message at once and says how that ended; it may take half a minute. */
	void (*test_channel)(void *context, struct store *store, const struct message *message,
	    struct delivery *ret);
	/* What the service counts itself, in Prometheus' text form. */
	void (*metrics)(void *context, struct buf *out);
};

struct web_config {
	const struct web_ops *ops;
	void *context;
	const char *store; /* path, for messages and the page */
	const char *setup_token; /* opens POST /setup while there is no user; NULL: closed */
	bool proxied; /* a proxy stands in front: its loopback address says nothing of the client */
};

must_use struct err web_new(const struct web_config *config, struct web **ret_web);
/* All calls must have been answered. NULL-safe. */
void web_free(struct web *w);
const struct web_config *web_config(const struct web *w);
/* Who guesses; of LANE_LOGIN. */
struct throttle *web_throttle(struct web *w);

/* For http_config: context is the struct web. */
http_handler web_handle;
http_body_max_fn web_body_max;

/* On a thread of its lane: answers and frees the call. */
void web_work(struct web_call *call, struct store *store);
/* For calls that no lane will work on any more: 503. */
void web_turn_away(struct web_call *call);

/* Tells every page that listens (GET /events): data is one line of JSON. event NULL: nothing, but
 * connections whose page is gone are noticed. From any thread. */
void web_publish(struct web *w, const char *event, struct span data);
/* Ends the streams of those pages: the server stops. */
void web_quiet(struct web *w);
struct events *web_events(struct web *w);
