/*
 * call.h: one request while it is answered: what was asked, who asks, and the ways to answer.
 * Whatever is handed out lives as long as the call.
 *
 * A helper that gives false or NULL has answered already, with the error; the function just
 * returns:
 *
 *	const struct doc *body = web_body(c);
 *	const char *name;
 *
 *	if (!body || !web_text(c, body, "name", WEB_NEEDED, 64, &name))
 *		return;
 *	e = store_view_add(c->store, &view);
 *	if (err_is(e))
 *		return web_failed(c, e);
 *	w = web_json(c, 201);
 *	jsonw_object(w);
 *	...
 */
#pragma once

#include "base/arena.h"
#include "base/jsonw.h"
#include "doc/doc.h"
#include "web/route.h"

struct store;
struct web;

/* What an error is called, and its status, stand in call.c. */
enum web_error {
	WEB_BAD_REQUEST,
	WEB_BAD_QUERY,
	WEB_UNAUTHENTICATED,
	WEB_FORBIDDEN,
	WEB_NOT_FOUND,
	WEB_NO_METHOD,
	WEB_CONFLICT,
	WEB_TOO_LARGE,
	WEB_INVALID,
	WEB_SLOW_DOWN,
	WEB_INTERNAL,
	WEB_BUSY,
	WEB_ERRORS,
};

/* Who asks. */
struct web_user {
	enum role role; /* what this request may; ROLE_NONE: nobody asks */
	const char *name; /* "" nobody */
	struct credential credential; /* zeros: nobody */
	char csrf[48]; /* what a page has to send back; "" for tokens, which no page can abuse */
};

struct web_call {
	struct web *web;
	struct http_call *http; /* NULL once it was answered */
	struct route_match match;
	struct store *store; /* of this thread */
	int64_t now_ms;
	struct web_user user;
	struct arena arena;
	/* The answer so far. */
	unsigned status; /* 0: none yet */
	const char *type;
	struct buf body;
	struct jsonw json; /* writes into body */
};

/* Asking. */

/* What {name} of the path stands for. */
const char *web_path(struct web_call *c, const char *name);
/* As a number; false: not-found was answered. */
bool web_path_number(struct web_call *c, const char *name, int64_t *ret_number);
/* Of the query string; NULL: not given. */
const char *web_param(const struct web_call *c, const char *name);
/* *ret_number stays where it is not given. */
bool web_param_number(
    struct web_call *c, const char *name, int64_t min, int64_t max, int64_t *ret_number);
/* "", "1", "true", "yes". */
bool web_param_flag(const struct web_call *c, const char *name);
/* The body, a JSON object; NULL: it is none. */
const struct doc *web_body(struct web_call *c);

enum web_need { WEB_OPTIONAL, WEB_NEEDED };

/* A member of an object of the body. One that is optional and not there leaves *ret as it is, one
 * that is null does, too. Texts have at most max bytes. */
bool web_text(struct web_call *c, const struct doc *object, const char *name, enum web_need need,
    size_t max, const char **ret_text);
bool web_number(struct web_call *c, const struct doc *object, const char *name, enum web_need need,
    int64_t min, int64_t max, int64_t *ret_number);
bool web_bool(struct web_call *c, const struct doc *object, const char *name, enum web_need need,
    bool *ret_bool);
bool web_member(struct web_call *c, const struct doc *object, const char *name, enum doc_kind kind,
    enum web_need need, const struct doc **ret_member);
/* RFC 3339, as milliseconds. */
bool web_time(struct web_call *c, const struct doc *object, const char *name, enum web_need need,
    int64_t *ret_ms);
/* A list of texts, each of at most max bytes, in the arena. */
bool web_texts(struct web_call *c, const struct doc *object, const char *name, enum web_need need,
    size_t max, size_t n_max, const char *const **ret_texts, size_t *ret_n);

/* Answering, once. What is not answered when the function returns becomes 500. */

/* Begins a JSON answer, which is sent when the function has returned. */
struct jsonw *web_json(struct web_call *c, unsigned status);
/* The same for anything else. */
struct buf *web_bytes(struct web_call *c, unsigned status, const char *type);
/* 204. */
void web_done(struct web_call *c);
/* The sentence is for people, without a full stop; what was written of an answer is dropped. */
void web_error(struct web_call *c, enum web_error error, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* bad-query: characters of the parameter q. */
void web_error_at(struct web_call *c, size_t at, size_t n, const char *message);
/* What the store says: a refusal becomes not-found, conflict, forbidden or invalid; all else is
 * internal, and is told on stderr. */
void web_failed(struct web_call *c, struct err e);

/* A list in pages: {"rows":[...],"next":...}. */
struct jsonw *web_rows_begin(struct web_call *c);
/* next "" or NULL: there is no more. */
void web_rows_end(struct web_call *c, const char *next);
/* The parameters `limit` (50, at most 500) and `cursor`, where that is a number: 0 without. */
bool web_page(struct web_call *c, size_t *ret_limit, uint64_t *ret_before);

/* Members of an object, as the API has them. */
void web_put_text(struct jsonw *w, const char *key, const char *text); /* NULL: null */
void web_put_number(struct jsonw *w, const char *key, int64_t number);
void web_put_bool(struct jsonw *w, const char *key, bool yes);
void web_put_time(struct jsonw *w, const char *key, int64_t ms); /* 0: null */
void web_put_time_s(struct jsonw *w, const char *key, int64_t seconds); /* always */

/* Something that the clerk looks after has changed. */
void web_wake_clerk(struct web_call *c);
/* There is something to deliver. */
void web_wake_delivery(struct web_call *c);
/* Ends the batch that store_begin has begun: commits, or with an error rolls back and gives it
 * back. */
must_use struct err web_batch_end(struct web_call *c, struct err e);

/* The record of who did what (store_audit), with who and from filled in; before the answer, in the
 * batch of what was done if there is one. */
must_use struct err web_audit(
    struct web_call *c, const char *action, const char *what, const char *detail);
