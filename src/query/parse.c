/*
 * parse.c: the grammar, by recursive descent:
 *
 *	or	= and { ("or" | "||") and }
 *	and	= unary { ["and" | "&&"] unary }
 *	unary	= ("not" | "-" | "!") unary | primary
 *	primary	= "(" or ")" | field op value | word | text
 *	value	= word | text | "(" or ")" | ("[" | "{") word "to" word ("]" | "}")
 *
 * Within field:( ) the same rules hold, and each word is a value of that field.
 *
 * What follows an operator is read in value.c; in Lucene's style lucene.c reads an or.
 */
#include "query/parse.h"

#include "base/text.h"
#include "query/limits.h"
#include "base/near.h"
#include "query/parser.h"

struct err parts_add(struct parser *p, struct parts *parts, const struct query *query)
{
	struct part *part = arena_alloc(p->lex.arena, sizeof(*part));

	if (!part)
		return lex_full(&p->lex);
	*part = (struct part){parts->last, query};
	parts->last = part;
	parts->n++;
	return OK;
}

struct err parts_join(struct parser *p, enum query_kind kind, const struct parts *parts,
    const struct query **ret_query)
{
	const struct query **all =
	    arena_alloc(p->lex.arena, parts->n * sizeof(const struct query *));
	const struct part *part = parts->last;
	const struct query *q = NULL;

	for (size_t i = parts->n; all && i > 0; part = part->older)
		all[--i] = part->query;
	if (all)
		q = query_join_all(p->lex.arena, kind, all, parts->n);
	if (!q)
		return lex_full(&p->lex);
	*ret_query = q;
	return OK;
}

struct err parser_enter(struct parser *p)
{
	if (++p->depth > QUERY_DEPTH_MAX)
		return lex_fail(&p->lex, lex_peek(&p->lex, LEX_VALUE), "nested too deeply");
	return OK;
}

struct err parser_count(struct parser *p, struct span at)
{
	if (++p->parts > QUERY_PARTS_MAX)
		return lex_fail(&p->lex, at, "more than %d comparisons", QUERY_PARTS_MAX);
	return OK;
}

bool parser_is_lucene(const struct parser *p)
{
	return p->comparer.env->style != QUERY_OURS;
}

static bool has_small_letters(struct span s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] >= 'a' && s.p[i] <= 'z')
			return true;
	return false;
}

/* A keyword that is the whole of the next word. */
static bool at_keyword(const struct parser *p, const char *word, const char *sign)
{
	struct span next = lex_peek(&p->lex, LEX_NAME);

	if (span_is(next, sign))
		return true;
	return lex_is(next, word) && !(parser_is_lucene(p) && has_small_letters(next));
}

bool parser_keyword(struct parser *p, const char *word, const char *sign)
{
	if (!at_keyword(p, word, sign))
		return false;
	span_take(&p->lex.rest, lex_peek(&p->lex, LEX_NAME).n);
	lex_blank(&p->lex);
	return true;
}

struct err parser_word(struct parser *p, enum lex_end end, struct lex_word *ret_word)
{
	struct err e = lex_take(&p->lex, end, ret_word);

	return err_is(e) || !parser_is_lucene(p) ? e : lucene_check(p, ret_word);
}

bool parser_compare(struct lex *l, enum compare *ret_compare)
{
	static const struct {
		const char *sign;
		enum compare compare;
	} signs[] = {
	    {":", COMPARE_HAS},
	    {"=", COMPARE_EQ},
	    {"!=", COMPARE_NE},
	    {"<=", COMPARE_LE},
	    {">=", COMPARE_GE},
	    {"<", COMPARE_LT},
	    {">", COMPARE_GT},
	};

	for (size_t i = 0; i < sizeof(signs) / sizeof(signs[0]); i++) {
		if (!lex_sign(l, signs[i].sign))
			continue;
		*ret_compare = signs[i].compare;
		return true;
	}
	return false;
}

struct err parser_group(struct parser *p, const struct query **ret_query)
{
	struct span open = span_take(&p->lex.rest, 1);
	struct err e = parser_enter(p);

	if (!err_is(e))
		e = parser_or(p, ret_query);
	if (err_is(e))
		return e;
	p->depth--;
	lex_blank(&p->lex);
	if (!lex_sign(&p->lex, ")"))
		return lex_fail(&p->lex, open, "this bracket is not closed");
	return OK;
}

