/* Any bytes: a tree whose every value can be walked to, or a sentence and a place. */
#include "doc/limits.h"
#include "unit/doc/outline.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static size_t values(const struct doc *d)
{
	size_t n = 1, within = 0;

	for (const struct doc *in = d->first; in; in = in->next, within++) {
		if ((in->key != NULL) != (d->kind == DOC_OBJECT))
			abort();
		n += values(in);
	}
	if (within != d->n || (d->text != NULL) != (d->kind < DOC_ARRAY) || !d->at.line)
		abort();
	return n;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct doc_error error = {.text = ""};
	struct arena a;
	const struct doc *d;
	struct err e;

	arena_init(&a, 64 << 20);
	e = doc_from_yaml(span_of(data, size), &a, &d, &error);
	if (err_is(e) ? !error.text[0] || !error.at.line : values(d) > DOC_VALUES_MAX)
		abort();
	arena_done(&a);
	return 0;
}
