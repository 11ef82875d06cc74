/*
 * dispatch.c: the way of a request: found in the tables on the server's thread, handed to a lane,
 * worked on there with that thread's store: who asks, may they, the route's function, and the
 * answer. The server's thread does no more than that, so that a slow question delays no other.
 */
#include "base/siphash.h"
#include "http/limits.h"
#include "store/store.h"
#include "web/assets.h"
#include "web/auth.h"
#include "web/call.h"
#include "web/events.h"
#include "web/limits.h"
#include "web/throttle.h"
#include "web/web.h"

#include <stdio.h>
#include <stdlib.h>

struct web {
	struct web_config config;
	struct throttle *throttle;
	struct events *events;
};

struct err web_new(const struct web_config *config, struct web **ret_web)
{
	struct web *w = calloc(1, sizeof(*w));
	struct err e;

	if (!w)
		return err_limit("out of memory");
	w->config = *config;
	e = throttle_new(&w->throttle);
	if (!err_is(e))
		e = events_new(&w->events);
	if (err_is(e)) {
		web_free(w);
		return e;
	}
	*ret_web = w;
	return OK;
}

void web_free(struct web *w)
{
	if (!w)
		return;
	throttle_free(w->throttle);
	events_free(w->events);
	free(w);
}

struct throttle *web_throttle(struct web *w)
{
	return w->throttle;
}

struct events *web_events(struct web *w)
{
	return w->events;
}

void web_publish(struct web *w, const char *event, struct span data)
{
	events_tell(w->events, event, data);
}

void web_quiet(struct web *w)
{
	events_end(w->events);
}

const struct web_config *web_config(const struct web *w)
{
	return &w->config;
}

static struct web_call *call_new(struct web *w, struct http_call *http)
{
	struct web_call *c = calloc(1, sizeof(*c));

	if (!c)
		return NULL;
	c->web = w;
	c->http = http;
	c->now_ms = w->config.ops->now_ms(w->config.context);
	c->user.name = "";
	arena_init(&c->arena, WEB_CALL_BYTES_MAX);
	buf_init(&c->body, WEB_ANSWER_MAX);
	return c;
}

static void call_free(struct web_call *c)
{
	arena_done(&c->arena);
	buf_done(&c->body);
	free(c);
}

/* A quoted hash of the answer: weak, for gzip makes other bytes of it. */
static bool is_unchanged(struct web_call *c)
{
	static const struct siphash_key key; /* no secret: it is no table */
	char etag[32];

	if (c->status != 200 || c->body.full || !(c->match.route->flags & ROUTE_ETAG))
		return false;
	snprintf(etag, sizeof(etag), "W/\"%016llx\"",
	    (unsigned long long)siphash(&key, c->body.p, c->body.n));
	http_set_header(c->http, "Cache-Control", "private, no-cache");
	return http_answer_unchanged(c->http, etag);
}

static void call_send(struct web_call *c)
{
	if (!c->http)
		return;
	if (!c->status)
		web_error(c, WEB_INTERNAL, "nothing was answered");
	if (c->match.route && (c->match.route->flags & ROUTE_SECRET))
		http_set_secret(c->http);
	if (!c->match.route || !is_unchanged(c))
		http_answer(c->http, c->status, c->type, c->status == 204 ? NULL : &c->body);
	c->http = NULL;
}

static void call_end(struct web_call *c)
{
	call_send(c);
	call_free(c);
}

void web_turn_away(struct web_call *c)
{
	if (c->http) {
		http_set_header(c->http, "Retry-After", "1");
		web_error(c, WEB_BUSY, "too much is asked at once: try again");
	}
	call_end(c);
}

/* The day of a credential's last use is a write, which a reader's store cannot: it goes to the lane
 * that can, as a call that nobody waits for. */
static void credential_used(struct web_call *c)
{
	struct err e = store_credential_used(c->store, c->user.credential.id, c->now_ms);

	if (err_is(e))
		fprintf(
		    stderr, "certscape: the last use of a session: %s\n", store_detail(c->store));
}

static const struct route used_route = {.lane = LANE_WRITE, .fn = credential_used};

static void credential_touch(const struct web_call *c)
{
	struct web *w = c->web;
	struct web_call *later;

	if (!c->user.credential.id || !credential_is_stale(&c->user.credential, c->now_ms))
		return;
	later = call_new(w, NULL);
	if (!later)
		return;
	later->match.route = &used_route;
	later->user.credential = c->user.credential;
	if (!w->config.ops->submit(w->config.context, LANE_WRITE, later))
		call_free(later);
}

void web_work(struct web_call *c, struct store *store)
{
	c->store = store;
	if (!c->http) {
		c->match.route->fn(c);
		return call_free(c);
	}
	if (auth_identify(c) && auth_permit(c)) {
		credential_touch(c);
		c->match.route->fn(c);
	}
	call_end(c);
}

static void no_route(struct web_call *c)
{
	char allow[64] = "";

	if (!c->match.methods)
		return web_error(
		    c, WEB_NOT_FOUND, "there is nothing at %.200s", http_path(c->http));
	for (unsigned m = 0; m < HTTP_METHODS; m++)
		if (c->match.methods & (1u << m))
			snprintf(allow + strlen(allow), sizeof(allow) - strlen(allow), "%s%s",
			    *allow ? ", " : "", http_method_name((enum http_method)m));
	http_set_header(c->http, "Allow", allow);
	web_error(c, WEB_NO_METHOD, "this takes %s", allow);
}

static bool page_answered(struct http_call *http)
{
	const struct page_file *file;

	if (http_method(http) != HTTP_GET && http_method(http) != HTTP_HEAD)
		return false;
	file = asset_find(http_path(http));
	if (file)
		asset_answer(http, file);
	else if (!asset_has_page() && strcmp(http_path(http), "/") == 0)
		asset_answer_without(http);
	else
		return false;
	return true;
}

void web_handle(void *context, struct http_call *http)
{
	struct web *w = context;
	struct web_call *c;

	if (page_answered(http))
		return;
	c = call_new(w, http);
	if (!c)
		return http_answer(http, 503, NULL, NULL);
	route_find(http_method(http), http_path(http), &c->match);
	if (!c->match.route) {
		no_route(c);
		return call_end(c);
	}
	if (!w->config.ops->submit(w->config.context, c->match.route->lane, c))
		web_turn_away(c);
}

size_t web_body_max(void *context, enum http_method method, const char *path)
{
	struct route_match match;

	(void)context;
	route_find(method, path, &match);
	if (!match.route) /* what is wrong with it is not its body */
		return method == HTTP_GET ? 0 : (size_t)WEB_BODY_MAX;
	if (match.route->method == HTTP_GET)
		return 0;
	return match.route->flags & ROUTE_LARGE ? (size_t)HTTP_BODY_MAX : (size_t)WEB_BODY_MAX;
}
