/*
 * pyformat.c: the replacement fields of PEP 3101. A field is read whole (name, [index]..., !r,
 * :specification) before anything is looked up, so that a rule is checked without values by the
 * same walk that fills it in later.
 */
#include "alert/pyformat.h"

#include "alert/limits.h"
#include "alert/pyrepr.h"
#include "base/text.h"

#include <inttypes.h>
#include <stdio.h>

enum {
	INTEGER_TEXT_MAX = 24,
	REAL_TEXT_MAX = 512, /* DBL_MAX has 309 digits, and FORMAT_PRECISION_MAX after the point */
};

struct spec {
	bool given;
	struct span fill; /* one character */
	char align; /* 0: not said */
	bool zero; /* numbers are padded between sign and digits */
	char sign; /* '+', '-', ' ' */
	bool comma;
	size_t width;
	int precision; /* -1: not said */
	char type; /* 0: not said */
};

struct field {
	struct span name; /* "0", "", "hostname" */
	struct span indexes; /* "[0][cn]" */
	char conversion; /* 'r', 's', 'a'; 0: none */
	struct spec spec;
};

struct formatter {
	const uint8_t *start;
	struct span rest;
	const struct pyformat_args *args;
	struct buf *out;
	size_t next; /* the number of the next {} */
	bool counted, numbered; /* {} and {0} do not go together */
	bool unsuited;
};

static struct err fail(const struct formatter *f, const char *what)
{
	return err_input((size_t)(f->rest.p - f->start), what);
}

static bool take(struct span *s, char c)
{
	if (s->n == 0 || s->p[0] != (uint8_t)c)
		return false;
	span_take(s, 1);
	return true;
}

static struct span take_until(struct span *s, const char *ends)
{
	size_t n = 0;

	while (n < s->n && !strchr(ends, s->p[n]))
		n++;
	return span_take(s, n);
}

static bool is_digit(uint8_t c)
{
	return c >= '0' && c <= '9';
}

/* A number of digits, at most max. */
static bool take_number(struct span *s, size_t max, size_t *ret_number)
{
	size_t number = 0;

	if (s->n == 0 || !is_digit(s->p[0]))
		return false;
	while (s->n && is_digit(s->p[0]) && number <= max)
		number = number * 10 + (size_t)(span_u8(s) - '0');
	*ret_number = number;
	return number <= max;
}

static bool is_one_of(const struct span *s, size_t at, const char *set)
{
	return at < s->n && s->p[at] && strchr(set, s->p[at]);
}

static void read_align(struct span *s, struct spec *spec)
{
	struct span after = *s;

	if (s->n)
		text_next(&after);
	if (after.n && is_one_of(&after, 0, "<>=^")) {
		spec->fill = span_of(s->p, s->n - after.n);
		*s = after;
	}
	if (is_one_of(s, 0, "<>=^"))
		spec->align = (char)span_u8(s);
}

/* [[fill]align][sign][0][width][,][.precision][type] */
static struct err read_spec(struct formatter *f, struct spec *spec)
{
	struct span *s = &f->rest;
	size_t precision;

	spec->given = true;
	read_align(s, spec);
	if (is_one_of(s, 0, "+- "))
		spec->sign = (char)span_u8(s);
	spec->zero = take(s, '0');
	if (spec->zero && !spec->align)
		spec->fill = span_str("0");
	if (s->n && is_digit(s->p[0]) && !take_number(s, FORMAT_WIDTH_MAX, &spec->width))
		return fail(f, "so wide a field is refused");
	spec->comma = take(s, ',');
	if (take(s, '.')) {
		if (!take_number(s, FORMAT_PRECISION_MAX, &precision))
			return fail(f, "a precision of at most two digits is expected");
		spec->precision = (int)precision;
	}
	if (is_one_of(s, 0, "sdxXobfFeEgG%"))
		spec->type = (char)span_u8(s);
	if (s->n && s->p[0] == '{')
		return fail(f, "a field within a field is not supported");
	if (s->n && s->p[0] != '}')
		return fail(f,
		    "after the ':', [[fill]align][sign][0][width][,][.precision] and one of "
		    "s d x X o b f e g % is expected");
	return OK;
}

static struct err read_indexes(struct formatter *f, struct field *field)
{
	const uint8_t *start = f->rest.p;

	while (take(&f->rest, '[')) {
		if (take_until(&f->rest, "]").n == 0)
			return fail(f, "an index is expected after '['");
		if (!take(&f->rest, ']'))
			return fail(f, "']' is expected");
	}
	field->indexes = span_of(start, (size_t)(f->rest.p - start));
	if (f->rest.n && f->rest.p[0] == '.')
		return fail(f, "attributes of values are not supported");
	return OK;
}

/* After the '{'. */
static struct err read_field(struct formatter *f, struct field *ret_field)
{
	struct field field = {.spec = {.fill = span_str(" "), .precision = -1}};
	struct err e;

