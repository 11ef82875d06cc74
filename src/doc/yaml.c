/*
 * yaml.c: YAML 1.1 into a tree, from libyaml's events. An alias shares what is within the value it
 * names, so a bomb of aliases takes no memory here; but whoever walks the tree would walk it out,
 * so each alias counts as all the values that it stands for.
 */
#include "doc/build.h"
#include "doc/limits.h"
#include "doc/scalar.h"

#include <yaml.h>

#define STANDARD "tag:yaml.org,2002:"

struct anchor {
	const struct anchor *older;
	const char *name;
	const struct doc *doc; /* NULL: its value is being read */
	size_t values; /* it and all within */
};

struct reader {
	struct doc_build build;
	yaml_parser_t parser;
	yaml_event_t event; /* the current one */
	struct span text;
	struct anchor *anchors;
	size_t n_anchors;
};

static struct doc_place place_of(yaml_mark_t mark)
{
	return (struct doc_place){(uint32_t)mark.line + 1, (uint32_t)mark.column + 1};
}

static struct doc_place here(const struct reader *r)
{
	return place_of(r->event.start_mark);
}

/* libyaml tells bytes that are no UTF-8 by their offset only. */
static struct doc_place place_at(struct span text, size_t offset)
{
	struct doc_place at = {1, 1};

	for (size_t i = 0; i < offset && i < text.n; i++) {
		if (text.p[i] == '\n')
			at = (struct doc_place){at.line + 1, 1};
		else if ((text.p[i] & 0xc0) != 0x80)
			at.column++;
	}
	return at;
}

static struct err refused(struct reader *r)
{
	const yaml_parser_t *p = &r->parser;
	struct doc_place at = place_of(p->problem_mark);
	const char *problem = p->problem ? p->problem : "no memory";

	if (p->error == YAML_READER_ERROR)
		at = place_at(r->text, p->problem_offset);
	return doc_fail_at(r->build.error, at, "this is not YAML: %s%s%s", problem,
	    p->context ? " " : "", p->context ? p->context : "");
}

/* The next event; the one before is gone. */
static struct err next(struct reader *r)
{
	yaml_event_delete(&r->event);
	if (yaml_parser_parse(&r->parser, &r->event))
		return OK;
	memset(&r->event, 0, sizeof(r->event));
	return refused(r);
}

static struct anchor *anchor_find(const struct reader *r, const char *name)
{
	struct anchor *a = r->anchors;

	while (a && strcmp(a->name, name) != 0)
		a = (struct anchor *)a->older;
	return a;
}

/* Begins a value that may be named; NULL in ret_anchor where it is not. */
static struct err anchor_open(struct reader *r, const yaml_char_t *name, struct anchor **ret_anchor)
{
	struct anchor *a;

	*ret_anchor = NULL;
	if (!name)
		return OK;
	if (anchor_find(r, (const char *)name))
		return doc_fail_at(
		    r->build.error, here(r), "the anchor &%.60s is there already", name);
	if (++r->n_anchors > DOC_ANCHORS_MAX)
		return doc_fail_at(r->build.error, here(r), "too many anchors");
	a = arena_alloc(r->build.arena, sizeof(*a));
	if (a)
		a->name = arena_str(r->build.arena, (const char *)name);
	if (!a || !a->name)
		return doc_full(&r->build);
	a->older = r->anchors;
	a->values = r->build.values;
	r->anchors = a;
	*ret_anchor = a;
	return OK;
}

static void anchor_close(struct reader *r, struct anchor *a, const struct doc *doc)
{
	if (!a)
		return;
	a->values = r->build.values - a->values;
	a->doc = doc;
}

static struct err read_alias(struct reader *r, struct doc **ret_doc)
{
	const char *name = (const char *)r->event.data.alias.anchor;
	const struct anchor *a = anchor_find(r, name);
	struct doc *d;
	struct err e;

	if (!a)
		return doc_fail_at(
		    r->build.error, here(r), "*%.60s: no such anchor stands before", name);
	if (!a->doc)
		return doc_fail_at(r->build.error, here(r), "*%.60s stands within itself", name);
	e = doc_build_count(&r->build, a->values, here(r));
	if (err_is(e))
		return e;
	d = arena_dup(r->build.arena, a->doc, sizeof(*d));
	if (!d)
		return doc_full(&r->build);
	d->at = here(r);
	d->key = NULL;
	d->next = NULL;
	*ret_doc = d;
	return OK;
}