struct err parser_no_field(struct parser *p, const struct lex_word *name)
{
	struct near near = {.word = name->text};
	const struct field *fields;
	struct span alias;
	char text[64];
	size_t n;

	fields = field_table(&n);
	for (size_t i = 0; i < n; i++) {
		if (!(fields[i].flags & FIELD_SEARCH))
			continue;
		near_try(&near, fields[i].name);
		for (size_t k = 0; !(alias = field_alias(&fields[i], k)).bad; k++) {
			struct near other = {.word = name->text};

			memcpy(text, alias.p, alias.n);
			text[alias.n] = 0;
			near_try(&other, text);
			if (other.best && (!near.best || other.distance < near.distance)) {
				near.best = fields[i].name;
				near.distance = other.distance;
			}
		}
	}
	return lex_fail(&p->lex, name->at, "no field is called \"%.40s\"%s%s%s", name->text,
	    near.best ? "; did you mean " : " (a text with : or = in it goes in quotes)",
	    near.best ? near.best : "", near.best ? "?" : "");
}

/* A word with a colon in it that is no field: an address, an endpoint, a fingerprint? */
static struct err colon_word(
    struct parser *p, struct span from, const struct lex_word *name, const struct query **ret_query)
{
	struct lex after = p->lex;
	struct lex_word w;
	struct err e;

	p->lex.rest = from;
	e = lex_take(&p->lex, LEX_VALUE, &w);
	if (err_is(e))
		return e;
	e = compare_place(&p->comparer, &w, ret_query);
	if (err_is(e) || *ret_query)
		return e;
	e = compare_fingerprint(&p->comparer, &w, ret_query);
	if (err_is(e) || *ret_query)
		return e;
	p->lex = after;
	if (!name->at.n)
		return lex_fail(&p->lex, w.at, "a word or a field is expected before the colon");
	return parser_no_field(p, name);
}

static struct err everything(struct parser *p, const struct query **ret_query)
{
	*ret_query = query_all(p->lex.arena);
	return *ret_query ? OK : lex_full(&p->lex);
}

static struct err comparison(struct parser *p, struct span from, const struct lex_word *name,
    enum compare compare, const struct query **ret_query)
{
	const struct field *field = field_by_name(name->text);

	if (parser_is_lucene(p) && strcmp(name->text, "_exists_") == 0)
		return lucene_exists(p, ret_query);
	if (parser_is_lucene(p) && span_is(name->at, "*") && lex_sign(&p->lex, "*"))
		return everything(p, ret_query); /* *:* */
	if (field && !(field->flags & FIELD_SEARCH))
		return lex_fail(&p->lex, name->at, "%s cannot be searched for", field->name);
	if (field)
		return parser_value(p, field, compare, ret_query);
	if (compare == COMPARE_HAS)
		return colon_word(p, from, name, ret_query);
	if (!name->at.n)
		return lex_fail(&p->lex, span_of(from.p, 1), "a field is expected before this");
	return parser_no_field(p, name);
}

/* A field with its comparison, or a word alone. */
static struct err term(struct parser *p, const struct query **ret_query)
{
	struct span from = p->lex.rest;
	struct lex behind;
	struct lex_word name;
	enum compare compare;
	struct err e;

	if (span_starts(from, "[")) { /* an endpoint of IPv6 */
		e = lex_take(&p->lex, LEX_VALUE, &name);
		return err_is(e) ? e : compare_free(&p->comparer, &name, ret_query);
	}
	e = parser_word(p, LEX_NAME, &name);
	if (err_is(e))
		return e;
	if (name.at.n && !name.pattern)
		return compare_free(&p->comparer, &name, ret_query);
	behind = p->lex;
	lex_blank(&p->lex);
	if ((!span_starts(p->lex.rest, ":") || p->lex.rest.n == behind.rest.n) &&
	    parser_compare(&p->lex, &compare))
		return comparison(p, from, &name, compare, ret_query);
	p->lex = behind;
	if (span_is(name.at, "*"))
		return everything(p, ret_query);
	return compare_free(&p->comparer, &name, ret_query);
}

static struct err missing(struct parser *p)
{
	struct span next = lex_peek(&p->lex, LEX_NAME);

	if (!p->lex.rest.n)
		return lex_fail(&p->lex, p->lex.rest, "a word or a comparison is expected here");
	if (!next.n)
		next = span_of(p->lex.rest.p, 1);
	return lex_fail(&p->lex, next, "a word or a comparison is expected before this");
}

