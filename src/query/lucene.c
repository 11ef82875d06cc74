/*
 * lucene.c: what is different in Elasticsearch's query_string. An or is a list of clauses there, in
 * which AND makes its two neighbours required; the rest counts only where nothing is required. So
 * "a AND b OR c" is "a and b": that is what Lucene's classic parser does, and what the rules were
 * written against.
 */
#include "query/parser.h"

struct err lucene_check(struct parser *p, const struct lex_word *w)
{
	for (const char *c = w->pattern; c && *c; c += *c == '\\' && c[1] ? 2 : 1)
		if (*c == '~' || *c == '^' || (*c == '/' && c == w->pattern))
			return lex_fail(&p->lex, w->at,
			    "fuzzy words, boosts and regular expressions are not known here");
	return OK;
}

struct err lucene_exists(struct parser *p, const struct query **ret_query)
{
	const struct field *field;
	struct lex_word w;
	struct err e;

	lex_blank(&p->lex);
	e = lex_take(&p->lex, LEX_VALUE, &w);
	if (err_is(e))
		return e;
	field = field_by_name(w.text);
	if (!field || !(field->flags & FIELD_SEARCH))
		return parser_no_field(p, &w);
	*ret_query = query_exists(p->lex.arena, field->id);
	return *ret_query ? OK : lex_full(&p->lex);
}

enum occur { REQUIRED, POSSIBLE, PROHIBITED, OCCURS };

struct clauses {
	struct parts of[OCCURS];
};

/* Required ones, or else any of those that are possible; and none that is prohibited. */
static struct err join_clauses(
    struct parser *p, const struct clauses *c, const struct query **ret_query)
{
	struct arena *a = p->lex.arena;
	enum occur main = c->of[REQUIRED].n ? REQUIRED : POSSIBLE;
	const struct query *q = query_all(a), *none = NULL;
	struct err e = OK;

	if (c->of[main].n)
		e = parts_join(p, main == REQUIRED ? QUERY_AND : QUERY_OR, &c->of[main], &q);
	if (!err_is(e) && c->of[PROHIBITED].n) {
		e = parts_join(p, QUERY_OR, &c->of[PROHIBITED], &none);
		q = query_and(a, q, query_not(a, none));
	}
	if (err_is(e))
		return e;
	*ret_query = q;
	return q ? OK : lex_full(&p->lex);
}

enum beside { BY_NOTHING, BY_AND, BY_OR }; /* how a clause is joined to the one before it */

static enum beside take_beside(struct parser *p)
{
	if (parser_keyword(p, "and", "&&"))
		return BY_AND;
	return parser_keyword(p, "or", "||") ? BY_OR : BY_NOTHING;
}

static enum occur take_occur(struct parser *p, enum beside beside)
{
	bool and_is_rule = p->comparer.env->style == QUERY_LUCENE_AND;

	lex_blank(&p->lex);
	if (parser_keyword(p, "not", "!") || parser_minus(p))
		return PROHIBITED;
	if (p->lex.rest.n > 1 && lex_sign(&p->lex, "+"))
		return REQUIRED;
	return beside == BY_AND || (and_is_rule && beside != BY_OR) ? REQUIRED : POSSIBLE;
}

/* The clause before an AND is required, too; the one before an OR no longer, if only the rule that
 * words side by side are joined by and made it so. */
static void move_last(
    const struct parser *p, struct clauses *c, enum occur last, enum beside beside)
{
	struct part *part = c->of[last].last;
	enum occur to = beside == BY_AND ? REQUIRED : POSSIBLE;

	if (last == PROHIBITED || last == to || beside == BY_NOTHING ||
	    (beside == BY_OR && p->comparer.env->style != QUERY_LUCENE_AND))
		return;
	c->of[last].last = part->older;
	c->of[last].n--;
	part->older = c->of[to].last;
	c->of[to].last = part;
	c->of[to].n++;
}

struct err lucene_clauses(struct parser *p, const struct query **ret_query)
{
	struct clauses c = {0};
	enum beside beside = BY_NOTHING;
	enum occur occur;
	struct err e;

	do {
		const struct query *q;

		occur = take_occur(p, beside);
		e = parser_unary(p, &q);
		if (!err_is(e))
			e = parts_add(p, &c.of[occur], q);
		if (err_is(e))
			return e;
		lex_blank(&p->lex);
		beside = take_beside(p);
		move_last(p, &c, occur, beside);
	} while (beside != BY_NOTHING || !parser_at_end(p));
	return join_clauses(p, &c, ret_query);
}
