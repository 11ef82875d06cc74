/*
 * trees.h: random questions about given rows: each field that can be searched for, each operator
 * that its type takes, values that are in a row, nearly in one, or in none. Same seed, same trees.
 */
#pragma once

#include "format/word.h"
#include "lib/evaluate.h"

#include <stdio.h>

struct trees {
	uint64_t seed; /* not 0; it moves on */
	const struct inventory_row *const *rows;
	size_t n_rows; /* at least 1 */
	int64_t now_s;
	struct arena *arena;
};

static inline size_t trees_below(struct trees *t, size_t n)
{
	t->seed ^= t->seed << 13;
	t->seed ^= t->seed >> 7;
	t->seed ^= t->seed << 17;
	return (size_t)((t->seed >> 11) % n);
}

/* A text that the field has in some row; "" where it is absent there. */
static inline void trees_text(struct trees *t, const struct field *field, char into[256])
{
	const struct inventory_row *row = t->rows[trees_below(t, t->n_rows)];
	char address[ADDR_TEXT_MAX];
	struct value v;

	value_get(row, field->id, t->now_s, &v);
	into[0] = 0;
	if (field->type == VALUE_ADDRESS)
		snprintf(into, 256, "%s", addr_text(&v.addr, address));
	else if (field->type == VALUE_LIST && v.n)
		snprintf(into, 256, "%s", v.list[trees_below(t, v.n)]);
	else if (field->type == VALUE_CHAIN && row->chain && row->chain->n_certs)
		for (size_t k = 0; k < 32; k++)
			sprintf(into + 2 * k, "%02x",
			    row->chain->facts[trees_below(t, row->chain->n_certs)]->id.b[k]);
	else if (field->type == VALUE_TEXT)
		snprintf(into, 256, "%s", v.text);
	if (!into[0])
		snprintf(into, 256, "%s", trees_below(t, 2) ? "absent' OR 1=1 --" : "a");
}

/* Changes the case of a letter now and then, cuts a piece out, or puts wildcards in. */
static inline void trees_bend(struct trees *t, enum query_op op, char text[256])
{
	size_t n = strlen(text), from = trees_below(t, n), length = 1 + trees_below(t, n - from);

	if (trees_below(t, 3) == 0 && (uint8_t)text[from] < 0x80 && ((text[from] | 0x20) >= 'a'))
		text[from] = (char)(text[from] ^ 0x20);
	if (op == QUERY_CONTAINS) {
		memmove(text, text + from, length);
		text[length] = 0;
	} else if (op == QUERY_LIKE && (uint8_t)text[from] < 0x80) {
		text[from] = trees_below(t, 2) ? '*' : '?';
		if (trees_below(t, 2))
			text[from] = '*', text[from + 1] = 0;
	}
}

static inline const struct query *trees_of_text(struct trees *t, const struct field *field)
{
	static const enum query_op ops[] = {
	    QUERY_EQ, QUERY_NE, QUERY_CONTAINS, QUERY_CONTAINS, QUERY_LIKE, QUERY_LIKE};
	enum query_op op = ops[trees_below(t, 6)];
	char text[256];

	trees_text(t, field, text);
	trees_bend(t, op, text);
	return op == QUERY_LIKE ? query_like(t->arena, field->id, text)
				: query_text(t->arena, field->id, op, text);
}

static inline const struct query *trees_of_word(struct trees *t, const struct field *field)
{
	enum query_op op = field->flags & FIELD_ORDERED
			       ? (enum query_op)trees_below(t, QUERY_GE + 1)
			   : trees_below(t, 4) ? QUERY_EQ
					       : QUERY_NE;
	const char *word = word_at(field->id, trees_below(t, 3));
	struct value v;

	value_get(t->rows[trees_below(t, t->n_rows)], field->id, t->now_s, &v);
	if (v.present && trees_below(t, 4))
		word = v.text;
	if (!(field->flags & FIELD_ORDERED) && trees_below(t, 4) == 0) {
		char pattern[256];

		snprintf(pattern, sizeof(pattern), "*%.100s", word + strlen(word) / 2);
		return query_like(t->arena, field->id, pattern);
	}
	return query_text(t->arena, field->id, op, word);
}

static inline const struct query *trees_of_number(struct trees *t, const struct field *field)
{
	struct value v;

	value_get(t->rows[trees_below(t, t->n_rows)], field->id, t->now_s, &v);
	return query_number(t->arena, field->id, (enum query_op)trees_below(t, QUERY_GE + 1),
	    v.number + (int64_t)trees_below(t, 3) - 1);
}

static inline const struct query *trees_of_address(struct trees *t, const struct field *field)
{
	struct value v;

	value_get(t->rows[trees_below(t, t->n_rows)], field->id, t->now_s, &v);
	return query_cidr(t->arena, field->id, &v.addr, 80 + (unsigned)trees_below(t, 49));
}

static inline const struct query *trees_of_finding(struct trees *t)
{
	const struct finding *f =
	    row_finding(t->rows[trees_below(t, t->n_rows)], trees_below(t, 3));
	const char *name =
	    f ? finding_by_id(f->id)->name : word_at(FIELD_FINDINGS, trees_below(t, 9));
	int64_t at_s = t->now_s;

	if (f && trees_below(t, 3) == 0)
		at_s = trees_below(t, 2) ? f->since_s : f->until_s;
	return query_has_finding(t->arena, name, at_s);
}

static inline const struct query *trees_compare(struct trees *t)
{
	static const struct field any = {.id = FIELD_ANY, .type = VALUE_TEXT};
	size_t n;
	const struct field *fields = field_table(&n), *field = &fields[trees_below(t, n)];

	while (!(field->flags & FIELD_SEARCH))
		field = &fields[trees_below(t, n)];
	if (trees_below(t, 8) == 0) { /* a text of one field, looked for in any */
		char text[256];
		enum query_op op = trees_below(t, 2) ? QUERY_CONTAINS : QUERY_LIKE;

		trees_text(t, field, text);
		trees_bend(t, op, text);
		return op == QUERY_LIKE ? query_like(t->arena, any.id, text)
					: query_text(t->arena, any.id, op, text);
	}
	if (trees_below(t, 8) == 0)
		return query_exists(t->arena, field->id);
	switch (field->type) {
	case VALUE_TEXT:
		return field->flags & FIELD_WORD ? trees_of_word(t, field)
						 : trees_of_text(t, field);
	case VALUE_LIST:
	case VALUE_CHAIN:
		return trees_of_text(t, field);
	case VALUE_NUMBER:
	case VALUE_TIME:
		return trees_of_number(t, field);
	case VALUE_BOOL:
		return query_number(t->arena, field->id, QUERY_EQ, (int64_t)trees_below(t, 2));
	case VALUE_ADDRESS:
		return trees_of_address(t, field);
	case VALUE_FINDINGS:
		break;
	}
	return trees_of_finding(t);
}

/* A tree of at most so many levels; NULL: the arena is full. */
static inline const struct query *trees_next(struct trees *t, unsigned levels)
{
	size_t kind = levels ? trees_below(t, 8) : 7;

	if (kind < 3)
		return query_and(t->arena, trees_next(t, levels - 1), trees_next(t, levels - 1));
	if (kind < 5)
		return query_or(t->arena, trees_next(t, levels - 1), trees_next(t, levels - 1));
	if (kind == 5)
		return query_not(t->arena, trees_next(t, levels - 1));
	return trees_compare(t);
}
