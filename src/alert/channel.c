/*
 * channel.c: the table of channels, and the check of their configs: what is wrong is told when it
 * is written, with its place, not when the first message fails at night.
 */
#include "alert/channel.h"

#include "alert/limits.h"
#include "alert/render.h"

#include <stdio.h>
#include <string.h>

static const struct channel_type *const table[] = {
    &channel_email,
    &channel_slack,
    &channel_mattermost,
    &channel_rocketchat,
    &channel_teams,
    &channel_post,
    &channel_post2,
    &channel_command,
    &channel_syslog,
};

enum { CHANNELS = sizeof(table) / sizeof(table[0]) };

const struct channel_type *const *channel_table(size_t *ret_n)
{
	*ret_n = CHANNELS;
	return table;
}

const struct channel_type *channel_find(const char *name)
{
	for (size_t i = 0; i < CHANNELS; i++)
		if (!strcmp(table[i]->name, name))
			return table[i];
	return NULL;
}

/* Checking. */

static const struct channel_option *option_find(const struct channel_type *type, const char *key)
{
	for (size_t i = 0; i < type->n_options; i++)
		if (!strcmp(type->options[i].key, key))
			return &type->options[i];
	return NULL;
}

static bool is_texts(const struct doc *d)
{
	for (const struct doc *each = doc_first(d); each; each = each->next)
		if (!doc_text(each))
			return false;
	return true;
}

static bool is_word(const char *words, const char *word)
{
	size_t n = word ? strlen(word) : 0;

	for (const char *p = words; n && (p = strstr(p, word)); p += n)
		if ((p == words || p[-1] == ' ') && (p[n] == ' ' || p[n] == 0))
			return true;
	return false;
}

static bool is_url(const char *text)
{
	return text && (!strncmp(text, "https://", 8) || !strncmp(text, "http://", 7)) &&
	       !strpbrk(text, " \t\r\n");
}

static bool are_urls(const struct doc *d)
{
	if (!doc_is(d, DOC_ARRAY))
		return is_url(doc_text(d));
	for (const struct doc *each = doc_first(d); each; each = each->next)
		if (!is_url(doc_text(each)))
			return false;
	return d->n > 0;
}

static bool is_number(const struct doc *d, const struct channel_option *o)
{
	int64_t number;

	return doc_int(d, &number) && number >= o->min && number <= o->max;
}

/* NULL: it is; else what was expected. */
static const char *expected(const struct doc *d, const struct channel_option *o)
{
	bool yes;

	switch (o->kind) {
	case CHANNEL_TEXT:
		return doc_text(d) ? NULL : "a text";
	case CHANNEL_URL:
		return is_url(doc_text(d)) ? NULL : "an http:// or https:// URL";
	case CHANNEL_URLS:
		return are_urls(d) ? NULL : "an http:// or https:// URL, or a list of them";
	case CHANNEL_TEXTS:
		return doc_text(d) || (doc_is(d, DOC_ARRAY) && d->n && is_texts(d))
			   ? NULL
			   : "a text or a list of texts";
	case CHANNEL_MAP:
		return doc_is(d, DOC_OBJECT) && is_texts(d) ? NULL : "an object of texts";
	case CHANNEL_NUMBER:
		return is_number(d, o) ? NULL : "a number in its range";
	case CHANNEL_YES:
		return doc_bool(d, &yes) ? NULL : "true or false";
	case CHANNEL_WORD:
		return is_word(o->words, doc_text(d)) ? NULL : o->words;
	case CHANNEL_ANY:
		return NULL;
	default:
		return "something else";
	}
}

static struct err check_member(
    const struct channel_type *type, const struct doc *d, struct doc_error *error)
{
	const struct channel_option *o = option_find(type, d->key);
	const char *want;

	if (!o)
		return doc_fail_at(error, d->key_at, "%s: a channel of type %s has no such option",
		    d->key, type->name);
	want = expected(d, o);
	return want ? doc_fail(error, d, "%s: expected is %s", d->key, want) : OK;
}

static struct err check_members(
    const struct channel_type *type, const struct doc *config, struct doc_error *error)
{
	struct err e = OK;

	if (!doc_is(config, DOC_OBJECT))
		return doc_fail(error, config, "config: an object is expected");
	for (const struct doc *d = doc_first(config); d && !err_is(e); d = d->next)
		e = check_member(type, d, error);
	for (size_t i = 0; i < type->n_options && !err_is(e); i++)
		if (type->options[i].needed && !doc_get(config, type->options[i].key))
			e = doc_fail(error, config, "%s is missing: %s", type->options[i].key,
			    type->options[i].help);
	return e;
}

struct err channel_check(
    const struct channel_type *type, const char *config, struct doc_error *error)
{
	const struct doc *doc = NULL;
	struct arena arena;
	struct err e;

	arena_init(&arena, CHANNEL_BYTES_MAX);
	e = doc_from_json(span_str(config), &arena, &doc, error);
	if (!err_is(e))
		e = check_members(type, doc, error);
	arena_done(&arena);
	return e;
}
