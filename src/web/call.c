/*
 * call.c: how a route function asks and answers. The answer is collected in the call and sent by
 * dispatch.c afterwards, so that an error half way through a list replaces what was written.
 */
#include "web/call.h"

#include "base/time.h"
#include "store/store.h"
#include "web/limits.h"
#include "web/web.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

static const char json_type[] = "application/json; charset=utf-8";

/* Asking. */

const char *web_path(struct web_call *c, const char *name)
{
	const char *text = arena_text(&c->arena, route_variable(&c->match, name));

	return text ? text : "";
}

static bool number_parse(const char *text, int64_t *ret_number)
{
	char *end;
	long long number;

	errno = 0;
	number = strtoll(text, &end, 10);
	if (errno || end == text || *end || *text == ' ' || *text == '+')
		return false;
	*ret_number = number;
	return true;
}

bool web_path_number(struct web_call *c, const char *name, int64_t *ret_number)
{
	const char *text = web_path(c, name);
	int64_t number;

	if (!number_parse(text, &number) || number < 1) {
		web_error(c, WEB_NOT_FOUND, "there is no %s \"%.40s\"", name, text);
		return false;
	}
	*ret_number = number;
	return true;
}

const char *web_param(const struct web_call *c, const char *name)
{
	return http_param(c->http, name);
}

bool web_param_number(
    struct web_call *c, const char *name, int64_t min, int64_t max, int64_t *ret_number)
{
	const char *text = web_param(c, name);
	int64_t number;

	if (!text || !*text)
		return true;
	if (number_parse(text, &number) && number >= min && number <= max) {
		*ret_number = number;
		return true;
	}
	web_error(c, WEB_BAD_REQUEST, "%s: a number from %lld to %lld is expected", name,
	    (long long)min, (long long)max);
	return false;
}

bool web_param_flag(const struct web_call *c, const char *name)
{
	static const char *const yes[] = {"", "1", "true", "yes"};
	const char *text = web_param(c, name);

	for (size_t i = 0; text && i < sizeof(yes) / sizeof(yes[0]); i++)
		if (strcmp(text, yes[i]) == 0)
			return true;
	return false;
}

const struct doc *web_body(struct web_call *c)
{
	struct doc_error error;
	const struct doc *doc;

	if (err_is(doc_from_json(http_body(c->http), &c->arena, &doc, &error))) {
		web_error(c, WEB_BAD_REQUEST, "the body is not JSON: line %u, column %u: %s",
		    error.at.line, error.at.column, error.text);
		return NULL;
	}
	if (!doc_is(doc, DOC_OBJECT)) {
		web_error(c, WEB_BAD_REQUEST, "the body must be an object, not %s",
		    doc_kind_text(doc->kind));
		return NULL;
	}
	return doc;
}

bool web_member(struct web_call *c, const struct doc *object, const char *name, enum doc_kind kind,
    enum web_need need, const struct doc **ret_member)
{
	const struct doc *member = doc_get(object, name);

	if (!member || doc_is(member, DOC_NULL)) {
		if (need == WEB_NEEDED)
			web_error(c, WEB_INVALID, "\"%s\" is missing", name);
		return need == WEB_OPTIONAL;
	}
	if (!doc_is(member, kind)) {
		web_error(c, WEB_INVALID, "\"%s\" must be %s, not %s", name, doc_kind_text(kind),
		    doc_kind_text(member->kind));
		return false;
	}
	*ret_member = member;
	return true;
}

static bool text_fits(struct web_call *c, const char *name, size_t max, const char *text)
{
	if (strlen(text) <= max)
		return true;
	web_error(c, WEB_INVALID, "\"%s\" is longer than %zu bytes", name, max);
	return false;
}

bool web_text(struct web_call *c, const struct doc *object, const char *name, enum web_need need,
    size_t max, const char **ret_text)
{
	const struct doc *member = NULL;

	if (!web_member(c, object, name, DOC_TEXT, need, &member))
		return false;
	if (!member)
		return true;
	if (!text_fits(c, name, max, member->text))
		return false;
	*ret_text = member->text;
	return true;
}

