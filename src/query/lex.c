/*
 * lex.c: where words begin and end, and what they say. In a bare word a backslash takes the meaning
 * of the next character; in quotes only a quote and a backslash have one to lose.
 */
#include "query/lex.h"

#include "base/text.h"
#include "query/like.h"

#include <stdarg.h>
#include <stdio.h>

static bool is_blank(uint8_t c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static size_t characters(struct span s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++)
		n += (s.p[i] & 0xc0) != 0x80;
	return n;
}

struct err lex_fail(struct lex *l, struct span where, const char *format, ...)
{
	struct span before = l->whole;
	va_list args;

	if (!where.n)
		where = span_of(l->rest.p, 0);
	before.n = (size_t)(where.p - l->whole.p);
	l->error->at = characters(before);
	l->error->n = characters(where);
	va_start(args, format);
	vsnprintf(l->error->text, sizeof(l->error->text), format, args);
	va_end(args);
	return err_input(l->error->at, "a search that cannot be read");
}

struct err lex_full(struct lex *l)
{
	struct err e = lex_fail(l, l->whole, "the search needs too much memory");

	e = err_limit(l->error->text);
	e.what = "a search that needs too much memory";
	return e;
}

void lex_blank(struct lex *l)
{
	while (l->rest.n && is_blank(l->rest.p[0]))
		span_take(&l->rest, 1);
}

bool lex_sign(struct lex *l, const char *sign)
{
	if (!span_starts(l->rest, sign))
		return false;
	span_take(&l->rest, strlen(sign));
	return true;
}

bool lex_is(struct span word, const char *keyword)
{
	return text_same(word, span_str(keyword));
}

static bool ends(struct span rest, enum lex_end end)
{
	uint8_t c = rest.p[0];

	if (is_blank(c) || c == '(' || c == ')' || c == '"')
		return true;
	if (end == LEX_BOUND)
		return c == ']' || c == '}';
	return end == LEX_NAME && (memchr(":=<>", c, 4) || span_starts(rest, "!="));
}

struct span lex_peek(const struct lex *l, enum lex_end end)
{
	struct span rest = l->rest;

	while (rest.n && !ends(rest, end))
		span_take(&rest, rest.p[0] == '\\' && rest.n > 1 ? 2 : 1);
	return span_of(l->rest.p, l->rest.n - rest.n);
}

static struct err take_bare(struct lex *l, enum lex_end end, struct lex_word *w)
{
	char *tidy, *text;

	w->at = lex_peek(l, end);
	w->pattern = arena_text(l->arena, w->at);
	tidy = arena_alloc(l->arena, 2 * w->at.n + 1);
	text = arena_alloc(l->arena, w->at.n + 1);
	if (!w->pattern || !tidy || !text)
		return lex_full(l);
	w->wild = like_tidy(w->pattern, tidy) > 0;
	like_literal(w->pattern, text);
	w->text = text;
	span_take(&l->rest, w->at.n);
	return OK;
}

static struct err take_quoted(struct lex *l, struct lex_word *w)
{
	struct span rest = l->rest;
	char *text = arena_alloc(l->arena, rest.n);
	size_t n = 0;

	if (!text)
		return lex_full(l);
	span_take(&rest, 1);
	while (rest.n && rest.p[0] != '"') {
		bool escaped = rest.n > 1 && rest.p[0] == '\\' && memchr("\"\\", rest.p[1], 2);

		span_take(&rest, escaped);
		text[n++] = (char)span_u8(&rest);
	}
	if (!rest.n)
		return lex_fail(l, span_of(l->rest.p, 1), "this quote has no end");
	span_take(&rest, 1);
	w->at = span_of(l->rest.p, l->rest.n - rest.n);
	w->text = text;
	l->rest = rest;
	return OK;
}

struct err lex_take(struct lex *l, enum lex_end end, struct lex_word *ret_word)
{
	*ret_word = (struct lex_word){.at = span_of(l->rest.p, 0), .text = ""};
	if (!l->rest.n)
		return OK;
	return l->rest.p[0] == '"' ? take_quoted(l, ret_word) : take_bare(l, end, ret_word);
}
