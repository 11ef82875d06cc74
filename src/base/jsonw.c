/*
 * jsonw.c: one bit of state is all that JSON's punctuation needs: after a value a comma is due,
 * after an opening bracket or a key it is not.
 */
#include "base/jsonw.h"

#include "base/text.h"

#include <string.h>

void jsonw_init(struct jsonw *w, struct buf *b)
{
	*w = (struct jsonw){.b = b};
}

static void before_value(struct jsonw *w)
{
	if (w->comma)
		buf_str(w->b, ",");
	w->comma = true;
}

static void open_bracket(struct jsonw *w, const char *bracket)
{
	before_value(w);
	buf_str(w->b, bracket);
	w->comma = false;
}

static void close_bracket(struct jsonw *w, const char *bracket)
{
	buf_str(w->b, bracket);
	w->comma = true;
}

void jsonw_object(struct jsonw *w)
{
	open_bracket(w, "{");
}

void jsonw_end_object(struct jsonw *w)
{
	close_bracket(w, "}");
}

void jsonw_array(struct jsonw *w)
{
	open_bracket(w, "[");
}

void jsonw_end_array(struct jsonw *w)
{
	close_bracket(w, "]");
}

/* Text that needs no escape, in one go: nearly all is like this. */
static void put_quoted(struct buf *b, struct span text)
{
	uint8_t *at = buf_room(b, text.n + 2);

	if (!at)
		return;
	at[0] = at[text.n + 1] = '"';
	if (text.n)
		memcpy(at + 1, text.p, text.n);
	buf_wrote(b, text.n + 2);
}

void jsonw_key(struct jsonw *w, const char *key)
{
	before_value(w);
	put_quoted(w->b, span_str(key));
	buf_str(w->b, ":");
	w->comma = false;
}

void jsonw_str(struct jsonw *w, const char *text)
{
	jsonw_span(w, span_str(text));
}

static void escape(struct buf *b, uint32_t rune)
{
	static const char letters[0x20] = {
	    ['\b'] = 'b', ['\t'] = 't', ['\n'] = 'n', ['\f'] = 'f', ['\r'] = 'r'};

	if (rune == '"' || rune == '\\')
		buf_be(b, '\\' << 8 | rune, 2);
	else if (rune < 0x20 && letters[rune])
		buf_be(b, '\\' << 8 | (uint8_t)letters[rune], 2);
	else
		buf_printf(b, "\\u%04x", rune);
}

/* What may stand in a string as it is: printable ASCII without the two that are escaped. */
static const bool plain[256] = {[' ' ... '!'] = true, ['#' ... '['] = true, [']' ... '~'] = true};

static size_t plain_run(struct span s)
{
	size_t n = 0;

	while (n < s.n && plain[s.p[n]])
		n++;
	return n;
}

void jsonw_span(struct jsonw *w, struct span text)
{
	before_value(w);
	if (plain_run(text) == text.n) {
		put_quoted(w->b, text);
		return;
	}
	buf_str(w->b, "\"");
	for (;;) {
		uint32_t rune;

		buf_span(w->b, span_take(&text, plain_run(text)));
		if (text.n == 0)
			break;
		rune = text_next(&text);
		if (rune == '"' || rune == '\\' || text_is_control(rune))
			escape(w->b, rune);
		else
			text_put(w->b, rune);
	}
	buf_str(w->b, "\"");
}

static void put_decimal(struct buf *b, uint64_t value)
{
	char digits[20];
	size_t at = sizeof(digits);

	do {
		digits[--at] = (char)('0' + value % 10);
		value /= 10;
	} while (value);
	buf_put(b, digits + at, sizeof(digits) - at);
}

void jsonw_i64(struct jsonw *w, int64_t value)
{
	before_value(w);
	if (value < 0)
		buf_str(w->b, "-");
	put_decimal(w->b, value < 0 ? 0 - (uint64_t)value : (uint64_t)value);
}

void jsonw_u64(struct jsonw *w, uint64_t value)
{
	before_value(w);
	put_decimal(w->b, value);
}

void jsonw_bool(struct jsonw *w, bool value)
{
	before_value(w);
	buf_str(w->b, value ? "true" : "false");
}

void jsonw_null(struct jsonw *w)
{
	before_value(w);
	buf_str(w->b, "null");
}

void jsonw_hex(struct jsonw *w, struct span bytes)
{
	before_value(w);
	buf_str(w->b, "\"");
	buf_hex(w->b, bytes);
	buf_str(w->b, "\"");
}

void jsonw_key_text(struct jsonw *w, const char *key)
{
	jsonw_str(w, key);
	buf_str(w->b, ":");
	w->comma = false;
}

void jsonw_raw(struct jsonw *w, struct span json)
{
	before_value(w);
	buf_span(w->b, json);
}
