/* Filters in YAML: a tree that can be printed, or a sentence and a place. */
#include "query/dsl.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *fuzz_word(enum field_id field, size_t k)
{
	static const char *const words[] = {"expired", "self-signed", "TLS 1.3", "high", "https"};

	return (field == FIELD_FINDINGS || field_by_id(field)->flags & FIELD_WORD) && k < 5
		   ? words[k]
		   : NULL;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct query_env env = {.now_s = 1795318215, .word = fuzz_word};
	struct doc_error error = {.text = ""};
	struct arena a;
	const struct doc *doc;
	const struct query *q;
	struct buf out;

	arena_init(&a, 64 << 20);
	buf_init(&out, 16 << 20);
	if (!err_is(doc_from_yaml(span_of(data, size), &a, &doc, &error))) {
		if (!err_is(dsl_query(doc, &env, &a, &q, &error)))
			query_print(q, &out);
		else if (!error.text[0] || !error.at.line)
			abort();
	}
	buf_done(&out);
	arena_done(&a);
	return 0;
}
