/*
 * route_channels.c: where messages go. Secrets come in and never go out: three stars stand for one,
 * and mean it when they come back.
 */
#include "alert/channel.h"
#include "http/delivery.h"
#include "store/rules.h"
#include "web/call.h"
#include "web/limits.h"
#include "web/web.h"

#include <inttypes.h>
#include <stdio.h>

static void channel_write(struct jsonw *w, const struct stored_channel *channel)
{
	const struct channel_type *type = channel_find(channel->type);
	struct buf config;

	buf_init(&config, WEB_BODY_MAX);
	jsonw_object(w);
	web_put_number(w, "id", (int64_t)channel->id);
	web_put_text(w, "name", channel->name);
	web_put_text(w, "type", channel->type);
	web_put_bool(w, "enabled", channel->enabled);
	jsonw_key(w, "config");
	if (type && !err_is(channel_redact(type, channel->config, &config))) {
		jsonw_raw(w, buf_view(&config));
	} else {
		jsonw_object(w);
		jsonw_end_object(w);
	}
	jsonw_end_object(w);
	buf_done(&config);
}

static bool channel_row(void *context, const struct stored_channel *channel)
{
	channel_write(context, channel);
	return true;
}

static void channels_get(struct web_call *c)
{
	struct jsonw *w = web_rows_begin(c);
	struct err e = store_each_channel(c->store, channel_row, w);

	if (err_is(e))
		return web_failed(c, e);
	web_rows_end(c, NULL);
}

/* What was given, with the secrets of the old config; checked. */
static bool config_read(
    struct web_call *c, const struct doc *given, const char *old, struct stored_channel *channel)
{
	const struct channel_type *type = channel_find(channel->type);
	struct doc_error error;
	struct buf text, whole;
	struct jsonw w;
	struct err e;

	if (!type) {
		web_error(c, WEB_INVALID, "there is no channel of type \"%.64s\"", channel->type);
		return false;
	}
	buf_init(&text, WEB_BODY_MAX);
	buf_init(&whole, WEB_BODY_MAX);
	jsonw_init(&w, &text);
	doc_write(&w, given);
	e = channel_restore(type, buf_text(&text), old, &whole);
	channel->config = arena_str(&c->arena, buf_text(&whole));
	buf_done(&text);
	buf_done(&whole);
	if (!err_is(e) && channel->config)
		e = channel_check(type, channel->config, &error);
	else
		snprintf(error.text, sizeof(error.text), "\"config\" cannot be read");
	if (err_is(e))
		web_error(c, WEB_INVALID, "%s", error.text);
	return !err_is(e);
}

static bool channel_read(struct web_call *c, struct stored_channel *channel)
{
	const struct doc *body = web_body(c), *config = NULL;
	const char *old = channel->config;

	return body && web_text(c, body, "name", WEB_NEEDED, WEB_NAME_MAX, &channel->name) &&
	       web_text(c, body, "type", WEB_NEEDED, WEB_NAME_MAX, &channel->type) &&
	       web_bool(c, body, "enabled", WEB_OPTIONAL, &channel->enabled) &&
	       web_member(c, body, "config", DOC_OBJECT, WEB_NEEDED, &config) &&
	       config_read(c, config, old, channel);
}

static void channel_put(
    struct web_call *c, struct stored_channel *channel, const char *action, unsigned status)
{
	struct err e = store_begin(c->store);

	if (!err_is(e)) {
		e = store_put_channel(c->store, channel, &channel->id);
		if (!err_is(e))
			e = web_audit(c, action, channel->name, channel->type);
		e = web_batch_end(c, e);
	}
	if (err_is(e))
		return web_failed(c, e);
	web_wake_clerk(c);
	web_wake_delivery(c);
	channel_write(web_json(c, status), channel);
}

static void channels_post(struct web_call *c)
{
	struct stored_channel channel = {.enabled = true, .config = "{}"};

	if (channel_read(c, &channel))
		channel_put(c, &channel, "channel-add", 201);
}

static bool channel_get(struct web_call *c, struct stored_channel *ret_channel)
{
	int64_t id;
	struct err e;

	if (!web_path_number(c, "id", &id))
		return false;
	e = store_get_channel(c->store, (uint64_t)id, &c->arena, ret_channel);
	if (err_is(e))
		web_failed(c, e);
	return !err_is(e);
}

static void channel_change(struct web_call *c)
{
	struct stored_channel channel;

	if (channel_get(c, &channel) && channel_read(c, &channel))
		channel_put(c, &channel, "channel-change", 200);
}

