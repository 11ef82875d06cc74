/*
 * print.c: a tree in the search language. Brackets stand only where "not before and before or"
 * needs them; a chain of ands or ors is one line of words however it is nested, so what is read
 * again may be nested otherwise, but says the same and is printed the same.
 */
#include "base/time.h"
#include "inet/cidr.h"
#include "query/tree.h"

#include <inttypes.h>

/* Years of four digits, which RFC 3339 can write: 0000-01-01 to 9999-12-31. */
static const int64_t WRITTEN_FROM_S = -62167219200, WRITTEN_TO_S = 253402300799;

static void print_escaped(const char *text, struct buf *out)
{
	for (; *text; text++) {
		if (*text == '"' || *text == '\\')
			buf_str(out, "\\");
		buf_put(out, text, 1);
	}
}

static void print_quoted(const char *text, struct buf *out)
{
	buf_str(out, "\"");
	print_escaped(text, out);
	buf_str(out, "\"");
}

/* A pattern as a bare word: what ends a word, or means something in one, gets a backslash. */
static void print_pattern(const char *text, struct buf *out)
{
	for (const char *c = text; *c; c++) {
		bool plain = (uint8_t)*c >= 0x80 || (*c >= '0' && *c <= '9') ||
			     strchr("._*?", *c) || ((*c | 0x20) >= 'a' && (*c | 0x20) <= 'z') ||
			     (*c == '-' && c > text);

		if (!plain)
			buf_str(out, "\\");
		c += *c == '\\'; /* the pattern's own, with what follows it */
		buf_put(out, c, 1);
	}
}

static void print_time(int64_t seconds, struct buf *out)
{
	char text[TIME_TEXT_MAX];

	if (seconds >= WRITTEN_FROM_S && seconds <= WRITTEN_TO_S)
		buf_str(out, time_text(seconds, text));
	else
		buf_printf(out, "@%" PRId64, seconds);
}

static void print_number(enum value_type type, int64_t number, struct buf *out)
{
	if (type == VALUE_TIME)
		print_time(number, out);
	else if (type == VALUE_BOOL)
		buf_str(out, number ? "yes" : "no");
	else
		buf_printf(out, "%" PRId64, number);
}

static void print_cidr(const struct query_value *value, struct buf *out)
{
	struct cidr cidr = {value->addr, value->prefix_bits};
	char text[ADDR_TEXT_MAX + 8];

	buf_str(out,
	    value->prefix_bits == 128 ? addr_text(&value->addr, text) : cidr_text(&cidr, text));
}

/* Quoted where the name would not be one word: no finding's is. */
static void print_finding(const struct query_value *value, struct buf *out)
{
	const char *quote =
	    value->text[strspn(value->text, "abcdefghijklmnopqrstuvwxyz0123456789-")] ? "\"" : "";

	buf_str(out, quote);
	print_escaped(value->text, out);
	buf_str(out, "@");
	print_time(value->number, out);
	buf_str(out, quote);
}

static const struct {
	const char *name;
	const char *between; /* between a field and its value */
} ops[QUERY_OP_MAX] = {
    [QUERY_EQ] = {"=", " = "},
    [QUERY_NE] = {"!=", " = "}, /* and a "not" before it */
    [QUERY_LT] = {"<", " < "},
    [QUERY_LE] = {"<=", " <= "},
    [QUERY_GT] = {">", " > "},
    [QUERY_GE] = {">=", " >= "},
    [QUERY_CONTAINS] = {"contains", ":"},
    [QUERY_LIKE] = {"like", ":"},
    [QUERY_CIDR] = {"in", ":"},
    [QUERY_HAS_FINDING] = {"has", ":"},
    [QUERY_EXISTS] = {"exists", ":"},
};

const char *query_op_text(enum query_op op)
{
	return op < QUERY_OP_MAX ? ops[op].name : "?";
}

static void print_compare(const struct query *q, struct buf *out)
{
	const struct field *field = field_by_id(q->field);

	if (q->op == QUERY_NE)
		buf_str(out, "not ");
	if (field) {
		buf_str(out, field->name);
		buf_str(out, q->op <= QUERY_NE && !q->value.text ? ":" : ops[q->op].between);
	}
	if (q->op == QUERY_EXISTS)
		buf_str(out, "*");
	else if (q->op == QUERY_CIDR)
		print_cidr(&q->value, out);
	else if (q->op == QUERY_HAS_FINDING)
		print_finding(&q->value, out);
	else if (q->op == QUERY_LIKE)
		print_pattern(q->value.text, out);
	else if (q->value.text)
		print_quoted(q->value.text, out);
	else
		print_number(field ? field->type : VALUE_NUMBER, q->value.number, out);
}

/* How tightly a kind binds. */
static unsigned binding(enum query_kind kind)
{
	static const unsigned char table[] = {
	    [QUERY_ALL] = 3, [QUERY_OR] = 0, [QUERY_AND] = 1, [QUERY_NOT] = 2, [QUERY_COMPARE] = 3};

	return table[kind];
}

static void print_within(const struct query *q, unsigned outer, struct buf *out)
{
	bool brackets = binding(q->kind) < outer;

	if (brackets)
		buf_str(out, "(");
	query_print(q, out);
	if (brackets)
		buf_str(out, ")");
}

static void print_join(const struct query *q, const char *word, struct buf *out)
{
	print_within(q->left, binding(q->kind), out);
	buf_str(out, word);
	print_within(q->right, binding(q->kind), out);
}

void query_print(const struct query *q, struct buf *out)
{
	switch (q->kind) {
	case QUERY_ALL:
		buf_str(out, "*");
		break;
	case QUERY_AND:
		print_join(q, " and ", out);
		break;
	case QUERY_OR:
		print_join(q, " or ", out);
		break;
	case QUERY_NOT:
		buf_str(out, "not ");
		print_within(q->left, binding(QUERY_NOT), out);
		break;
	case QUERY_COMPARE:
		print_compare(q, out);
		break;
	}
}
