/*
 * tree.c: building a question and writing it down. The written form has brackets only where "not
 * before and before or" needs them, so that a test reads what a person would write.
 */
#include "query/tree.h"

#include <inttypes.h>

static const char *const ops[] = {
    [QUERY_EQ] = "=",
    [QUERY_NE] = "!=",
    [QUERY_LT] = "<",
    [QUERY_LE] = "<=",
    [QUERY_GT] = ">",
    [QUERY_GE] = ">=",
    [QUERY_CONTAINS] = "contains",
    [QUERY_CIDR] = "in",
    [QUERY_HAS_FINDING] = "has",
    [QUERY_EXISTS] = "exists",
};

static const struct query *query_copy(struct arena *a, struct query q)
{
	return arena_dup(a, &q, sizeof(q));
}

static const struct query *query_join(
    struct arena *a, enum query_kind kind, const struct query *left, const struct query *right)
{
	if (!left || !right)
		return NULL;
	return query_copy(a, (struct query){.kind = kind, .left = left, .right = right});
}

const struct query *query_all(struct arena *a)
{
	return query_copy(a, (struct query){.kind = QUERY_ALL});
}

const struct query *query_and(struct arena *a, const struct query *left, const struct query *right)
{
	if (left && right && left->kind == QUERY_ALL)
		return right;
	if (left && right && right->kind == QUERY_ALL)
		return left;
	return query_join(a, QUERY_AND, left, right);
}

const struct query *query_or(struct arena *a, const struct query *left, const struct query *right)
{
	if (left && right && left->kind == QUERY_ALL)
		return left;
	if (left && right && right->kind == QUERY_ALL)
		return right;
	return query_join(a, QUERY_OR, left, right);
}

const struct query *query_not(struct arena *a, const struct query *q)
{
	return q ? query_copy(a, (struct query){.kind = QUERY_NOT, .left = q}) : NULL;
}

static const struct query *query_compare(
    struct arena *a, enum field_id field, enum query_op op, struct query_value value)
{
	return query_copy(
	    a, (struct query){.kind = QUERY_COMPARE, .field = field, .op = op, .value = value});
}

const struct query *query_text(
    struct arena *a, enum field_id field, enum query_op op, const char *text)
{
	struct query_value value = {.text = arena_str(a, text)};

	return value.text ? query_compare(a, field, op, value) : NULL;
}

const struct query *query_number(
    struct arena *a, enum field_id field, enum query_op op, int64_t number)
{
	return query_compare(a, field, op, (struct query_value){.number = number});
}

const struct query *query_cidr(
    struct arena *a, enum field_id field, const struct addr *addr, unsigned prefix_bits)
{
	struct query_value value = {.addr = *addr, .prefix_bits = (uint8_t)prefix_bits};

	return query_compare(a, field, QUERY_CIDR, value);
}

const struct query *query_has_finding(struct arena *a, const char *name, int64_t at_s)
{
	struct query_value value = {.text = arena_str(a, name), .number = at_s};

	return value.text ? query_compare(a, FIELD_FINDINGS, QUERY_HAS_FINDING, value) : NULL;
}

const struct query *query_exists(struct arena *a, enum field_id field)
{
	return query_compare(a, field, QUERY_EXISTS, (struct query_value){0});
}

const char *query_op_text(enum query_op op)
{
	return op < QUERY_OP_MAX ? ops[op] : "?";
}

static void print_quoted(const char *text, struct buf *out)
{
	buf_str(out, "\"");
	for (; *text; text++) {
		if (*text == '"' || *text == '\\')
			buf_str(out, "\\");
		buf_put(out, text, 1);
	}
	buf_str(out, "\"");
}

static void print_cidr(const struct query_value *value, struct buf *out)
{
	char text[ADDR_TEXT_MAX];
	unsigned bits = value->prefix_bits;

	buf_printf(out, "%s/%u", addr_text(&value->addr, text),
	    addr_is_v4(&value->addr) && bits >= 96 ? bits - 96 : bits);
}

static void print_compare(const struct query *q, struct buf *out)
{
	const struct field *field = field_by_id(q->field);

	buf_printf(out, "%s %s", field ? field->name : "?", query_op_text(q->op));
	if (q->op == QUERY_EXISTS)
		return;
	buf_str(out, " ");
	if (q->op == QUERY_CIDR)
		print_cidr(&q->value, out);
	else if (q->value.text)
		print_quoted(q->value.text, out);
	else
		buf_printf(out, "%" PRId64, q->value.number);
	if (q->op == QUERY_HAS_FINDING)
		buf_printf(out, " at %" PRId64, q->value.number);
}

/* How tightly a kind binds: or, and, not, a comparison. */
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
		buf_str(out, "all");
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
