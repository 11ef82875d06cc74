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
 * In Lucene's style (query_string) an or is a list of clauses instead, in which AND makes its two
 * neighbours required; the rest counts only where nothing is required. That is what its classic
 * parser does, and what rules were written against.
 */
#include "query/parse.h"

#include "base/text.h"
#include "query/compare.h"
#include "query/limits.h"
#include "query/near.h"

struct parser {
	struct lex lex;
	struct comparer comparer;
	const struct field *field; /* within field:( ); else NULL */
	enum compare compare;
	unsigned depth;
	size_t parts;
};

/* Parts of an and or an or while their number is not known. */
struct part {
	struct part *older;
	const struct query *query;
};

static struct err parse_or(struct parser *p, const struct query **ret_query);
static struct err parse_clauses(struct parser *p, const struct query **ret_query);

static struct err add_part(
    struct parser *p, struct part **parts, size_t *n, const struct query *query)
{
	struct part *part = arena_alloc(p->lex.arena, sizeof(*part));

	if (!part)
		return lex_full(&p->lex);
	*part = (struct part){*parts, query};
	*parts = part;
	(*n)++;
	return OK;
}

static struct err join(struct parser *p, enum query_kind kind, const struct part *parts, size_t n,
    const struct query **ret_query)
{
	const struct query **all = arena_alloc(p->lex.arena, n * sizeof(const struct query *));
	const struct query *q = NULL;

	for (size_t i = n; all && i > 0; parts = parts->older)
		all[--i] = parts->query;
	if (all)
		q = query_join_all(p->lex.arena, kind, all, n);
	if (!q)
		return lex_full(&p->lex);
	*ret_query = q;
	return OK;
}

static struct err enter(struct parser *p)
{
	if (++p->depth > QUERY_DEPTH_MAX)
		return lex_fail(&p->lex, lex_peek(&p->lex, LEX_VALUE), "nested too deeply");
	return OK;
}

static bool is_lucene(const struct parser *p)
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
	return lex_is(next, word) && !(is_lucene(p) && has_small_letters(next));
}

static bool take_keyword(struct parser *p, const char *word, const char *sign)
{
	if (!at_keyword(p, word, sign))
		return false;
	span_take(&p->lex.rest, lex_peek(&p->lex, LEX_NAME).n);
	lex_blank(&p->lex);
	return true;
}

/* A word; what Lucene has beyond wildcards is refused, not misread. */
static struct err take_word(struct parser *p, enum lex_end end, struct lex_word *w)
{
	struct err e = lex_take(&p->lex, end, w);

	if (err_is(e) || !is_lucene(p) || !w->pattern)
		return e;
	for (const char *c = w->pattern; *c; c += *c == '\\' && c[1] ? 2 : 1)
		if (*c == '~' || *c == '^' || (*c == '/' && c == w->pattern))
			return lex_fail(&p->lex, w->at,
			    "fuzzy words, boosts and regular expressions are not known here");
	return OK;
}

static bool take_compare(struct lex *l, enum compare *ret_compare)
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

static struct err group(struct parser *p, const struct query **ret_query)
{
	struct span open = span_take(&p->lex.rest, 1);
	struct err e = enter(p);

	if (!err_is(e))
		e = parse_or(p, ret_query);
	if (err_is(e))
		return e;
	p->depth--;
	lex_blank(&p->lex);
	if (!lex_sign(&p->lex, ")"))
		return lex_fail(&p->lex, open, "this bracket is not closed");
	return OK;
}

