/* In each style: what can be read is printed so that it reads as the same; what cannot is told
 * within the text. */
#include "query/parse.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *fuzz_word(enum field_id field, size_t k)
{
	static const char *const words[] = {"expired", "expiring", "TLS 1.3", "high", "https"};

	return (field == FIELD_FINDINGS || field_by_id(field)->flags & FIELD_WORD) && k < 5
		   ? words[k]
		   : NULL;
}

static struct query_env env = {.now_s = 1795318215, .word = fuzz_word};

/* In our language, whichever it was written in. */
static void print_again(const struct query *q, struct arena *a)
{
	struct query_error error;
	struct buf once, twice;
	struct err e;

	buf_init(&once, 4 << 20);
	buf_init(&twice, 4 << 20);
	query_print(q, &once);
	env.style = QUERY_OURS;
	e = query_parse(buf_view(&once), &env, a, &q, &error);
	if (!err_is(e)) {
		query_print(q, &twice);
		if (strcmp(buf_text(&once), buf_text(&twice)) != 0)
			abort();
	} else if (err_class(e) == ERR_INPUT && !strstr(error.text, "than") &&
		   !strstr(error.text, "deeply")) {
		abort();
	}
	buf_done(&once);
	buf_done(&twice);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	for (int style = QUERY_OURS; style <= QUERY_LUCENE_AND; style++) {
		struct query_error error = {0};
		struct arena a;
		const struct query *q;

		arena_init(&a, 32 << 20);
		env.style = (enum query_style)style;
		if (!err_is(query_parse(span_of(data, size), &env, &a, &q, &error)))
			print_again(q, &a);
		else if (!error.text[0] || error.at + error.n > size)
			abort();
		arena_done(&a);
	}
	return 0;
}
