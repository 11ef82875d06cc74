/*
 * channel_secret.c: a channel's secrets come in and never go out. What is shown has three stars in
 * their place; whoever sends the stars back means the secret that is there.
 */
#include "alert/channel.h"
#include "alert/limits.h"
#include "base/jsonw.h"

#include <string.h>

static bool is_secret(const struct channel_type *type, const char *key)
{
	for (size_t i = 0; i < type->n_options; i++)
		if (!strcmp(type->options[i].key, key))
			return type->options[i].secret;
	return true; /* what is not known may be anything */
}

static void hide(struct jsonw *w, const struct doc *d)
{
	if (!doc_is(d, DOC_OBJECT)) {
		jsonw_str(w, CHANNEL_HIDDEN);
		return;
	}
	jsonw_object(w); /* headers: their names may be seen */
	for (const struct doc *each = doc_first(d); each; each = each->next) {
		jsonw_key_text(w, each->key);
		jsonw_str(w, CHANNEL_HIDDEN);
	}
	jsonw_end_object(w);
}

static struct err read(const char *config, struct arena *arena, const struct doc **ret)
{
	struct doc_error error;

	return doc_from_json(span_str(config), arena, ret, &error);
}

struct err channel_redact(const struct channel_type *type, const char *config, struct buf *b)
{
	const struct doc *doc = NULL;
	struct arena arena;
	struct jsonw w;
	struct err e;

	arena_init(&arena, CHANNEL_BYTES_MAX);
	e = read(config, &arena, &doc);
	jsonw_init(&w, b);
	jsonw_object(&w);
	for (const struct doc *d = err_is(e) ? NULL : doc_first(doc); d; d = d->next) {
		jsonw_key_text(&w, d->key);
		if (is_secret(type, d->key))
			hide(&w, d);
		else
			doc_write(&w, d);
	}
	jsonw_end_object(&w);
	arena_done(&arena);
	return e;
}

static bool is_hidden(const struct doc *d)
{
	return doc_text(d) && !strcmp(doc_text(d), CHANNEL_HIDDEN);
}

/* NULL where the old one has none: nothing is written. */
static const struct doc *restored(const struct doc *d, const struct doc *old)
{
	return is_hidden(d) ? old : d;
}

static void restore_map(struct jsonw *w, const struct doc *map, const struct doc *old)
{
	jsonw_object(w);
	for (const struct doc *d = doc_first(map); d; d = d->next) {
		const struct doc *value = restored(d, doc_get(old, d->key));

		if (!value)
			continue;
		jsonw_key_text(w, d->key);
		doc_write(w, value);
	}
	jsonw_end_object(w);
}

static void restore(
    const struct channel_type *type, const struct doc *doc, const struct doc *old, struct buf *b)
{
	struct jsonw w;

	jsonw_init(&w, b);
	jsonw_object(&w);
	for (const struct doc *d = doc_first(doc); d; d = d->next) {
		const struct doc *before = doc_get(old, d->key);
		bool secret = is_secret(type, d->key);
		const struct doc *value = secret ? restored(d, before) : d;

		if (!value)
			continue;
		jsonw_key_text(&w, d->key);
		if (secret && doc_is(d, DOC_OBJECT))
			restore_map(&w, d, before);
		else
			doc_write(&w, value);
	}
	jsonw_end_object(&w);
}

struct err channel_restore(
    const struct channel_type *type, const char *config, const char *old, struct buf *b)
{
	const struct doc *doc = NULL, *before = NULL;
	struct arena arena;
	struct err e;

	arena_init(&arena, 2 * CHANNEL_BYTES_MAX);
	e = read(config, &arena, &doc);
	if (!err_is(e))
		e = read(old, &arena, &before);
	if (!err_is(e))
		restore(type, doc, before, b);
	arena_done(&arena);
	return e;
}