bool web_number(struct web_call *c, const struct doc *object, const char *name, enum web_need need,
    int64_t min, int64_t max, int64_t *ret_number)
{
	const struct doc *member = NULL;

	if (!web_member(c, object, name, DOC_INT, need, &member))
		return false;
	if (!member)
		return true;
	if (member->integer < min || member->integer > max) {
		web_error(c, WEB_INVALID, "\"%s\" must be from %lld to %lld", name, (long long)min,
		    (long long)max);
		return false;
	}
	*ret_number = member->integer;
	return true;
}

bool web_bool(struct web_call *c, const struct doc *object, const char *name, enum web_need need,
    bool *ret_bool)
{
	const struct doc *member = NULL;

	if (!web_member(c, object, name, DOC_BOOL, need, &member))
		return false;
	if (member)
		*ret_bool = member->integer != 0;
	return true;
}

bool web_texts(struct web_call *c, const struct doc *object, const char *name, enum web_need need,
    size_t max, size_t n_max, const char *const **ret_texts, size_t *ret_n)
{
	const struct doc *list = NULL;
	const char **texts;
	size_t n = 0;

	if (!web_member(c, object, name, DOC_ARRAY, need, &list))
		return false;
	if (!list)
		return true;
	texts = list->n <= n_max ? arena_alloc(&c->arena, (list->n + 1) * sizeof(*texts)) : NULL;
	if (!texts) {
		web_error(c, WEB_INVALID, "\"%s\" has more than %zu members", name, n_max);
		return false;
	}
	for (const struct doc *item = doc_first(list); item; item = item->next) {
		if (!doc_text(item)) {
			web_error(c, WEB_INVALID, "\"%s\" must be a list of texts", name);
			return false;
		}
		if (!text_fits(c, name, max, item->text))
			return false;
		texts[n++] = item->text;
	}
	*ret_texts = texts;
	*ret_n = n;
	return true;
}

bool web_time(struct web_call *c, const struct doc *object, const char *name, enum web_need need,
    int64_t *ret_ms)
{
	const char *text = NULL;
	struct err e;

	if (!web_text(c, object, name, need, TIME_TEXT_MAX, &text))
		return false;
	if (!text)
		return true;
	e = time_parse(span_str(text), ret_ms);
	if (err_is(e))
		web_error(c, WEB_INVALID, "\"%s\": %s", name, e.what);
	return !err_is(e);
}

/* Answering. */

struct buf *web_bytes(struct web_call *c, unsigned status, const char *type)
{
	c->status = status;
	c->type = type;
	buf_reset(&c->body);
	jsonw_init(&c->json, &c->body);
	return &c->body;
}

struct jsonw *web_json(struct web_call *c, unsigned status)
{
	web_bytes(c, status, json_type);
	return &c->json;
}

void web_done(struct web_call *c)
{
	web_bytes(c, 204, NULL);
}

static const struct {
	const char *code;
	unsigned status;
} errors[WEB_ERRORS] = {
    [WEB_BAD_REQUEST] = {"bad-request", 400},
    [WEB_BAD_QUERY] = {"bad-query", 400},
    [WEB_UNAUTHENTICATED] = {"unauthenticated", 401},
    [WEB_FORBIDDEN] = {"forbidden", 403},
    [WEB_NOT_FOUND] = {"not-found", 404},
    [WEB_NO_METHOD] = {"no-method", 405},
    [WEB_CONFLICT] = {"conflict", 409},
    [WEB_TOO_LARGE] = {"too-large", 413},
    [WEB_INVALID] = {"invalid", 422},
    [WEB_SLOW_DOWN] = {"slow-down", 429},
    [WEB_INTERNAL] = {"internal", 500},
    [WEB_BUSY] = {"busy", 503},
};

/* Leaves the inner object open. */
static struct jsonw *error_begin(struct web_call *c, enum web_error error, const char *message)
{
	struct jsonw *w = web_json(c, errors[error].status);

	jsonw_object(w);
	jsonw_key(w, "error");
	jsonw_object(w);
	web_put_text(w, "code", errors[error].code);
	web_put_text(w, "message", message);
	return w;
}

static void error_end(struct jsonw *w)
{
	jsonw_end_object(w);
	jsonw_end_object(w);
}

void web_error(struct web_call *c, enum web_error error, const char *format, ...)
{
	char message[1024];
	va_list args;

	va_start(args, format);
	vsnprintf(message, sizeof(message), format, args);
	va_end(args);
	error_end(error_begin(c, error, message));
}

