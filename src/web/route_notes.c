/*
 * route_notes.c: what people say of what was found: owners, notes, tags; what they mute and
 * acknowledge; the views that they keep.
 */
#include "base/text.h"
#include "store/notes.h"
#include "store/store.h"
#include "verdict/table.h"
#include "web/call.h"
#include "web/limits.h"
#include "web/put.h"

/* Notes. */

/* As web_text, but null and "" both take away. */
static bool text_or_null(
    struct web_call *c, const struct doc *body, const char *name, size_t max, const char **ret_text)
{
	if (doc_is(doc_get(body, name), DOC_NULL))
		*ret_text = "";
	return web_text(c, body, name, WEB_OPTIONAL, max, ret_text);
}

static bool note_get(struct web_call *c, const struct doc *body, struct note_change *change)
{
	*change = (struct note_change){.at_ms = c->now_ms, .by = c->user.name};
	change->has_tags = doc_get(body, "tags") != NULL;
	return text_or_null(c, body, "owner", OWNER_MAX - 1, &change->owner) &&
	       text_or_null(c, body, "note", NOTE_MAX - 1, &change->note) &&
	       web_texts(c, body, "tags", WEB_OPTIONAL, TAG_MAX - 1, TAGS_MAX, &change->tags,
		   &change->n_tags);
}

static void note_write(struct web_call *c, const struct annotation *a)
{
	struct jsonw *w = web_json(c, 200);

	jsonw_object(w);
	web_put_text(w, "owner", *a->owner ? a->owner : NULL);
	web_put_text(w, "note", *a->note ? a->note : NULL);
	jsonw_key(w, "tags");
	jsonw_array(w);
	for (size_t i = 0; i < a->n_tags; i++)
		jsonw_str(w, a->tags[i]);
	jsonw_end_array(w);
	web_put_time(w, "at", a->at_ms);
	web_put_text(w, "by", *a->by ? a->by : NULL);
	jsonw_end_object(w);
}

static void note_put(struct web_call *c, const struct noted *of, const char *what)
{
	const struct doc *body = web_body(c);
	struct note_change change;
	struct annotation a;
	struct err e;

	if (!body || !note_get(c, body, &change))
		return;
	e = store_begin(c->store);
	if (!err_is(e)) {
		e = store_note_put(c->store, of, &change, &c->arena, &a);
		if (!err_is(e))
			e = web_audit(c, "note", what, a.owner);
		e = web_batch_end(c, e);
	}
	if (err_is(e))
		return web_failed(c, e);
	note_write(c, &a);
}

static void note_of_certificate(struct web_call *c)
{
	const char *text = web_path(c, "sha256");
	struct noted of = {0};

	if (!digest256_parse(span_str(text), &of.certificate))
		return web_error(
		    c, WEB_NOT_FOUND, "a certificate is named by its SHA-256, 64 hex digits");
	note_put(c, &of, text);
}

static void note_of_endpoint(struct web_call *c)
{
	const char *text = web_path(c, "endpoint"), *transport = web_param(c, "transport");
	struct noted of = {.is_endpoint = true};
	char where[ENDPOINT_TEXT_MAX];
	struct buf whole;
	struct err e;

	buf_init(&whole, 256);
	buf_printf(&whole, "%.200s%s%.16s", text, transport ? "/" : "", transport ? transport : "");
	e = endpoint_parse(buf_view(&whole), &of.endpoint);
	buf_done(&whole);
	if (err_is(e))
		return web_error(c, WEB_NOT_FOUND, "no endpoint is called so: %s", e.what);
	note_put(c, &of, endpoint_text(&of.endpoint, where));
}

static bool word_row(void *context, const char *word, uint64_t n)
{
	struct jsonw *w = context;

	jsonw_object(w);
	web_put_text(w, "value", word);
	web_put_number(w, "count", (int64_t)n);
	jsonw_end_object(w);
	return true;
}

static void words_get(
    struct web_call *c, struct err (*each)(struct store *, store_word_fn *, void *))
{
	struct jsonw *w = web_rows_begin(c);
	struct err e = each(c->store, word_row, w);

	if (err_is(e))
		return web_failed(c, e);
	web_rows_end(c, NULL);
}

static void owners_get(struct web_call *c)
{
	words_get(c, store_each_owner);
}

static void tags_get(struct web_call *c)
{
	words_get(c, store_each_tag);
}

/* Mutes. */

static bool mute_row(void *context, const struct mute *mute)
{
	put_mute(context, mute);
	return true;
}

static void mutes_get(struct web_call *c)
{
	struct jsonw *w = web_rows_begin(c);
	struct err e = store_each_mute(c->store, c->now_ms, mute_row, w);

	if (err_is(e))
		return web_failed(c, e);
	web_rows_end(c, NULL);
}

static bool mute_kind_get(struct web_call *c, const struct doc *body, struct mute *mute)
{
	const char *kind, *thing;

	if (!web_text(c, body, "kind", WEB_NEEDED, 16, &kind) ||
	    !web_text(c, body, "thing", WEB_NEEDED, 16, &thing))
		return false;
	mute->kind = strcmp(kind, "ack") == 0 ? MUTE_ACK : MUTE_SILENT;
	mute->thing = (uint8_t)mute_thing_find(span_str(thing));
	if (mute->kind == MUTE_SILENT && strcmp(kind, "mute") != 0)
		web_error(c, WEB_INVALID, "\"kind\" must be ack or mute");
	else if (!mute->thing)
		web_error(
		    c, WEB_INVALID, "\"thing\" must be certificate, key, endpoint, issuer or tag");
	else
		return true;
	return false;
}

