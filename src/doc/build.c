/*
 * build.c: making a tree. What is within a value hangs in a list, so that a reader that goes from
 * left to right allocates each value once and moves none.
 */
#include "doc/build.h"

#include "doc/limits.h"

static struct err limit(struct doc_error *error, struct doc_place at, const char *what)
{
	struct err e = doc_fail_at(error, at, "%s", what);

	e = err_limit(what);
	e.at = at.line;
	return e;
}

struct err doc_full(struct doc_build *b)
{
	return limit(b->error, (struct doc_place){1, 1}, "the document needs too much memory");
}

struct err doc_too_large(struct doc_error *error)
{
	return limit(error, (struct doc_place){1, 1}, "the document is larger than 1 MiB");
}

struct err doc_build_count(struct doc_build *b, size_t n, struct doc_place at)
{
	if (n > DOC_VALUES_MAX - b->values)
		return limit(b->error, at, "the document has too many values");
	b->values += n;
	return OK;
}

struct err doc_build_value(struct doc_build *b, enum doc_kind kind, struct doc_place at,
    unsigned depth, struct doc **ret_doc)
{
	struct err e = doc_build_count(b, 1, at);
	struct doc *d;

	if (err_is(e))
		return e;
	if (depth > DOC_DEPTH_MAX)
		return limit(b->error, at, "the document is nested too deeply");
	d = arena_alloc(b->arena, sizeof(*d));
	if (!d)
		return doc_full(b);
	d->kind = kind;
	d->at = at;
	*ret_doc = d;
	return OK;
}

void doc_chain_add(struct doc_chain *chain, struct doc *item)
{
	if (chain->last)
		chain->last->next = item;
	else
		chain->parent->first = item;
	chain->last = item;
	chain->parent->n++;
}

struct err doc_chain_key(struct doc_build *b, struct doc_chain *chain, const char *key,
    struct doc_place at, struct doc *value)
{
	if (doc_get(chain->parent, key))
		return doc_fail_at(b->error, at, "the key \"%.60s\" is there already", key);
	if (chain->parent->n == DOC_KEYS_MAX)
		return limit(b->error, at, "an object with too many keys");
	value->key = arena_str(b->arena, key);
	value->key_at = at;
	if (!value->key)
		return doc_full(b);
	doc_chain_add(chain, value);
	return OK;
}
