/* Whatever the text, its repr() is one line of printable UTF-8 in quotes, and ascii() is ASCII. */
#include "alert/pyrepr.h"

#include "base/text.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(struct span shown, uint32_t max)
{
	if (shown.n < 2 || (shown.p[0] != '\'' && shown.p[0] != '"') ||
	    shown.p[shown.n - 1] != shown.p[0] || !text_is_utf8(shown))
		abort();
	while (shown.n) {
		uint32_t rune = text_next(&shown);

		if (text_is_control(rune) || rune > max)
			abort();
	}
}

/* What is JSON is a tree of every kind of value; its repr() is that of Python's own. */
static void check_tree(struct span data)
{
	const struct doc *tree;
	struct doc_error error;
	struct arena arena;
	struct buf out;

	arena_init(&arena, 1 << 20);
	buf_init(&out, 1 << 20);
	if (!err_is(doc_from_json(data, &arena, &tree, &error))) {
		pyascii_put(&out, tree);
		pystr_put(&out, tree);
		for (const struct doc *item = doc_first(tree); item; item = item->next)
			buf_str(&out, pytrue(item) ? "True" : "False");
		if (!text_is_utf8(buf_view(&out)))
			abort();
	}
	buf_done(&out);
	arena_done(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct doc value = {.kind = DOC_TEXT};
	struct buf out;
	char *text = malloc(size + 1);

	if (!text)
		abort();
	memcpy(text, data, size);
	text[size] = 0;
	value.text = text;
	buf_init(&out, 10 * size + 64);
	pyrepr_put(&out, &value);
	check(buf_view(&out), 0x10ffff);
	buf_reset(&out);
	pyascii_put(&out, &value);
	check(buf_view(&out), 0x7f);
	if (size >= sizeof(double)) {
		value = (struct doc){.kind = DOC_REAL};
		memcpy(&value.real, data, sizeof(double));
		pyrepr_put(&out, &value);
	}
	buf_done(&out);
	free(text);
	check_tree(span_of(data, size));
	return 0;
}