	field.name = take_until(&f->rest, ".[!:{}");
	e = read_indexes(f, &field);
	if (err_is(e))
		return e;
	if (take(&f->rest, '!')) {
		if (!is_one_of(&f->rest, 0, "rsa"))
			return fail(f, "r, s or a is expected after '!'");
		field.conversion = (char)span_u8(&f->rest);
	}
	if (take(&f->rest, ':'))
		e = read_spec(f, &field.spec);
	if (err_is(e))
		return e;
	if (!take(&f->rest, '}'))
		return fail(f, "'}' is expected");
	*ret_field = field;
	return OK;
}

/* Which of the arguments a name is. */
static struct err find_argument(struct formatter *f, struct span name, size_t *ret_at)
{
	struct span digits = name;
	size_t at = f->next;

	if (f->args->names) {
		for (size_t i = 0; i < f->args->n; i++)
			if (span_is(name, f->args->names[i])) {
				*ret_at = i;
				return OK;
			}
		return fail(f, "no argument has this name");
	}
	if (name.n == 0) {
		f->next++;
		f->counted = true;
	} else if (!take_number(&digits, FORMAT_ARGS_MAX, &at) || digits.n) {
		return fail(f, "the arguments go by number: {0}, {1}, ...");
	} else {
		f->numbered = true;
	}
	if (f->counted && f->numbered)
		return fail(f, "{} and {0} do not go together");
	if (at >= f->args->n)
		return fail(f, "there are fewer arguments than that");
	*ret_at = at;
	return OK;
}

static const struct doc *item_of(const struct doc *value, struct span index)
{
	struct span digits = index;
	size_t at;

	if (doc_is(value, DOC_ARRAY)) {
		if (!take_number(&digits, FORMAT_INDEX_MAX, &at) || digits.n)
			return NULL;
		for (value = doc_first(value); value && at > 0; at--)
			value = value->next;
		return value;
	}
	for (value = doc_is(value, DOC_OBJECT) ? doc_first(value) : NULL; value;
	     value = value->next)
		if (span_is(index, value->key))
			return value;
	return NULL;
}

static const struct doc *value_at(const struct doc *value, struct span indexes)
{
	while (take(&indexes, '[')) {
		value = item_of(value, take_until(&indexes, "]"));
		span_take(&indexes, 1);
	}
	return value;
}

static void put_grouped(struct buf *out, const char *digits)
{
	size_t n = strspn(digits, "0123456789");

	for (size_t i = 0; i < n; i++) {
		buf_put(out, &digits[i], 1);
		if (i + 1 < n && (n - 1 - i) % 3 == 0)
			buf_str(out, ",");
	}
	buf_str(out, digits + n);
}

static void put_binary(struct buf *out, uint64_t value)
{
	int bits = 1;

	while (bits < 64 && value >> bits)
		bits++;
	while (bits-- > 0)
		buf_str(out, value >> bits & 1 ? "1" : "0");
}

static void put_integer(struct buf *out, const struct spec *spec, uint64_t value)
{
	char text[INTEGER_TEXT_MAX];

	if (spec->type == 'b') {
		put_binary(out, value);
	} else if (spec->type == 'x') {
		buf_printf(out, "%" PRIx64, value);
	} else if (spec->type == 'X') {
		buf_printf(out, "%" PRIX64, value);
	} else if (spec->type == 'o') {
		buf_printf(out, "%" PRIo64, value);
	} else {
		snprintf(text, sizeof(text), "%" PRIu64, value);
		(spec->comma ? put_grouped : buf_str)(out, text);
	}
}

static void put_real(struct buf *out, const struct spec *spec, double value)
{
	int precision = spec->precision < 0 ? 6 : spec->precision;
	char text[REAL_TEXT_MAX];

	if (spec->type == 'e')
		snprintf(text, sizeof(text), "%.*e", precision, value);
	else if (spec->type == 'E')
		snprintf(text, sizeof(text), "%.*E", precision, value);
	else if (spec->type == 'g')
		snprintf(text, sizeof(text), "%.*g", precision, value);
	else if (spec->type == 'G')
		snprintf(text, sizeof(text), "%.*G", precision, value);
	else
		snprintf(
		    text, sizeof(text), "%.*f", precision, spec->type == '%' ? value * 100 : value);
	(spec->comma ? put_grouped : buf_str)(out, text);
	buf_str(out, spec->type == '%' ? "%" : "");
}

/* Digits and sign apart, because '=' pads between them. false: it is no number for this. */
static bool put_number(
    struct buf *sign, struct buf *digits, const struct spec *spec, const struct doc *value)
{
	bool wants_real = spec->type && strchr("fFeEgG%", spec->type);
	bool negative;