/* field:( ): what stands within belongs to the field; != is none of it. */
static struct err values(struct parser *p, const struct field *field, enum compare compare,
    const struct query **ret_query)
{
	const struct field *outer = p->field;
	enum compare outer_compare = p->compare;
	struct err e;

	p->field = field;
	p->compare = compare == COMPARE_NE ? COMPARE_EQ : compare;
	e = group(p, ret_query);
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
	if (!take_keyword(p, "to", ".."))
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

static struct err count_part(struct parser *p, struct span at)
{
	if (++p->parts > QUERY_PARTS_MAX)
		return lex_fail(&p->lex, at, "more than %d comparisons", QUERY_PARTS_MAX);
	return OK;
}

/* What follows "field op": a word, more of them in brackets, a range. */
static struct err value(struct parser *p, const struct field *field, enum compare compare,
    const struct query **ret_query)
{
	struct lex_word w;
	struct err e;

	lex_blank(&p->lex);
	if (compare == COMPARE_HAS && !span_starts(p->lex.rest, ":") &&
	    take_compare(&p->lex, &compare))
		lex_blank(&p->lex);
	if (span_starts(p->lex.rest, "("))
		return values(p, field, compare, ret_query);
	e = count_part(p, lex_peek(&p->lex, LEX_VALUE));
	if (err_is(e))
		return e;
	if (compare == COMPARE_HAS &&
	    (span_starts(p->lex.rest, "[") || span_starts(p->lex.rest, "{")))
		return range(p, field, ret_query);
	e = take_word(p, LEX_VALUE, &w);
	if (err_is(e))
		return e;
	if (!w.at.n)
		return lex_fail(&p->lex, w.at, "a value of %s is expected here", field->name);
	return compare_word(&p->comparer, field, compare, &w, ret_query);
}

static struct err no_field(struct parser *p, const struct lex_word *name)
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
	return no_field(p, name);
}

/* _exists_:field */
static struct err existence(struct parser *p, const struct query **ret_query)
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
		return no_field(p, &w);
	*ret_query = query_exists(p->lex.arena, field->id);
	return *ret_query ? OK : lex_full(&p->lex);
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

	if (is_lucene(p) && strcmp(name->text, "_exists_") == 0)
		return existence(p, ret_query);
	if (is_lucene(p) && span_is(name->at, "*") && lex_sign(&p->lex, "*"))
		return everything(p, ret_query); /* *:* */
	if (field && !(field->flags & FIELD_SEARCH))
		return lex_fail(&p->lex, name->at, "%s cannot be searched for", field->name);
	if (field)
		return value(p, field, compare, ret_query);
	if (compare == COMPARE_HAS)
		return colon_word(p, from, name, ret_query);
	if (!name->at.n)
		return lex_fail(&p->lex, span_of(from.p, 1), "a field is expected before this");
	return no_field(p, name);
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
	e = take_word(p, LEX_NAME, &name);
	if (err_is(e))
		return e;
	if (name.at.n && !name.pattern)
		return compare_free(&p->comparer, &name, ret_query);
	behind = p->lex;
	lex_blank(&p->lex);
	if ((!span_starts(p->lex.rest, ":") || p->lex.rest.n == behind.rest.n) &&
	    take_compare(&p->lex, &compare))
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
		return group(p, ret_query);
	if (!p->lex.rest.n || span_starts(p->lex.rest, ")") || at_keyword(p, "and", "&&") ||
	    at_keyword(p, "or", "||"))
		return missing(p);
	if (p->field)
		return value(p, p->field, p->compare, ret_query);
	e = count_part(p, lex_peek(&p->lex, LEX_VALUE));
	return err_is(e) ? e : term(p, ret_query);
}

/* -x and !x, but not a dash or a mark that stands alone, and not a negative number. */
static bool take_minus(struct parser *p)
{
	struct span rest = p->lex.rest;
	bool sign = span_starts(rest, "!") ||
		    (span_starts(rest, "-") && !(p->field && p->field->type == VALUE_NUMBER));

	if (!sign || rest.n < 2 || memchr(" \t\n\v\f\r)=", rest.p[1], 8))
		return false;
	span_take(&p->lex.rest, 1);
	return true;
}

static struct err unary(struct parser *p, const struct query **ret_query)
{
	const struct query *q;
	struct err e;

	lex_blank(&p->lex);
	if (!take_keyword(p, "not", "!") && !take_minus(p))
		return primary(p, ret_query);
	e = enter(p);
	if (!err_is(e))
		e = unary(p, &q);
	if (err_is(e))
		return e;
	p->depth--;
	*ret_query = query_not(p->lex.arena, q);
	return *ret_query ? OK : lex_full(&p->lex);
}

/* Nothing more that an and could join. */
static bool at_end(struct parser *p)
{
	lex_blank(&p->lex);
	return !p->lex.rest.n || span_starts(p->lex.rest, ")") || at_keyword(p, "or", "||");
}

static struct err parse_and(struct parser *p, const struct query **ret_query)
{
	struct part *parts = NULL;
	size_t n = 0;
	struct err e;