static bool mute_finding_get(struct web_call *c, const struct doc *body, struct mute *mute)
{
	const struct finding_row *finding;
	const char *name = NULL;

	if (!web_text(c, body, "finding", WEB_OPTIONAL, 64, &name))
		return false;
	finding = name ? finding_by_name(name) : NULL;
	mute->finding = finding ? finding->id : FINDING_NONE;
	if (!name || finding)
		return true;
	web_error(c, WEB_INVALID, "there is no finding \"%.64s\"", name);
	return false;
}

static bool mute_get(struct web_call *c, const struct doc *body, struct mute *mute)
{
	*mute = (struct mute){.why = "", .by = c->user.name, .at_ms = c->now_ms};
	if (!mute_kind_get(c, body, mute) || !mute_finding_get(c, body, mute) ||
	    !web_text(c, body, "key", WEB_NEEDED, MUTE_KEY_MAX - 1, &mute->key) ||
	    !web_text(c, body, "why", WEB_OPTIONAL, WEB_WHY_MAX, &mute->why) ||
	    !web_time(c, body, "until", WEB_OPTIONAL, &mute->until_ms))
		return false;
	if (!mute->until_ms || mute->until_ms > c->now_ms)
		return true;
	web_error(c, WEB_INVALID, "\"until\" is over already");
	return false;
}

static void mutes_post(struct web_call *c)
{
	const struct doc *body = web_body(c);
	struct mute mute;
	struct err e;

	if (!body || !mute_get(c, body, &mute))
		return;
	e = store_begin(c->store);
	if (!err_is(e)) {
		e = store_mute_add(c->store, &mute);
		if (!err_is(e))
			e = web_audit(
			    c, mute_kind_text((enum mute_kind)mute.kind), mute.key, mute.why);
		e = web_batch_end(c, e);
	}
	if (err_is(e))
		return web_failed(c, e);
	put_mute(web_json(c, 201), &mute);
}

static void mutes_delete(struct web_call *c)
{
	int64_t id;
	struct err e;

	if (!web_path_number(c, "id", &id))
		return;
	e = store_begin(c->store);
	if (!err_is(e)) {
		e = store_mute_remove(c->store, id);
		if (!err_is(e))
			e = web_audit(c, "unmute", web_path(c, "id"), "");
		e = web_batch_end(c, e);
	}
	if (err_is(e))
		return web_failed(c, e);
	web_done(c);
}

/* Views. */

static void view_write(struct jsonw *w, const struct view *view)
{
	jsonw_object(w);
	web_put_number(w, "id", view->id);
	web_put_text(w, "name", view->name);
	web_put_text(w, "state", view->state);
	web_put_bool(w, "shared", view->shared);
	web_put_text(w, "by", view->by);
	jsonw_end_object(w);
}

static bool view_row(void *context, const struct view *view)
{
	view_write(context, view);
	return true;
}

static void views_get(struct web_call *c)
{
	struct jsonw *w = web_rows_begin(c);
	struct err e = store_each_view(c->store, c->user.credential.user, view_row, w);

	if (err_is(e))
		return web_failed(c, e);
	web_rows_end(c, NULL);
}

static bool view_get(struct web_call *c, struct view *view)
{
	const struct doc *body = web_body(c);

	*view = (struct view){.user = c->user.credential.user, .by = c->user.name};
	return body && web_text(c, body, "name", WEB_NEEDED, VIEW_NAME_MAX - 1, &view->name) &&
	       web_text(c, body, "state", WEB_NEEDED, VIEW_STATE_MAX - 1, &view->state) &&
	       web_bool(c, body, "shared", WEB_OPTIONAL, &view->shared);
}

static void views_post(struct web_call *c)
{
	struct view view;
	struct err e;

	if (!view_get(c, &view))
		return;
	e = store_view_add(c->store, &view);
	if (err_is(e))
		return web_failed(c, e);
	view_write(web_json(c, 201), &view);
}

static void views_put(struct web_call *c)
{
	struct view view;
	struct err e;

	if (!view_get(c, &view) || !web_path_number(c, "id", &view.id))
		return;
	e = store_view_change(c->store, &view);
	if (err_is(e))
		return web_failed(c, e);
	view_write(web_json(c, 200), &view);
}

static void views_delete(struct web_call *c)
{
	int64_t id;
	struct err e;

	if (!web_path_number(c, "id", &id))
		return;
	e = store_view_remove(c->store, c->user.credential.user, id);
	if (err_is(e))
		return web_failed(c, e);
	web_done(c);
}

const struct route route_notes[] = {
    {HTTP_PUT, "/notes/certificate/{sha256}", ROLE_OPERATOR, LANE_WRITE, 0, note_of_certificate},
    {HTTP_PUT, "/notes/endpoint/{endpoint}", ROLE_OPERATOR, LANE_WRITE, 0, note_of_endpoint},
    {HTTP_GET, "/owners", ROLE_VIEWER, LANE_READ, 0, owners_get},
    {HTTP_GET, "/tags", ROLE_VIEWER, LANE_READ, 0, tags_get},
    {HTTP_GET, "/mutes", ROLE_VIEWER, LANE_READ, 0, mutes_get},
    {HTTP_POST, "/mutes", ROLE_OPERATOR, LANE_WRITE, 0, mutes_post},
    {HTTP_DELETE, "/mutes/{id}", ROLE_OPERATOR, LANE_WRITE, 0, mutes_delete},
    {HTTP_GET, "/views", ROLE_VIEWER, LANE_READ, 0, views_get},
    {HTTP_POST, "/views", ROLE_VIEWER, LANE_WRITE, 0, views_post},
    {HTTP_PUT, "/views/{id}", ROLE_VIEWER, LANE_WRITE, 0, views_put},
    {HTTP_DELETE, "/views/{id}", ROLE_VIEWER, LANE_WRITE, 0, views_delete},
    {0},
};