static bool is_standard(const char *tag, const char *name)
{
	return strncmp(tag, STANDARD, strlen(STANDARD)) == 0 &&
	       strcmp(tag + strlen(STANDARD), name) == 0;
}

static struct err unknown_tag(struct reader *r, const char *tag)
{
	return doc_fail_at(r->build.error, here(r), "the tag %.100s is not known here", tag);
}

/* "!!int 3": the standard tags say what the text must be. */
static struct err resolve_tagged(struct reader *r, const char *tag, struct doc *d)
{
	static const struct {
		const char *name;
		enum doc_kind kind;
	} tags[] = {{"null", DOC_NULL}, {"bool", DOC_BOOL}, {"int", DOC_INT}, {"float", DOC_REAL}};

	d->kind = DOC_TEXT;
	if (is_standard(tag, "str") || is_standard(tag, "timestamp") || strcmp(tag, "!") == 0)
		return OK;
	if (tag[0] == '!') {
		d->tag = arena_str(r->build.arena, tag);
		return d->tag ? OK : doc_full(&r->build);
	}
	for (size_t i = 0; i < sizeof(tags) / sizeof(tags[0]); i++) {
		if (!is_standard(tag, tags[i].name))
			continue;
		if (!scalar_resolve(d))
			return doc_fail(r->build.error, d, "a number that is too large");
		if (d->kind == DOC_INT && tags[i].kind == DOC_REAL)
			d->kind = DOC_REAL;
		return d->kind == tags[i].kind ? OK
					       : doc_fail(r->build.error, d, "%.40s is not !!%s",
						     d->text, tags[i].name);
	}
	return unknown_tag(r, tag);
}

static struct err read_scalar(struct reader *r, struct doc *d)
{
	const char *tag = (const char *)r->event.data.scalar.tag;
	struct span text = {r->event.data.scalar.value, r->event.data.scalar.length, false};

	if (text.n && memchr(text.p, 0, text.n))
		return doc_fail(r->build.error, d, "a text with a NUL in it");
	d->text = arena_text(r->build.arena, text);
	if (!d->text)
		return doc_full(&r->build);
	if (tag)
		return resolve_tagged(r, tag, d);
	d->kind = DOC_TEXT;
	if (!r->event.data.scalar.plain_implicit || scalar_resolve(d))
		return OK;
	return doc_fail(r->build.error, d, "a number that is too large");
}

static struct err read_value(struct reader *r, unsigned depth, struct doc **ret_doc);

static struct err read_array(struct reader *r, unsigned depth, struct doc *d)
{
	struct doc_chain chain = {.parent = d};
	struct err e = next(r);

	while (!err_is(e) && r->event.type != YAML_SEQUENCE_END_EVENT) {
		struct doc *item;

		e = read_value(r, depth + 1, &item);
		if (err_is(e))
			break;
		doc_chain_add(&chain, item);
		e = next(r);
	}
	return e;
}

/* What `<<` brings: keys that are not there yet. */
static struct err merge_one(struct reader *r, struct doc_chain *chain, const struct doc *from)
{
	for (const struct doc *d = from->first; d; d = d->next) {
		struct doc *copy;
		struct err e;

		if (doc_get(chain->parent, d->key))
			continue;
		e = doc_build_count(&r->build, 1, d->at);
		if (err_is(e))
			return e;
		copy = arena_dup(r->build.arena, d, sizeof(*d));
		if (!copy)
			return doc_full(&r->build);
		copy->next = NULL;
		e = doc_chain_key(&r->build, chain, d->key, d->key_at, copy);
		if (err_is(e))
			return e;
	}
	return OK;
}

/* One object, or a list of them; the first that has a key gives it. */
static struct err merge(struct reader *r, struct doc_chain *chain, const struct doc *from)
{
	struct err e = OK;

	if (from->kind == DOC_OBJECT)
		return merge_one(r, chain, from);
	if (from->kind != DOC_ARRAY)
		return doc_fail(r->build.error, from, "<< takes an object or a list of them");
	for (const struct doc *d = from->first; d && !err_is(e); d = d->next)
		e = d->kind == DOC_OBJECT
			? merge_one(r, chain, d)
			: doc_fail(r->build.error, d, "<< takes an object or a list of them");
	return e;
}

static struct err read_member(
    struct reader *r, unsigned depth, struct doc_chain *chain, struct doc_chain *merges)
{
	bool plain = r->event.type == YAML_SCALAR_EVENT &&
		     r->event.data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
	struct doc *key, *value;
	struct err e = read_value(r, depth + 1, &key);

