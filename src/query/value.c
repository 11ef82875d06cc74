/*
 * value.c: what follows a field and its operator: a word, a range, or more of them in brackets,
 * each of which is then a value of that field.
 */
#include "query/limits.h"
#include "query/parser.h"

/* field:( ): what stands within belongs to the field; != is none of it. */
static struct err values(struct parser *p, const struct field *field, enum compare compare,
    const struct query **ret_query)
{
	const struct field *outer = p->field;
	enum compare outer_compare = p->compare;
	struct err e;

	p->field = field;
	p->compare = compare == COMPARE_NE ? COMPARE_EQ : compare;
	e = parser_group(p, ret_query);
	p->field = outer;
	p->compare = outer_compare;
	if (err_is(e) || compare != COMPARE_NE)
		return e;
	*ret_query = query_not(p->lex.arena, *ret_query);
	return *ret_query ? OK : lex_full(&p->lex);
}

static struct err bound(struct parser *p, const struct field *field, enum compare compare,
    const struct query **ret_query)
{
	struct lex_word w;
	struct err e;

	lex_blank(&p->lex);
	e = lex_take(&p->lex, LEX_BOUND, &w);
	if (err_is(e))
		return e;
	if (!w.at.n)
		return lex_fail(&p->lex, w.at, "a value is expected, as in [1 to 1024]");
	*ret_query = NULL; /* * leaves this side open */
	if (w.pattern && span_is(w.at, "*"))
		return OK;
	return compare_word(&p->comparer, field, compare, &w, ret_query);
}

static struct err close_range(struct parser *p, struct span open, bool *ret_inclusive)
{
	lex_blank(&p->lex);
	*ret_inclusive = lex_sign(&p->lex, "]");
	if (*ret_inclusive || lex_sign(&p->lex, "}"))
		return OK;
	return lex_fail(&p->lex, open, "this range is not closed: [1 to 1024]");
}

static bool has_order(const struct field *field)
{
	return field->type == VALUE_NUMBER || field->type == VALUE_TIME ||
	       field->flags & FIELD_ORDERED;
}

/* [a to b] with both ends, {a to b} without. */
static struct err range(struct parser *p, const struct field *field, const struct query **ret_query)
{
	struct arena *a = p->lex.arena;
	struct span open = span_take(&p->lex.rest, 1);
	bool from_in = open.p[0] == '[', to_in = true;
	const struct query *from, *to;
	struct lex after_from;
	struct err e;

	if (!has_order(field))
		return lex_fail(&p->lex, open, "%s has no ranges; its type is %s", field->name,
		    value_type_text(field->type));
	e = bound(p, field, from_in ? COMPARE_GE : COMPARE_GT, &from);
	if (err_is(e))
		return e;
	lex_blank(&p->lex);
	if (!parser_keyword(p, "to", ".."))
		return lex_fail(
		    &p->lex, lex_peek(&p->lex, LEX_BOUND), "\"to\" is expected, as in [1 to 1024]");
	/* Whether the end belongs to it is known behind it. */
	after_from = p->lex;
	e = bound(p, field, COMPARE_LE, &to);
	if (!err_is(e))
		e = close_range(p, open, &to_in);
	if (!err_is(e) && !to_in) {
		struct lex end = p->lex;

		p->lex = after_from;
		e = bound(p, field, COMPARE_LT, &to);
		p->lex = end;
	}
	if (err_is(e))
		return e;
	if (!from && !to)
		from = query_exists(a, field->id);
	*ret_query = from && to ? query_and(a, from, to) : from ? from : to;
	return *ret_query ? OK : lex_full(&p->lex);
}

/* What follows "field op": a word, more of them in brackets, a range. */
struct err parser_value(struct parser *p, const struct field *field, enum compare compare,
    const struct query **ret_query)
{
	struct lex_word w;
	struct err e;

	lex_blank(&p->lex);
	if (compare == COMPARE_HAS && !span_starts(p->lex.rest, ":") &&
	    parser_compare(&p->lex, &compare))
		lex_blank(&p->lex);
	if (span_starts(p->lex.rest, "("))
		return values(p, field, compare, ret_query);
	e = parser_count(p, lex_peek(&p->lex, LEX_VALUE));
	if (err_is(e))
		return e;
	if (compare == COMPARE_HAS &&
	    (span_starts(p->lex.rest, "[") || span_starts(p->lex.rest, "{")))
		return range(p, field, ret_query);
	e = parser_word(p, LEX_VALUE, &w);
	if (err_is(e))
		return e;
	if (!w.at.n)
		return lex_fail(&p->lex, w.at, "a value of %s is expected here", field->name);
	return compare_word(&p->comparer, field, compare, &w, ret_query);
}
