/*
 * outline.h: a document as one line, with or without the places: {a@1:1=1:4 ...}. For tests.
 */
#pragma once

#include "base/buf.h"
#include "doc/doc.h"

#include <inttypes.h>

static inline void outline(const struct doc *d, bool places, struct buf *out)
{
	if (d->key && places)
		buf_printf(out, "%s@%u:%u=", d->key, d->key_at.line, d->key_at.column);
	else if (d->key)
		buf_printf(out, "%s=", d->key);
	if (places)
		buf_printf(out, "%u:%u ", d->at.line, d->at.column);
	if (d->tag)
		buf_printf(out, "<%s>", d->tag);
	switch (d->kind) {
	case DOC_NULL:
		buf_str(out, "null");
		break;
	case DOC_BOOL:
		buf_str(out, d->integer ? "true" : "false");
		break;
	case DOC_INT:
		buf_printf(out, "%" PRId64, d->integer);
		break;
	case DOC_REAL:
		buf_printf(out, "%.15gr", d->real);
		break;
	case DOC_TEXT:
		buf_printf(out, "'%s'", d->text);
		break;
	case DOC_ARRAY:
	case DOC_OBJECT:
	case DOC_KINDS:
		buf_str(out, d->kind == DOC_ARRAY ? "[" : "{");
		for (const struct doc *in = d->first; in; in = in->next) {
			outline(in, places, out);
			buf_str(out, in->next ? " " : "");
		}
		buf_str(out, d->kind == DOC_ARRAY ? "]" : "}");
		break;
	}
}

typedef struct err doc_reader(
    struct span text, struct arena *arena, const struct doc **ret_doc, struct doc_error *error);

/* The outline, or "line:column sentence" of what was wrong. Static; until the next call. */
static inline const char *outline_of(doc_reader *reader, struct span text, bool places)
{
	static struct buf out;
	struct doc_error error;
	struct arena a;
	const struct doc *d;

	arena_init(&a, 64 << 20);
	buf_done(&out);
	buf_init(&out, 4 << 20);
	if (err_is(reader(text, &a, &d, &error)))
		buf_printf(&out, "%u:%u %s", error.at.line, error.at.column, error.text);
	else
		outline(d, places, &out);
	arena_done(&a);
	return buf_text(&out);
}
