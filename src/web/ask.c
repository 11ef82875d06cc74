/*
 * ask.c: reads them. What cannot be understood is refused, never ignored: a mistyped field would
 * otherwise look like an answer.
 */
#include "web/ask.h"

#include "base/time.h"
#include "format/word.h"
#include "query/parse.h"
#include "web/limits.h"

bool ask_where(struct web_call *c, struct listing *ret_listing)
{
	const char *q = web_param(c, "q");
	struct query_env env = {.now_s = c->now_ms / 1000, .word = word_at};
	struct listing listing = {
	    .now_s = env.now_s,
	    .word_text = word_text,
	    .bare = web_param_flag(c, "bare"),
	    .gone = web_param_flag(c, "gone"),
	};
	struct query_error error;

	if (q && *q && err_is(query_parse(span_str(q), &env, &c->arena, &listing.where, &error))) {
		web_error_at(c, error.at, error.n, error.text);
		return false;
	}
	*ret_listing = listing;
	return true;
}

static const struct field *field_ask(
    struct web_call *c, const char *param, struct span name, unsigned flag)
{
	const char *text = arena_text(&c->arena, name);
	const struct field *field = text ? field_by_name(text) : NULL;

	if (field && (!flag || (field->flags & flag)))
		return field;
	web_error(c, WEB_BAD_REQUEST,
	    field ? "%s: the field %s is not for that" : "%s: there is no field \"%s\"", param,
	    text ? text : "");
	return NULL;
}

static bool ask_sort(struct web_call *c, struct listing *listing)
{
	const char *text = web_param(c, "sort");
	const struct field *field;

	if (!text || !*text)
		return true;
	listing->descending = *text == '-';
	field = field_ask(c, "sort", span_str(text + listing->descending), FIELD_SORT);
	if (field)
		listing->sort = field->id;
	return field != NULL;
}

bool ask_page(struct web_call *c, struct listing *ret_listing)
{
	int64_t limit = WEB_PAGE_ROWS;

	if (!ask_where(c, ret_listing) || !ask_sort(c, ret_listing) ||
	    !web_param_number(c, "limit", 1, WEB_PAGE_ROWS_MAX, &limit))
		return false;
	ret_listing->limit = (size_t)limit;
	ret_listing->cursor = web_param(c, "cursor");
	return true;
}

static void fields_add(struct ask_fields *fields, enum field_id id)
{
	for (size_t i = 0; i < fields->n; i++)
		if (fields->v[i] == id)
			return;
	fields->v[fields->n++] = id;
}

bool ask_fields_with(
    struct web_call *c, const char *param, unsigned flag, struct ask_fields *ret_fields)
{
	const char *text = web_param(c, param);
	struct span rest = span_str(text ? text : "");
	struct ask_fields fields = {.chosen = rest.n > 0};

	while (rest.n) {
		const uint8_t *comma = memchr(rest.p, ',', rest.n);
		struct span name = span_take(&rest, comma ? (size_t)(comma - rest.p) : rest.n);
		const struct field *field = field_ask(c, param, name, flag);

		if (!field)
			return false;
		fields_add(&fields, field->id);
		if (comma)
			span_take(&rest, 1);
	}
	*ret_fields = fields;
	return true;
}

bool ask_fields(struct web_call *c, struct ask_fields *ret_fields)
{
	size_t n;
	const struct field *table = field_table(&n);

	if (!ask_fields_with(c, "fields", 0, ret_fields))
		return false;
	for (size_t i = 0; i < n && !ret_fields->chosen; i++)
		if (table[i].flags & FIELD_DEFAULT)
			fields_add(ret_fields, table[i].id);
	return true;
}

bool ask_sha256(struct web_call *c, struct digest256 *ret_sha256)
{
	const char *text = web_path(c, "sha256");

	if (digest256_parse(span_str(text), ret_sha256))
		return true;
	web_error(c, WEB_NOT_FOUND, "a certificate is named by 64 hex digits, not \"%.80s\"", text);
	return false;
}

static bool ask_transport(struct web_call *c, uint8_t *ret_transport)
{
	const char *text = web_param(c, "transport");

	if (!text || !*text)
		return true;
	for (uint8_t t = TRANSPORT_TCP; t < TRANSPORT_MAX; t++)
		if (strcmp(transport_text(t), text) == 0) {
			*ret_transport = t;
			return true;
		}
	web_error(c, WEB_BAD_REQUEST, "transport: tcp, udp or quic is expected");
	return false;
}

bool ask_endpoint(struct web_call *c, struct endpoint *ret_endpoint)
{
	const char *text = web_path(c, "endpoint");

	if (err_is(endpoint_parse(span_str(text), ret_endpoint))) {
		web_error(c, WEB_NOT_FOUND,
		    "an endpoint is named by its address and port, not \"%.80s\"", text);
		return false;
	}
	return ask_transport(c, &ret_endpoint->transport);
}

bool ask_time(struct web_call *c, const char *param, int64_t *ret_ms)
{
	const char *text = web_param(c, param);

	if (!text || !*text || !err_is(time_parse(span_str(text), ret_ms)))
		return true;
	web_error(c, WEB_BAD_REQUEST, "%s: a date or a time is expected, as 2026-03-01", param);
	return false;
}
