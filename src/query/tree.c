/*
 * tree.c: building a question. What can be said in two ways is built in one: a pattern without
 * wildcards is a text, "all and x" is x; so that what is printed and read again is the same tree.
 */
#include "query/tree.h"

#include "query/like.h"

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

const struct query *query_like(struct arena *a, enum field_id field, const char *pattern)
{
	char *tidy = arena_alloc(a, 2 * strlen(pattern) + 1);
	size_t wild = tidy ? like_tidy(pattern, tidy) : 0;

	if (!tidy)
		return NULL;
	if (wild == 1 && strcmp(tidy, "*") == 0)
		return field == FIELD_ANY ? query_all(a) : query_exists(a, field);
	if (wild)
		return query_compare(a, field, QUERY_LIKE, (struct query_value){.text = tidy});
	like_literal(tidy, tidy);
	return query_compare(a, field, QUERY_EQ, (struct query_value){.text = tidy});
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

	for (unsigned bit = prefix_bits; bit < 128; bit++)
		value.addr.b[bit / 8] &= (uint8_t) ~(0x80 >> bit % 8);
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

const struct query *query_join_all(
    struct arena *a, enum query_kind kind, const struct query *const *parts, size_t n)
{
	if (n == 1)
		return parts[0];
	return (kind == QUERY_AND ? query_and : query_or)(a,
	    query_join_all(a, kind, parts, n - n / 2),
	    query_join_all(a, kind, parts + (n - n / 2), n / 2));
}