	do {
		const struct query *q;

		e = unary(p, &q);
		if (!err_is(e))
			e = add_part(p, &parts, &n, q);
		lex_blank(&p->lex);
	} while (!err_is(e) && (take_keyword(p, "and", "&&") || !at_end(p)));
	return err_is(e) ? e : join(p, QUERY_AND, parts, n, ret_query);
}

static struct err parse_or(struct parser *p, const struct query **ret_query)
{
	struct part *parts = NULL;
	size_t n = 0;
	struct err e;

	if (is_lucene(p))
		return parse_clauses(p, ret_query);
	do {
		const struct query *q;

		e = parse_and(p, &q);
		if (!err_is(e))
			e = add_part(p, &parts, &n, q);
	} while (!err_is(e) && take_keyword(p, "or", "||"));
	return err_is(e) ? e : join(p, QUERY_OR, parts, n, ret_query);
}

struct clauses {
	struct part *parts[3]; /* by enum occur */
	size_t n[3];
};

enum occur { REQUIRED, POSSIBLE, PROHIBITED };

/* Required ones, or else any of those that are possible; and none that is prohibited. */
static struct err join_clauses(
    struct parser *p, const struct clauses *c, const struct query **ret_query)
{
	struct arena *a = p->lex.arena;
	enum occur main = c->n[REQUIRED] ? REQUIRED : POSSIBLE;
	const struct query *q = query_all(a), *none = NULL;
	struct err e = OK;

	if (c->n[main])
		e = join(
		    p, main == REQUIRED ? QUERY_AND : QUERY_OR, c->parts[main], c->n[main], &q);
	if (!err_is(e) && c->n[PROHIBITED]) {
		e = join(p, QUERY_OR, c->parts[PROHIBITED], c->n[PROHIBITED], &none);
		q = query_and(a, q, query_not(a, none));
	}
	if (err_is(e))
		return e;
	*ret_query = q;
	return q ? OK : lex_full(&p->lex);
}

/* The clause before an AND is required, too; the one before an OR no longer. */
static void move_last(struct clauses *c, enum occur last, enum occur to)
{
	struct part *part = c->parts[last];

	if (last == PROHIBITED || last == to)
		return;
	c->parts[last] = part->older;
	c->n[last]--;
	part->older = c->parts[to];
	c->parts[to] = part;
	c->n[to]++;
}

static enum occur take_occur(struct parser *p, bool and, bool or)
{
	bool and_is_rule = p->comparer.env->style == QUERY_LUCENE_AND;

	lex_blank(&p->lex);
	if (take_keyword(p, "not", "!") || take_minus(p))
		return PROHIBITED;
	if (p->lex.rest.n > 1 && lex_sign(&p->lex, "+"))
		return REQUIRED;
	return and || (and_is_rule && ! or) ? REQUIRED : POSSIBLE;
}

/* Where and is the rule an or takes the clause before it out; where or is, it changes nothing. */
static enum occur or_makes(const struct parser *p, enum occur last)
{
	return p->comparer.env->style == QUERY_LUCENE_AND ? POSSIBLE : last;
}

static struct err parse_clauses(struct parser *p, const struct query **ret_query)
{
	struct clauses c = {0};
	enum occur occur = PROHIBITED;
	bool and = false, or = false;
	struct err e;

	do {
		const struct query *q;

		if (and || or)
			move_last(&c, occur, and? REQUIRED : or_makes(p, occur));
		occur = take_occur(p, and, or);
		e = unary(p, &q);
		if (!err_is(e))
			e = add_part(p, &c.parts[occur], &c.n[occur], q);
		lex_blank(&p->lex);
		and = !err_is(e) && take_keyword(p, "and", "&&");
		or = !err_is(e) && !and&&take_keyword(p, "or", "||");
	} while (!err_is(e) && (and || or || !at_end(p)));
	return err_is(e) ? e : join_clauses(p, &c, ret_query);
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
		e = parse_or(&p, &q);
		if (!err_is(e) && p.lex.rest.n)
			e = lex_fail(
			    &p.lex, span_of(p.lex.rest.p, 1), "this bracket was never opened");
	}
	if (!err_is(e))
		*ret_query = q;
	return e;
}