static void channel_delete(struct web_call *c)
{
	struct stored_channel channel;
	struct err e;

	if (!channel_get(c, &channel))
		return;
	e = store_begin(c->store);
	if (!err_is(e)) {
		e = store_delete_channel(c->store, channel.id);
		if (!err_is(e))
			e = web_audit(c, "channel-delete", channel.name, channel.type);
		e = web_batch_end(c, e);
	}
	if (err_is(e))
		return web_failed(c, e);
	web_done(c);
}

static const char test_text[] =
    "This is a test of certscape. If you read this, messages of this channel arrive.\n";

/* A key of its own each time: a receiver that knows keys must not leave the second test out. */
static void channel_test(struct web_call *c)
{
	const struct web_config *config = web_config(c->web);
	struct stored_channel channel;
	struct delivery delivery;
	struct message m;
	struct jsonw *w;
	char key[64];

	if (!channel_get(c, &channel))
		return;
	snprintf(key, sizeof(key), "test/%" PRIu64 "/%" PRId64, channel.id, c->now_ms);
	m = (struct message){
	    .channel = channel.id,
	    .type = channel.type,
	    .config = channel.config,
	    .dedupe = key,
	    .subject = "Test of certscape",
	    .text = test_text,
	    .html = "",
	    .detail = "{\"event\":\"test\"}",
	    .severity = 1,
	    .created_ms = c->now_ms,
	};
	config->ops->test_channel(config->context, c->store, &m, &delivery);
	w = web_json(c, 200);
	jsonw_object(w);
	web_put_bool(w, "ok", delivery.end == DELIVERY_DONE);
	web_put_text(w, "detail", delivery.end == DELIVERY_DONE ? "it was taken" : delivery.why);
	jsonw_end_object(w);
}

static const char *kind_text(enum option_kind kind)
{
	static const char *const texts[] = {
	    [CHANNEL_TEXT] = "text",
	    [CHANNEL_URL] = "url",
	    [CHANNEL_URLS] = "urls",
	    [CHANNEL_TEXTS] = "texts",
	    [CHANNEL_MAP] = "map",
	    [CHANNEL_NUMBER] = "number",
	    [CHANNEL_YES] = "bool",
	    [CHANNEL_WORD] = "word",
	    [CHANNEL_ANY] = "json",
	};

	return texts[kind];
}

static void option_write(struct jsonw *w, const struct channel_option *o)
{
	struct span words = span_str(o->words ? o->words : "");

	jsonw_object(w);
	web_put_text(w, "key", o->key);
	web_put_text(w, "kind", kind_text(o->kind));
	web_put_bool(w, "needed", o->needed);
	web_put_bool(w, "secret", o->secret);
	web_put_text(w, "help", o->help);
	jsonw_key(w, "words");
	jsonw_array(w);
	while (words.n) {
		const uint8_t *blank = memchr(words.p, ' ', words.n);

		jsonw_span(w, span_take(&words, blank ? (size_t)(blank - words.p) : words.n));
		if (words.n)
			span_take(&words, 1);
	}
	jsonw_end_array(w);
	jsonw_end_object(w);
}

/* What a page needs to ask for a channel's config. */
static void types_get(struct web_call *c)
{
	size_t n;
	const struct channel_type *const *types = channel_table(&n);
	struct jsonw *w = web_rows_begin(c);

	for (size_t i = 0; i < n; i++) {
		jsonw_object(w);
		web_put_text(w, "type", types[i]->name);
		web_put_text(w, "title", types[i]->title);
		web_put_text(w, "help", types[i]->help);
		jsonw_key(w, "options");
		jsonw_array(w);
		for (size_t k = 0; k < types[i]->n_options; k++)
			option_write(w, &types[i]->options[k]);
		jsonw_end_array(w);
		jsonw_end_object(w);
	}
	web_rows_end(c, NULL);
}

const struct route route_channels[] = {
    {HTTP_GET, "/channels", ROLE_OPERATOR, LANE_READ, 0, channels_get},
    {HTTP_POST, "/channels", ROLE_ADMIN, LANE_WRITE, 0, channels_post},
    {HTTP_GET, "/channels/types", ROLE_OPERATOR, LANE_READ, 0, types_get},
    {HTTP_PUT, "/channels/{id}", ROLE_ADMIN, LANE_WRITE, 0, channel_change},
    {HTTP_DELETE, "/channels/{id}", ROLE_ADMIN, LANE_WRITE, 0, channel_delete},
    {HTTP_POST, "/channels/{id}/test", ROLE_ADMIN, LANE_EXPORT, 0, channel_test},
    {0},
};
