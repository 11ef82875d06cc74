/*
 * route_messages.c: what was told and what waits, and the silences that keep rules from telling.
 */
#include "store/outbox.h"
#include "store/rules.h"
#include "verdict/table.h"
#include "web/call.h"
#include "web/limits.h"
#include "web/web.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

struct messages_page {
	struct jsonw *w;
	size_t left;
	uint64_t last;
	bool more;
};

static void id_write(struct jsonw *w, const char *key, uint64_t id)
{
	jsonw_key(w, key);
	if (id)
		jsonw_u64(w, id);
	else
		jsonw_null(w);
}

static bool message_row(void *context, const struct message *m)
{
	struct messages_page *page = context;
	struct jsonw *w = page->w;
	bool waits = m->state == MESSAGE_QUEUED;

	if (page->left-- == 0) {
		page->more = true;
		return false;
	}
	page->last = m->id;
	jsonw_object(w);
	web_put_number(w, "id", (int64_t)m->id);
	id_write(w, "rule", m->rule);
	id_write(w, "channel", m->channel);
	web_put_text(w, "type", m->type);
	web_put_text(w, "severity", severity_text(m->severity));
	web_put_text(w, "subject", m->subject);
	web_put_text(w, "text", m->text);
	web_put_text(w, "state", message_state_text(m->state));
	web_put_time(w, "created", m->created_ms);
	web_put_time(w, "sent", m->sent_ms);
	web_put_number(w, "attempts", m->attempts);
	web_put_time(w, "next_try", waits ? m->next_ms : 0);
	web_put_text(w, "last_error", *m->last_error ? m->last_error : NULL);
	jsonw_end_object(w);
	return true;
}

static bool state_read(struct web_call *c, enum message_state *ret_state)
{
	const char *word = web_param(c, "state");
	enum message_state state = word && *word ? MESSAGE_QUEUED : MESSAGE_STATES;

	while (state < MESSAGE_STATES && strcmp(word, message_state_text(state)) != 0)
		state++;
	if (word && *word && state == MESSAGE_STATES) {
		web_error(c, WEB_BAD_REQUEST, "\"state\" must be queued, sent, failed or dead");
		return false;
	}
	*ret_state = state;
	return true;
}

static void messages_get(struct web_call *c)
{
	struct messages_page page = {0};
	enum message_state state;
	uint64_t before;
	char next[24] = "";
	struct err e;

	if (!web_page(c, &page.left, &before) || !state_read(c, &state))
		return;
	page.w = web_rows_begin(c);
	e = store_each_message(c->store, before, state, message_row, &page);
	if (err_is(e))
		return web_failed(c, e);
	if (page.more)
		snprintf(next, sizeof(next), "%" PRIu64, page.last);
	web_rows_end(c, next);
}

/* One that has failed, once more. */
static void message_again(struct web_call *c)
{
	int64_t id;
	struct err e;

	if (!web_path_number(c, "id", &id))
		return;
	e = store_message_again(c->store, (uint64_t)id, c->now_ms);
	if (err_is(e))
		return web_failed(c, e);
	web_wake_delivery(c);
	web_done(c);
}

/* Silences. */

static void silence_write(struct jsonw *w, const struct silence *silence)
{
	jsonw_object(w);
	web_put_number(w, "rule", (int64_t)silence->rule);
	web_put_text(w, "key", silence->key);
	web_put_time(w, "until", silence->until_ms == INT64_MAX ? 0 : silence->until_ms);
	web_put_text(w, "by", *silence->by ? silence->by : NULL);
	jsonw_end_object(w);
}

static bool silence_row(void *context, const struct silence *silence)
{
	silence_write(context, silence);
	return true;
}

static void silences_get(struct web_call *c)
{
	struct jsonw *w = web_rows_begin(c);
	struct err e = store_each_silence(c->store, c->now_ms, silence_row, w);

	if (err_is(e))
		return web_failed(c, e);
	web_rows_end(c, NULL);
}

/* Without a key the whole rule, as ElastAlert2's --silence does it. */
static struct err silence_key(struct web_call *c, struct silence *silence)
{
	struct stored_rule rule;
	struct buf key;
	struct err e = store_get_rule(c->store, silence->rule, &c->arena, &rule);

	if (err_is(e) || silence->key)
		return e;
	buf_init(&key, WEB_BODY_MAX);
	buf_printf(&key, "%s._silence", rule.name);
	silence->key = arena_str(&c->arena, buf_text(&key));
	buf_done(&key);
	return silence->key ? OK : err_limit("no memory for a key");
}

static void silences_post(struct web_call *c)
{
	const struct doc *body = web_body(c);
	struct silence silence = {.by = c->user.name};
	int64_t rule;
	struct err e;

	if (!body || !web_number(c, body, "rule", WEB_NEEDED, 1, INT64_MAX, &rule) ||
	    !web_text(c, body, "key", WEB_OPTIONAL, WEB_SUBJECT_MAX, &silence.key) ||
	    !web_time(c, body, "until", WEB_NEEDED, &silence.until_ms))
		return;
	silence.rule = (uint64_t)rule;
	e = store_begin(c->store);
	if (!err_is(e)) {
		e = silence_key(c, &silence);
		if (!err_is(e))
			e = store_put_silence(c->store, &silence);
		if (!err_is(e))
			e = web_audit(c, "silence", silence.key, "");
		e = web_batch_end(c, e);
	}
	if (err_is(e))
		return web_failed(c, e);
	silence_write(web_json(c, 201), &silence);
}

static void silence_delete(struct web_call *c)
{
	const char *key = web_path(c, "key");
	int64_t rule = 0;
	struct err e;

	if (!web_param_number(c, "rule", 1, INT64_MAX, &rule))
		return;
	e = store_begin(c->store);
	if (!err_is(e)) {
		e = store_delete_silence(c->store, (uint64_t)rule, key);
		if (!err_is(e))
			e = web_audit(c, "unsilence", key, "");
		e = web_batch_end(c, e);
	}
	if (err_is(e))
		return web_failed(c, e);
	web_wake_clerk(c);
	web_done(c);
}

const struct route route_messages[] = {
    {HTTP_GET, "/messages", ROLE_VIEWER, LANE_READ, 0, messages_get},
    {HTTP_POST, "/messages/{id}/again", ROLE_OPERATOR, LANE_WRITE, 0, message_again},
    {HTTP_GET, "/silences", ROLE_VIEWER, LANE_READ, 0, silences_get},
    {HTTP_POST, "/silences", ROLE_OPERATOR, LANE_WRITE, 0, silences_post},
    {HTTP_DELETE, "/silences/{key}", ROLE_OPERATOR, LANE_WRITE, 0, silence_delete},
    {0},
};