	if (!doc_is(value, DOC_INT) && !(doc_is(value, DOC_REAL) && wants_real))
		return false;
	if (spec->type == 's' || (!wants_real && spec->precision >= 0))
		return false;
	negative = wants_real ? value->real < 0 : value->integer < 0;
	buf_str(sign, negative ? "-" : spec->sign == '+' ? "+" : spec->sign == ' ' ? " " : "");
	if (wants_real)
		put_real(digits, spec, negative ? -value->real : value->real);
	else
		put_integer(
		    digits, spec, negative ? -(uint64_t)value->integer : (uint64_t)value->integer);
	return true;
}

static void put_cut(struct buf *out, struct span text, int precision)
{
	struct span rest = text;

	for (int i = 0; rest.n && (precision < 0 || i < precision); i++)
		text_next(&rest);
	buf_put(out, text.p, text.n - rest.n);
}

static size_t characters(struct span text)
{
	size_t n = 0;

	for (; text.n; n++)
		text_next(&text);
	return n;
}

static void pad(struct buf *out, const struct spec *spec, size_t n)
{
	for (size_t i = 0; i < n; i++)
		buf_span(out, spec->fill);
}

static void put_padded(
    struct buf *out, const struct spec *spec, bool number, struct span sign, struct span text)
{
	size_t used = characters(sign) + characters(text);
	size_t left = spec->width > used ? spec->width - used : 0;
	char align = spec->align ? spec->align : !number ? '<' : spec->zero ? '=' : '>';

	pad(out, spec, align == '>' ? left : align == '^' ? left / 2 : 0);
	buf_span(out, sign);
	pad(out, spec, align == '=' ? left : 0);
	buf_span(out, text);
	pad(out, spec, align == '<' ? left : align == '^' ? left - left / 2 : 0);
}

/* Is this a specification of texts? */
static bool suits_text(const struct spec *spec, const struct doc *value)
{
	return doc_is(value, DOC_TEXT) && (!spec->type || spec->type == 's') && !spec->sign &&
	       !spec->comma && spec->align != '=';
}

static void put_by_spec(struct formatter *f, const struct spec *spec, const struct doc *value)
{
	struct buf text, sign;

	buf_init(&text, FORMAT_TEXT_MAX);
	buf_init(&sign, INTEGER_TEXT_MAX);
	if (suits_text(spec, value)) {
		put_cut(&text, span_str(value->text), spec->precision);
		put_padded(f->out, spec, false, buf_view(&sign), buf_view(&text));
	} else if (put_number(&sign, &text, spec, value)) {
		put_padded(f->out, spec, true, buf_view(&sign), buf_view(&text));
	} else {
		pystr_put(f->out, value);
		f->unsuited = true;
	}
	buf_done(&sign);
	buf_done(&text);
}

static void put_value(struct formatter *f, const struct field *field, const struct doc *value)
{
	static void (*const conversions[])(struct buf * out, const struct doc *value) = {
	    ['r' - 'a'] = pyrepr_put, ['s' - 'a'] = pystr_put, ['a' - 'a'] = pyascii_put};
	struct doc converted = {.kind = DOC_TEXT};
	struct buf whole;

	buf_init(&whole, FORMAT_TEXT_MAX);
	if (field->conversion) {
		conversions[field->conversion - 'a'](&whole, value);
		converted.text = buf_text(&whole);
		value = &converted;
	}
	if (field->spec.given)
		put_by_spec(f, &field->spec, value);
	else
		pystr_put(f->out, value);
	buf_done(&whole);
}

static struct err format_field(struct formatter *f)
{
	struct span before = f->rest;
	struct field field;
	size_t at = 0;
	struct err e = read_field(f, &field);
	const struct doc *value;

	if (err_is(e))
		return e;
	e = find_argument(f, field.name, &at);
	if (err_is(e))
		return err_input((size_t)(before.p - f->start) - 1, e.what);
	if (!f->args->values)
		return OK;
	value = value_at(f->args->values[at], field.indexes);
	if (!value && field.indexes.n) {
		f->unsuited = true;
		value = f->args->values[at];
	}
	put_value(f, &field, value);
	return OK;
}

struct err pyformat(
    const char *format, const struct pyformat_args *args, struct buf *out, bool *ret_unsuited)
{
	struct formatter f = {
	    .start = (const uint8_t *)format, .rest = span_str(format), .args = args, .out = out};
	struct err e = OK;

	while (f.rest.n && !err_is(e)) {
		struct span literal = take_until(&f.rest, "{}");

		if (args->values)
			buf_span(out, literal);
		if (f.rest.n >= 2 && f.rest.p[0] == f.rest.p[1]) {
			if (args->values)
				buf_put(out, f.rest.p, 1);
			span_take(&f.rest, 2);
		} else if (take(&f.rest, '{')) {
			e = format_field(&f);
		} else if (f.rest.n) {
			e = fail(&f, "a '}' stands alone: write }} for one");
		}
	}
	if (!err_is(e))
		*ret_unsuited = f.unsuited;
	return e;
}
