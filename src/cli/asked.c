/*
 * asked.c: `certscape list issuer:R3 and not port:25`. The shell has taken the words apart; they
 * are joined by a blank again, so most searches need no quotes around them.
 */
#include "cli/asked.h"

#include "base/text.h"
#include "format/word.h"
#include "query/parse.h"

enum { ASKED_BYTES_MAX = 128 << 10 }; /* what a kernel takes as one word */

/* Columns that the first n characters take. */
static size_t columns_of(struct span text, size_t n)
{
	size_t columns = 0;

	while (n-- && text.n) {
		uint32_t rune = text_next(&text);

		columns += text_is_control(rune) ? 1 : text_columns(rune);
	}
	return columns;
}

static void point_at(struct span text, const struct query_error *error, struct buf *out)
{
	size_t before = columns_of(text, error->at);
	size_t under = columns_of(text, error->at + error->n) - before;

	buf_str(out, "\n  ");
	text_safe(out, text);
	buf_str(out, "\n  ");
	buf_fill(out, ' ', before);
	buf_fill(out, '^', under ? under : 1);
}

struct err asked(const struct option_list *words, int64_t now_s, bool point, struct arena *arena,
    const struct query **ret_query, struct buf *message)
{
	const struct query_env env = {.now_s = now_s, .word = word_at};
	struct query_error error;
	struct err e = OK;
	struct buf text;

	*ret_query = NULL;
	if (!words->n)
		return OK;
	buf_init(&text, ASKED_BYTES_MAX);
	for (size_t i = 0; i < words->n; i++) {
		buf_str(&text, i ? " " : "");
		buf_str(&text, words->v[i]);
	}
	e = query_parse(buf_view(&text), &env, arena, ret_query, &error);
	if (err_is(e))
		buf_printf(message, "%s (character %zu)", error.text, error.at + 1);
	if (err_is(e) && point)
		point_at(buf_view(&text), &error, message);
	buf_done(&text);
	return e;
}