static struct err primary(struct parser *p, const struct query **ret_query)
{
	struct err e;

	if (span_starts(p->lex.rest, "("))
		return parser_group(p, ret_query);
	if (!p->lex.rest.n || span_starts(p->lex.rest, ")") || at_keyword(p, "and", "&&") ||
	    at_keyword(p, "or", "||"))
		return missing(p);
	if (p->field)
		return parser_value(p, p->field, p->compare, ret_query);
	e = parser_count(p, lex_peek(&p->lex, LEX_VALUE));
	return err_is(e) ? e : term(p, ret_query);
}

/* -x and !x, but not a dash or a mark that stands alone, and not a negative number. */
bool parser_minus(struct parser *p)
{
	struct span rest = p->lex.rest;
	bool sign = span_starts(rest, "!") ||
		    (span_starts(rest, "-") && !(p->field && p->field->type == VALUE_NUMBER));

	if (!sign || rest.n < 2 || memchr(" \t\n\v\f\r)=", rest.p[1], 8))
		return false;
	span_take(&p->lex.rest, 1);
	return true;
}

struct err parser_unary(struct parser *p, const struct query **ret_query)
{
	const struct query *q;
	struct err e;

	lex_blank(&p->lex);
	if (!parser_keyword(p, "not", "!") && !parser_minus(p))
		return primary(p, ret_query);
	e = parser_enter(p);
	if (!err_is(e))
		e = parser_unary(p, &q);
	if (err_is(e))
		return e;
	p->depth--;
	*ret_query = query_not(p->lex.arena, q);
	return *ret_query ? OK : lex_full(&p->lex);
}

/* Nothing more that an and could join. */
bool parser_at_end(struct parser *p)
{
	lex_blank(&p->lex);
	return !p->lex.rest.n || span_starts(p->lex.rest, ")") || at_keyword(p, "or", "||");
}

static struct err parse_and(struct parser *p, const struct query **ret_query)
{
	struct parts parts = {0};
	struct err e;

	do {
		const struct query *q;

		e = parser_unary(p, &q);
		if (!err_is(e))
			e = parts_add(p, &parts, q);
		lex_blank(&p->lex);
	} while (!err_is(e) && (parser_keyword(p, "and", "&&") || !parser_at_end(p)));
	return err_is(e) ? e : parts_join(p, QUERY_AND, &parts, ret_query);
}

struct err parser_or(struct parser *p, const struct query **ret_query)
{
	struct parts parts = {0};
	struct err e;

	if (parser_is_lucene(p))
		return lucene_clauses(p, ret_query);
	do {
		const struct query *q;

		e = parse_and(p, &q);
		if (!err_is(e))
			e = parts_add(p, &parts, q);
	} while (!err_is(e) && parser_keyword(p, "or", "||"));
	return err_is(e) ? e : parts_join(p, QUERY_OR, &parts, ret_query);
}

/* The first byte that is not the whole of a character, or is a NUL. */
static struct err check_bytes(struct lex *l)
{
	for (struct span rest = l->whole; rest.n;) {
		struct span at = span_of(rest.p, 1);
		size_t n = rest.n;
		uint32_t rune = text_next(&rest);

		at.n = n - rest.n;
		if (rune == 0 || (rune == TEXT_REPLACEMENT && !span_is(at, "\xef\xbf\xbd")))
			return lex_fail(l, at, "this is no character");
	}
	return OK;
}

struct err query_parse(struct span text, const struct query_env *env, struct arena *arena,
    const struct query **ret_query, struct query_error *error)
{
	struct parser p = {.lex = {text, text, arena, error}};
	const struct query *q = NULL;
	struct err e = OK;

	p.comparer = (struct comparer){&p.lex, env};
	if (text.n > QUERY_TEXT_MAX)
		e = lex_fail(&p.lex, text, "a search longer than %d bytes", QUERY_TEXT_MAX);
	if (!err_is(e))
		e = check_bytes(&p.lex);
	lex_blank(&p.lex);
	if (!err_is(e) && !p.lex.rest.n) {
		q = query_all(arena);
		e = q ? OK : lex_full(&p.lex);
	} else if (!err_is(e)) {
		e = parser_or(&p, &q);
		if (!err_is(e) && p.lex.rest.n)
			e = lex_fail(
			    &p.lex, span_of(p.lex.rest.p, 1), "this bracket was never opened");
	}
	if (!err_is(e))
		*ret_query = q;
	return e;
}
