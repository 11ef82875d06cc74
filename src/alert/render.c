/*
 * render.c: what the files of channels/ share. Everything that is made lies in one arena, which
 * lives as long as the message is on its way.
 */
#include "alert/render.h"

#include "alert/limits.h"
#include "base/time.h"
#include "verdict/table.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

const char *render_text(const struct rendering *r, const char *key, const char *fallback)
{
	const char *text = doc_text(doc_get(r->config, key));

	return text ? text : fallback;
}

int64_t render_number(const struct rendering *r, const char *key, int64_t fallback)
{
	doc_int(doc_get(r->config, key), &fallback);
	return fallback;
}

bool render_yes(const struct rendering *r, const char *key, bool fallback)
{
	doc_bool(doc_get(r->config, key), &fallback);
	return fallback;
}

const char *const *render_texts(const struct rendering *r, const char *key, size_t *ret_n)
{
	const struct doc *d = doc_get(r->config, key);
	size_t n = doc_text(d) ? 1 : doc_is(d, DOC_ARRAY) ? d->n : 0;
	const char **texts = arena_alloc(r->arena, (n + 1) * sizeof(*texts));

	*ret_n = 0;
	if (!texts)
		return NULL;
	if (doc_text(d))
		texts[(*ret_n)++] = doc_text(d);
	for (const struct doc *each = doc_is(d, DOC_ARRAY) ? doc_first(d) : NULL; each;
	     each = each->next)
		texts[(*ret_n)++] = doc_text(each);
	return texts;
}

const char *render_detail(const struct rendering *r, const char *key)
{
	const char *text = doc_text(doc_get(r->detail, key));

	return text ? text : "";
}

struct err render_keep(const struct rendering *r, struct buf *b, struct span *ret)
{
	struct span kept = arena_span(r->arena, buf_view(b));
	bool full = b->full || kept.bad;

	buf_done(b);
	if (full) {
		snprintf(r->why, CHANNEL_WHY_MAX, "the message is too long for this channel");
		return err_limit("a message that is too long");
	}
	*ret = kept;
	return OK;
}

struct err render_keep_text(const struct rendering *r, struct buf *b, const char **ret_text)
{
	struct span kept;
	struct err e;

	buf_put(b, "", 1);
	e = render_keep(r, b, &kept);
	if (!err_is(e))
		*ret_text = (const char *)kept.p;
	return e;
}

/* The headline is the subject, which is told already; then come the facts. */
static struct span body_of(const struct message *m)
{
	struct span text = span_str(m->text), rest = text, line;

	if (span_line(&rest, &line) && span_is(line, m->subject))
		text = rest;
	while (text.n && *text.p == '\n')
		span_take(&text, 1);
	return text;
}

void render_body(const struct rendering *r, size_t max, struct buf *b)
{
	struct span text = body_of(r->message);
	size_t n = text.n;

	if (n > max)
		for (n = max; n > 0 && text.p[n - 1] != '\n';)
			n--;
	buf_put(b, text.p, n);
	while (b->n && b->p[b->n - 1] == '\n')
		b->n--;
	if (n < text.n)
		buf_str(b, "\n(more on the page)");
}

void render_envelope(const struct rendering *r, struct buf *b)
{
	const struct message *m = r->message;
	char at[TIME_TEXT_MAX];
	struct jsonw w;

	jsonw_init(&w, b);
	jsonw_object(&w);
	jsonw_key(&w, "id");
	jsonw_str(&w, m->dedupe);
	jsonw_key(&w, "at");
	jsonw_str(&w, time_text_ms(m->created_ms, at));
	jsonw_key(&w, "severity");
	jsonw_str(&w, severity_text(m->severity));
	jsonw_key(&w, "subject");
	jsonw_str(&w, m->subject);
	jsonw_key(&w, "text");
	jsonw_str(&w, m->text);
	jsonw_key(&w, "detail");
	doc_write(&w, r->detail);
	jsonw_end_object(&w);
}

/* The value of a {{name}}; NULL: there is none of that name. */
static const char *placeholder(const struct rendering *r, struct span name)
{
	const struct message *m = r->message;
	const struct {
		const char *name;
		const char *value;
	} known[] = {
	    {"subject", m->subject},
	    {"text", m->text},
	    {"id", m->dedupe},
	    {"severity", severity_text(m->severity)},
	};
	char key[64];

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (span_is(name, known[i].name))
			return known[i].value;
	if (name.n >= sizeof(key))
		return NULL;
	snprintf(key, sizeof(key), "%.*s", (int)name.n, (const char *)name.p);
	if (doc_get(r->detail, key))
		return doc_get(r->detail, key)->text;
	return span_is(name, "url") || span_is(name, "owner") ? "" : NULL;
}

static struct span trimmed(struct span s)
{
	while (s.n && s.p[0] == ' ')
		span_take(&s, 1);
	while (s.n && s.p[s.n - 1] == ' ')
		s.n--;
	return s;
}

struct err render_template(const struct rendering *r, const char *text, struct buf *b)
{
	for (const char *open; (open = strstr(text, "{{"));) {
		const char *close = strstr(open, "}}");
		struct span name;
		const char *value;

		buf_put(b, text, (size_t)(open - text));
		if (!close) {
			snprintf(r->why, CHANNEL_WHY_MAX, "a {{ has no }}");
			return err_input(0, "a {{ has no }}");
		}
		name = trimmed(span_of(open + 2, (size_t)(close - open - 2)));
		value = placeholder(r, name);
		if (!value) {
			snprintf(r->why, CHANNEL_WHY_MAX, "the message has no \"%.*s\"",
			    (int)(name.n < 64 ? name.n : 64), (const char *)name.p);
			return err_input(0, "no such placeholder");
		}
		buf_str(b, value);
		text = close + 2;
	}
	buf_str(b, text);
	return OK;
}

/* The message and its config as trees. */
static struct err read_config(struct rendering *r, const struct channel_type *type)
{
	const struct message *m = r->message;
	struct doc_error error;
	struct err e = doc_from_json(span_str(m->config), r->arena, &r->config, &error);

	if (!err_is(e))
		e = channel_check(type, m->config, &error);
	if (!err_is(e) && *m->detail)
		e = doc_from_json(span_str(m->detail), r->arena, &r->detail, &error);
	if (err_is(e))
		snprintf(r->why, CHANNEL_WHY_MAX, "%s", error.text);
	return e;
}

struct err channel_render(const struct message *message, const char *host, int64_t now_ms,
    struct arena *arena, struct parcel *ret_parcel, char why[CHANNEL_WHY_MAX])
{
	const struct channel_type *type = channel_find(message->type);
	struct rendering r = {
	    .message = message, .host = host, .now_ms = now_ms, .arena = arena, .why = why};
	struct parcel parcel = {.to = ""};
	struct err e;

	snprintf(why, CHANNEL_WHY_MAX, "there is no channel of type \"%s\"", message->type);
	if (!type)
		return err_input(0, "no such channel");
	snprintf(why, CHANNEL_WHY_MAX, "no memory");
	e = read_config(&r, type);
	if (!err_is(e))
		e = type->render(&r, &parcel);
	if (!err_is(e))
		*ret_parcel = parcel;
	return e;
}
