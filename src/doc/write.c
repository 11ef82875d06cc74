/*
 * write.c: a tree as JSON. What was read as a number is written with the same digits.
 */
#include "base/jsonw.h"
#include "doc/doc.h"

static void write_scalar(struct jsonw *w, const struct doc *d)
{
	if (d && d->kind == DOC_TEXT)
		jsonw_str(w, d->text);
	else if (d && (d->kind == DOC_INT || d->kind == DOC_REAL))
		jsonw_raw(w, span_str(d->text));
	else if (d && d->kind == DOC_BOOL)
		jsonw_bool(w, d->integer != 0);
	else
		jsonw_null(w);
}

/* Not deeper than what the reader takes. */
void doc_write(struct jsonw *w, const struct doc *d)
{
	bool is_object = doc_is(d, DOC_OBJECT);

	if (!is_object && !doc_is(d, DOC_ARRAY)) {
		write_scalar(w, d);
		return;
	}
	if (is_object)
		jsonw_object(w);
	else
		jsonw_array(w);
	for (const struct doc *each = doc_first(d); each; each = each->next) {
		if (is_object)
			jsonw_key_text(w, each->key);
		doc_write(w, each);
	}
	if (is_object)
		jsonw_end_object(w);
	else
		jsonw_end_array(w);
}