void web_error_at(struct web_call *c, size_t at, size_t n, const char *message)
{
	struct jsonw *w = error_begin(c, WEB_BAD_QUERY, message);

	web_put_number(w, "at", (int64_t)at);
	web_put_number(w, "n", (int64_t)n);
	error_end(w);
}

static enum web_error error_of(struct err e)
{
	static const enum web_error refusals[] = {
	    [REFUSAL_NONE] = WEB_INVALID,
	    [REFUSAL_MISSING] = WEB_NOT_FOUND,
	    [REFUSAL_TAKEN] = WEB_CONFLICT,
	    [REFUSAL_FORBIDDEN] = WEB_FORBIDDEN,
	};

	if (err_class(e) == ERR_LIMIT)
		return WEB_TOO_LARGE;
	if (err_class(e) != ERR_INPUT)
		return WEB_INTERNAL;
	return err_detail(e) < sizeof(refusals) / sizeof(refusals[0]) ? refusals[err_detail(e)]
								      : WEB_INVALID;
}

void web_failed(struct web_call *c, struct err e)
{
	enum web_error error = error_of(e);
	char text[256];

	err_text(e, text, sizeof(text));
	if (error != WEB_INTERNAL)
		return web_error(c, error, "%s", text);
	fprintf(stderr, "certscape: %s %s: %s: %s\n", http_method_name(http_method(c->http)),
	    http_path(c->http), text, c->store ? store_detail(c->store) : "");
	web_error(c, error, "%s", "something failed: the service's log says what");
}

struct jsonw *web_rows_begin(struct web_call *c)
{
	struct jsonw *w = web_json(c, 200);

	jsonw_object(w);
	jsonw_key(w, "rows");
	jsonw_array(w);
	return w;
}

void web_rows_end(struct web_call *c, const char *next)
{
	jsonw_end_array(&c->json);
	web_put_text(&c->json, "next", next && *next ? next : NULL);
	jsonw_end_object(&c->json);
}

bool web_page(struct web_call *c, size_t *ret_limit, uint64_t *ret_before)
{
	int64_t limit = WEB_PAGE_ROWS, before = 0;

	if (!web_param_number(c, "limit", 1, WEB_PAGE_ROWS_MAX, &limit) ||
	    !web_param_number(c, "cursor", 1, INT64_MAX, &before))
		return false;
	*ret_limit = (size_t)limit;
	*ret_before = (uint64_t)before;
	return true;
}

void web_put_text(struct jsonw *w, const char *key, const char *text)
{
	jsonw_key(w, key);
	if (text)
		jsonw_str(w, text);
	else
		jsonw_null(w);
}

void web_put_number(struct jsonw *w, const char *key, int64_t number)
{
	jsonw_key(w, key);
	jsonw_i64(w, number);
}

void web_put_bool(struct jsonw *w, const char *key, bool yes)
{
	jsonw_key(w, key);
	jsonw_bool(w, yes);
}

void web_put_time(struct jsonw *w, const char *key, int64_t ms)
{
	char text[TIME_TEXT_MAX];

	web_put_text(w, key, ms ? time_text_ms(ms, text) : NULL);
}

void web_put_time_s(struct jsonw *w, const char *key, int64_t seconds)
{
	char text[TIME_TEXT_MAX];

	web_put_text(w, key, time_text(seconds, text));
}

void web_wake_clerk(struct web_call *c)
{
	const struct web_config *config = web_config(c->web);

	config->ops->wake_clerk(config->context);
}

void web_wake_delivery(struct web_call *c)
{
	const struct web_config *config = web_config(c->web);

	config->ops->wake_delivery(config->context);
}

struct err web_batch_end(struct web_call *c, struct err e)
{
	if (!err_is(e))
		return store_commit(c->store);
	store_rollback(c->store);
	return e;
}

struct err web_audit(struct web_call *c, const char *action, const char *what, const char *detail)
{
	char from[ADDR_TEXT_MAX];
	struct addr peer = http_peer(c->http);
	struct audit audit = {
	    .at_ms = c->now_ms,
	    .who = c->user.name,
	    .from = addr_text(&peer, from),
	    .action = action,
	    .what = what,
	    .detail = detail,
	};

	return store_audit(c->store, &audit);
}
