/*
 * json.c: JSON (RFC 8259) into a tree. jansson says whether it is JSON and what it says, but keeps
 * no places; so a cursor walks the same text beside jansson's tree. That takes no second parser:
 * the text is known to be good, and jansson keeps the order of keys, so whatever comes next in the
 * tree comes next in the text, after blanks, commas and colons.
 */
#include "doc/build.h"
#include "doc/limits.h"

#include <jansson.h>

struct reader {
	struct doc_build build;
	struct span rest;
	struct doc_place at; /* of the first byte of rest */
};

/* Over n bytes of good UTF-8. */
static struct span step(struct reader *r, size_t n)
{
	struct span taken = span_take(&r->rest, n);

	for (size_t i = 0; i < taken.n; i++) {
		if (taken.p[i] == '\n')
			r->at = (struct doc_place){r->at.line + 1, 1};
		else if ((taken.p[i] & 0xc0) != 0x80)
			r->at.column++;
	}
	return taken;
}

/* To the first byte of the next key, value or closing bracket. */
static void seek(struct reader *r)
{
	size_t n = 0;

	while (n < r->rest.n && memchr(" \t\r\n,:", r->rest.p[n], 6))
		n++;
	step(r, n);
}

/* A string with its quotes. */
static size_t string_length(struct span s)
{
	size_t n = 1;

	while (n < s.n && s.p[n] != '"')
		n += s.p[n] == '\\' ? 2 : 1;
	return n + 1;
}

/* A number, true, false, null. */
static size_t word_length(struct span s)
{
	size_t n = 0;

	while (n < s.n && !memchr(" \t\r\n,:]}", s.p[n], 8))
		n++;
	return n;
}

static struct err read_value(
    struct reader *r, const json_t *json, unsigned depth, struct doc **ret_doc);

static struct err read_array(struct reader *r, const json_t *json, unsigned depth, struct doc *d)
{
	struct doc_chain chain = {.parent = d};
	struct doc *item;

	for (size_t i = 0; i < json_array_size(json); i++) {
		struct err e = read_value(r, json_array_get(json, i), depth + 1, &item);

		if (err_is(e))
			return e;
		doc_chain_add(&chain, item);
	}
	return OK;
}

static struct err read_member(
    struct reader *r, const char *key, const json_t *json, unsigned depth, struct doc_chain *chain)
{
	struct doc_place at;
	struct doc *value;
	struct err e;

	seek(r);
	at = r->at;
	step(r, string_length(r->rest));
	e = read_value(r, json, depth + 1, &value);
	if (!err_is(e))
		e = doc_chain_key(&r->build, chain, key, at, value);
	return e;
}

static struct err read_object(struct reader *r, json_t *json, unsigned depth, struct doc *d)
{
	struct doc_chain chain = {.parent = d};
	const char *key;
	json_t *value;

	json_object_foreach(json, key, value)
	{
		struct err e = read_member(r, key, value, depth, &chain);

		if (err_is(e))
			return e;
	}
	return OK;
}

static struct err read_nest(struct reader *r, const json_t *json, unsigned depth, struct doc *d)
{
	struct err e;

	step(r, 1);
	if (json_is_array(json))
		e = read_array(r, json, depth, d);
	else
		e = read_object(r, (json_t *)json, depth, d);
	seek(r);
	step(r, 1);
	return e;
}

static struct err read_scalar(struct reader *r, const json_t *json, struct doc *d)
{
	struct span word;

	if (json_is_string(json)) {
		step(r, string_length(r->rest));
		word = span_of(json_string_value(json), json_string_length(json));
	} else {
		word = step(r, word_length(r->rest));
	}
	if (json_is_boolean(json))
		d->integer = json_is_true(json);
	if (json_is_integer(json))
		d->integer = json_integer_value(json);
	d->real = json_number_value(json);
	d->text = arena_text(r->build.arena, word);
	return d->text ? OK : doc_full(&r->build);
}

static enum doc_kind kind_of(const json_t *json)
{
	static const enum doc_kind kinds[] = {
	    [JSON_OBJECT] = DOC_OBJECT,
	    [JSON_ARRAY] = DOC_ARRAY,
	    [JSON_STRING] = DOC_TEXT,
	    [JSON_INTEGER] = DOC_INT,
	    [JSON_REAL] = DOC_REAL,
	    [JSON_TRUE] = DOC_BOOL,
	    [JSON_FALSE] = DOC_BOOL,
	    [JSON_NULL] = DOC_NULL,
	};

	return kinds[json_typeof(json)];
}

static struct err read_value(
    struct reader *r, const json_t *json, unsigned depth, struct doc **ret_doc)
{
	struct doc *d;
	struct err e;

	seek(r);
	e = doc_build_value(&r->build, kind_of(json), r->at, depth, &d);
	if (err_is(e))
		return e;
	if (d->kind == DOC_ARRAY || d->kind == DOC_OBJECT)
		e = read_nest(r, json, depth, d);
	else
		e = read_scalar(r, json, d);
	if (!err_is(e))
		*ret_doc = d;
	return e;
}

/* jansson counts columns from 0, and points at the end of what it could not take. */
static struct err refused(const json_error_t *said, struct doc_error *error)
{
	struct doc_place at = {(uint32_t)(said->line > 0 ? said->line : 1),
	    (uint32_t)(said->column > 0 ? said->column : 1)};

	return doc_fail_at(error, at, "this is not JSON: %s", said->text);
}

struct err doc_from_json(
    struct span text, struct arena *arena, const struct doc **ret_doc, struct doc_error *error)
{
	struct reader r = {.build = {arena, error, 0}, .rest = text, .at = {1, 1}};
	json_error_t said;
	struct doc *d = NULL;
	json_t *json;
	struct err e;

	if (text.n > DOC_BYTES_MAX)
		return doc_too_large(error);
	json = json_loadb(
	    (const char *)text.p, text.n, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &said);
	if (!json)
		return refused(&said, error);
	e = read_value(&r, json, 1, &d);
	json_decref(json);
	if (!err_is(e))
		*ret_doc = d;
	return e;
}
