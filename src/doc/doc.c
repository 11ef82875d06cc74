/*
 * doc.c: asking a tree. Nothing here fails on NULL, so that a chain of questions needs one check at
 * its end: doc_text(doc_get(doc_get(d, "user"), "name")).
 */
#include "doc/doc.h"

#include <stdarg.h>
#include <stdio.h>

bool doc_is(const struct doc *d, enum doc_kind kind)
{
	return d && d->kind == kind;
}

const struct doc *doc_get(const struct doc *object, const char *key)
{
	const struct doc *d = doc_is(object, DOC_OBJECT) ? object->first : NULL;

	while (d && strcmp(d->key, key) != 0)
		d = d->next;
	return d;
}

const char *doc_text(const struct doc *d)
{
	return doc_is(d, DOC_TEXT) ? d->text : NULL;
}

bool doc_int(const struct doc *d, int64_t *ret_number)
{
	if (!doc_is(d, DOC_INT))
		return false;
	*ret_number = d->integer;
	return true;
}

bool doc_real(const struct doc *d, double *ret_number)
{
	if (!doc_is(d, DOC_INT) && !doc_is(d, DOC_REAL))
		return false;
	*ret_number = d->real;
	return true;
}

bool doc_bool(const struct doc *d, bool *ret_yes)
{
	if (!doc_is(d, DOC_BOOL))
		return false;
	*ret_yes = d->integer != 0;
	return true;
}

const struct doc *doc_first(const struct doc *d)
{
	return d ? d->first : NULL;
}

const struct doc *doc_or(const struct doc *d, const struct doc *other)
{
	return d ? d : other;
}

const char *doc_kind_text(enum doc_kind kind)
{
	static const char *const texts[DOC_KINDS] = {
	    [DOC_NULL] = "null",
	    [DOC_BOOL] = "true or false",
	    [DOC_INT] = "a whole number",
	    [DOC_REAL] = "a number",
	    [DOC_TEXT] = "a text",
	    [DOC_ARRAY] = "a list",
	    [DOC_OBJECT] = "an object",
	};

	return kind < DOC_KINDS ? texts[kind] : "?";
}

static struct err fail_with(
    struct doc_error *error, struct doc_place at, const char *format, va_list args)
{
	error->at = at;
	vsnprintf(error->text, sizeof(error->text), format, args);
	return err_input(at.line, "a document that cannot be used");
}

struct err doc_fail(struct doc_error *error, const struct doc *d, const char *format, ...)
{
	va_list args;
	struct err e;

	va_start(args, format);
	e = fail_with(error, d ? d->at : (struct doc_place){1, 1}, format, args);
	va_end(args);
	return e;
}

struct err doc_fail_at(struct doc_error *error, struct doc_place at, const char *format, ...)
{
	va_list args;
	struct err e;

	va_start(args, format);
	e = fail_with(error, at, format, args);
	va_end(args);
	return e;
}
