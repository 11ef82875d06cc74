/*
 * pyrepr.c: how Python 3 prints what JSON can hold. A text is put in single quotes unless that
 * needs an escape and double quotes do not; what Unicode calls unprintable is escaped by number; a
 * float has the fewest digits that read back as the same number, and always looks like a float.
 */
#include "alert/pyrepr.h"

#include "base/text.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { REAL_DIGITS = 17, REAL_TEXT_MAX = 40, REAL_POINT_MIN = -4, REAL_POINT_MAX = 16 };

/* Categories Cc, Cf, Co, Cs, Zl, Zp and Zs but the blank: what str.isprintable() says no to. What
 * no version of Unicode has assigned is not listed. */
static const struct {
	uint32_t first, last;
} unprintable[] = {
    {0x0, 0x1f},
    {0x7f, 0xa0},
    {0xad, 0xad},
    {0x600, 0x605},
    {0x61c, 0x61c},
    {0x6dd, 0x6dd},
    {0x70f, 0x70f},
    {0x1680, 0x1680},
    {0x180e, 0x180e},
    {0x2000, 0x200f},
    {0x2028, 0x202f},
    {0x205f, 0x206f},
    {0x3000, 0x3000},
    {0xd800, 0xf8ff},
    {0xfdd0, 0xfdef},
    {0xfeff, 0xfeff},
    {0xfff9, 0xfffb},
    {0xfffe, 0xffff},
    {0xe0001, 0xe007f},
    {0xf0000, 0x10ffff},
};

static bool is_printable(uint32_t rune)
{
	for (size_t i = 0; i < sizeof(unprintable) / sizeof(unprintable[0]); i++)
		if (rune >= unprintable[i].first && rune <= unprintable[i].last)
			return false;
	return true;
}

static void put_escape(struct buf *out, uint32_t rune)
{
	if (rune < 0x100)
		buf_printf(out, "\\x%02" PRIx32, rune);
	else if (rune < 0x10000)
		buf_printf(out, "\\u%04" PRIx32, rune);
	else
		buf_printf(out, "\\U%08" PRIx32, rune);
}

static void put_rune(struct buf *out, uint32_t rune, char quote)
{
	if (rune == (uint32_t)quote || rune == '\\')
		buf_printf(out, "\\%c", (int)rune);
	else if (rune == '\n')
		buf_str(out, "\\n");
	else if (rune == '\r')
		buf_str(out, "\\r");
	else if (rune == '\t')
		buf_str(out, "\\t");
	else if (is_printable(rune))
		text_put(out, rune);
	else
		put_escape(out, rune);
}

static void put_quoted(struct buf *out, const char *text)
{
	char quote = strchr(text, '\'') && !strchr(text, '"') ? '"' : '\'';
	struct span rest = span_str(text);

	buf_be(out, (uint8_t)quote, 1);
	while (rest.n)
		put_rune(out, text_next(&rest), quote);
	buf_be(out, (uint8_t)quote, 1);
}

/* "d.ddde+xx" with the fewest digits that are the same number. */
static void shortest(double value, char text[REAL_TEXT_MAX])
{
	for (int digits = 0; digits < REAL_DIGITS; digits++) {
		snprintf(text, REAL_TEXT_MAX, "%.*e", digits, value);
		if (strtod(text, NULL) == value)
			return;
	}
}

static void put_real(struct buf *out, double value)
{
	char text[REAL_TEXT_MAX];
	int digits, exponent;

	if (isnan(value) || isinf(value)) {
		buf_str(out, isnan(value) ? "nan" : value < 0 ? "-inf" : "inf");
		return;
	}
	shortest(value, text);
	digits = (int)(strcspn(text, "e") - strspn(text, "-"));
	digits -= digits > 1; /* the point */
	exponent = atoi(text + strcspn(text, "e") + 1);
	if (exponent < REAL_POINT_MIN || exponent >= REAL_POINT_MAX)
		buf_str(out, text);
	else
		buf_printf(out, "%.*f", digits - 1 > exponent ? digits - 1 - exponent : 1, value);
}

static void put_items(struct buf *out, const struct doc *value)
{
	bool object = doc_is(value, DOC_OBJECT);

	buf_str(out, object ? "{" : "[");
	for (const struct doc *item = doc_first(value); item; item = item->next) {
		if (item != value->first)
			buf_str(out, ", ");
		if (object) {
			put_quoted(out, item->key);
			buf_str(out, ": ");
		}
		pyrepr_put(out, item);
	}
	buf_str(out, object ? "}" : "]");
}

void pyrepr_put(struct buf *out, const struct doc *value)
{
	switch (value ? value->kind : DOC_NULL) {
	case DOC_BOOL:
		buf_str(out, value->integer ? "True" : "False");
		break;
	case DOC_INT:
		buf_printf(out, "%" PRId64, value->integer);
		break;
	case DOC_REAL:
		put_real(out, value->real);
		break;
	case DOC_TEXT:
		put_quoted(out, value->text);
		break;
	case DOC_ARRAY:
	case DOC_OBJECT:
		put_items(out, value);
		break;
	case DOC_NULL:
	case DOC_KINDS:
		buf_str(out, "None");
		break;
	}
}

void pystr_put(struct buf *out, const struct doc *value)
{
	if (doc_is(value, DOC_TEXT))
		buf_str(out, value->text);
	else
		pyrepr_put(out, value);
}

void pyascii_put(struct buf *out, const struct doc *value)
{
	struct span rest;
	struct buf repr;

	buf_init(&repr, out->max);
	pyrepr_put(&repr, value);
	for (rest = buf_view(&repr); rest.n;) {
		uint32_t rune = text_next(&rest);

		(rune < 0x80 ? text_put : put_escape)(out, rune);
	}
	buf_done(&repr);
}

bool pytrue(const struct doc *value)
{
	switch (value ? value->kind : DOC_NULL) {
	case DOC_BOOL:
	case DOC_INT:
		return value->integer != 0;
	case DOC_REAL:
		return value->real != 0;
	case DOC_TEXT:
		return value->text[0] != 0;
	case DOC_ARRAY:
	case DOC_OBJECT:
		return value->n > 0;
	case DOC_NULL:
	case DOC_KINDS:
		break;
	}
	return false;
}