	if (err_is(e))
		return e;
	if (!key->text)
		return doc_fail(
		    r->build.error, key, "a key is a word, not %s", doc_kind_text(key->kind));
	e = next(r);
	if (!err_is(e))
		e = read_value(r, depth + 1, &value);
	if (err_is(e))
		return e;
	if (!plain || strcmp(key->text, "<<") != 0)
		return doc_chain_key(&r->build, chain, key->text, key->at, value);
	doc_chain_add(merges, value);
	return OK;
}

static struct err read_object(struct reader *r, unsigned depth, struct doc *d)
{
	struct doc merged = {0};
	struct doc_chain chain = {.parent = d}, merges = {.parent = &merged};
	struct err e = next(r);

	while (!err_is(e) && r->event.type != YAML_MAPPING_END_EVENT) {
		e = read_member(r, depth, &chain, &merges);
		if (!err_is(e))
			e = next(r);
	}
	for (const struct doc *from = merged.first; from && !err_is(e); from = from->next)
		e = merge(r, &chain, from);
	return e;
}

static struct err read_within(struct reader *r, unsigned depth, struct doc *d)
{
	const yaml_char_t *tag = NULL;

	if (d->kind == DOC_TEXT)
		return read_scalar(r, d);
	tag = d->kind == DOC_ARRAY ? r->event.data.sequence_start.tag
				   : r->event.data.mapping_start.tag;
	if (tag && !is_standard((const char *)tag, d->kind == DOC_ARRAY ? "seq" : "map"))
		return unknown_tag(r, (const char *)tag);
	return d->kind == DOC_ARRAY ? read_array(r, depth, d) : read_object(r, depth, d);
}

static enum doc_kind kind_of(const yaml_event_t *event, const yaml_char_t **ret_anchor)
{
	switch ((int)event->type) {
	case YAML_SEQUENCE_START_EVENT:
		*ret_anchor = event->data.sequence_start.anchor;
		return DOC_ARRAY;
	case YAML_MAPPING_START_EVENT:
		*ret_anchor = event->data.mapping_start.anchor;
		return DOC_OBJECT;
	default:
		*ret_anchor = event->data.scalar.anchor;
		return DOC_TEXT;
	}
}

/* From the event that begins a value to the one that ends it. */
static struct err read_value(struct reader *r, unsigned depth, struct doc **ret_doc)
{
	const yaml_char_t *name;
	struct anchor *anchor;
	enum doc_kind kind;
	struct doc *d;
	struct err e;

	if (r->event.type == YAML_ALIAS_EVENT)
		return read_alias(r, ret_doc);
	kind = kind_of(&r->event, &name);
	e = anchor_open(r, name, &anchor);
	if (!err_is(e))
		e = doc_build_value(&r->build, kind, here(r), depth, &d);
	if (!err_is(e))
		e = read_within(r, depth, d);
	if (err_is(e))
		return e;
	anchor_close(r, anchor, d);
	*ret_doc = d;
	return OK;
}

/* Stream start, document start, the value, document end, stream end. */
static struct err read_stream(struct reader *r, struct doc **ret_doc)
{
	struct err e = next(r);

	if (!err_is(e))
		e = next(r);
	if (err_is(e))
		return e;
	if (r->event.type == YAML_STREAM_END_EVENT) {
		e = doc_build_value(&r->build, DOC_NULL, (struct doc_place){1, 1}, 1, ret_doc);
		if (!err_is(e))
			(*ret_doc)->text = "";
		return e;
	}
	e = next(r);
	if (!err_is(e))
		e = read_value(r, 1, ret_doc);
	if (!err_is(e))
		e = next(r);
	if (!err_is(e))
		e = next(r);
	if (!err_is(e) && r->event.type != YAML_STREAM_END_EVENT)
		e = doc_fail_at(r->build.error, here(r), "a second document in the same file");
	return e;
}

struct err doc_from_yaml(
    struct span text, struct arena *arena, const struct doc **ret_doc, struct doc_error *error)
{
	struct reader r = {.build = {arena, error, 0}, .text = text};
	struct doc *d = NULL;
	struct err e;

	if (text.n > DOC_BYTES_MAX)
		return doc_too_large(error);
	if (!yaml_parser_initialize(&r.parser))
		return doc_full(&r.build);
	yaml_parser_set_encoding(&r.parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&r.parser, text.p, text.n);
	e = read_stream(&r, &d);
	yaml_event_delete(&r.event);
	yaml_parser_delete(&r.parser);
	if (!err_is(e))
		*ret_doc = d;
	return e;
}
