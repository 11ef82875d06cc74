/*
 * dsl_text.c: filters that look into texts. Elasticsearch takes texts apart into words when it
 * stores them; here a word is looked for within the text. A regular expression is taken where a
 * pattern says the same: it is not run, so none can be made to take for ever.
 */
#include "query/dsl_leaf.h"
#include "query/like.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

static struct err pattern_filter(struct dsl *d, const struct doc *body, const char *const *known,
    const struct field **ret_field, const struct doc **ret_value)
{
	const struct doc *member;
	struct err e = dsl_member(d, body, &member);

	if (!err_is(e))
		e = dsl_field(d, member->key, member->key_at, ret_field);
	if (!err_is(e) && doc_is(member, DOC_OBJECT) && !doc_get(member, known[0]) &&
	    doc_get(member, known[1])) /* older spellings: {wildcard: "x*"} */
		known++;
	return err_is(e) ? e : dsl_scalar(d, member, known, ret_value);
}

struct err dsl_wildcard(struct dsl *d, const struct doc *body, const struct query **ret_query)
{
	static const char *const known[] = {
	    "value", "wildcard", "case_insensitive", "rewrite", NULL};
	const struct field *field;
	const struct doc *value;
	struct err e = pattern_filter(d, body, known, &field, &value);

	return err_is(e) ? e : dsl_like(d, field, value->text, value, ret_query);
}

struct err dsl_prefix(struct dsl *d, const struct doc *body, const struct query **ret_query)
{
	static const char *const known[] = {"value", "prefix", "case_insensitive", "rewrite", NULL};
	const struct field *field;
	const struct doc *value;
	struct err e = pattern_filter(d, body, known, &field, &value);
	char *pattern;

	if (err_is(e))
		return e;
	pattern = arena_alloc(d->arena, 2 * strlen(value->text) + 2);
	if (!pattern)
		return dsl_full(d, value);
	strcpy(pattern + like_quote(value->text, pattern), "*");
	return dsl_like(d, field, pattern, value, ret_query);
}

/* The length of a regular expression's step, and the pattern that says the same; 0: none does. */
static size_t regexp_step(const char *r, char into[4])
{
	char literal[2] = {r[0] == '\\' ? r[1] : r[0], 0};

	if (strncmp(r, ".*", 2) == 0 || strncmp(r, ".+", 2) == 0) {
		strcpy(into, r[1] == '*' ? "*" : "?*");
		return 2;
	}
	if (r[0] == '.') {
		strcpy(into, "?");
		return 1;
	}
	if (!literal[0] || (r[0] != '\\' && strchr("[](){}*+?|\"#@&<>~^$", r[0])))
		return 0;
	if (r[0] == '\\' && ((literal[0] | 0x20) >= 'a' && (literal[0] | 0x20) <= 'z'))
		return 0; /* \d and the like */
	like_quote(literal, into);
	return r[0] == '\\' ? 2 : 1;
}

/* Up to a | or the end. */
static struct err regexp_branch(struct dsl *d, const struct doc *value, const char **at,
    const struct field *field, const struct query **ret_query)
{
	char *pattern = arena_alloc(d->arena, 2 * strlen(*at) + 4);
	size_t n = 0;

	if (!pattern)
		return dsl_full(d, value);
	for (; **at && **at != '|'; n += strlen(pattern + n)) {
		size_t step = regexp_step(*at, pattern + n);

		/* What follows may make it optional or repeat it. */
		if (!step || ((*at)[step] && strchr("*+?{", (*at)[step])))
			return doc_fail(d->error, value,
			    "regexp: only texts, . .* .+ and | can be used here, not \"%.20s\"",
			    *at);
		*at += step;
	}
	return dsl_like(d, field, pattern, value, ret_query);
}

struct err dsl_regexp(struct dsl *d, const struct doc *body, const struct query **ret_query)
{
	static const char *const known[] = {"value", "regexp", "flags", "case_insensitive",
	    "max_determinized_states", "rewrite", NULL};
	const struct query *q = NULL, *part;
	const struct field *field;
	const struct doc *value;
	struct err e = pattern_filter(d, body, known, &field, &value);
	const char *at = err_is(e) ? NULL : value->text;

	while (!err_is(e)) {
		e = regexp_branch(d, value, &at, field, &part);
		if (err_is(e))
			break;
		q = q ? query_or(d->arena, q, part) : part;
		if (!*at++)
			return dsl_give(d, value, q, ret_query);
	}
	return e;
}

static bool is_text(const struct field *field)
{
	return (field->type == VALUE_TEXT || field->type == VALUE_LIST) &&
	       !(field->flags & (FIELD_WORD | FIELD_HEX));
}

/* Each word of the text: any of them, or with `operator: and` all. */
static struct err match_words(struct dsl *d, const struct field *field, const struct doc *value,
    enum query_kind kind, const struct query **ret_query)
{
	const struct query *q = NULL;
	struct span rest = span_str(value->text);

	while (rest.n) {
		size_t n = 0;
		struct span word;
		struct err e;
		char *text;

		while (n < rest.n && !memchr(" \t\r\n", rest.p[n], 4))
			n++;
		word = span_take(&rest, n);
		span_take(&rest, rest.n > 0);
		if (!word.n)
			continue;
		e = dsl_count(d, value);
		if (err_is(e))
			return e;
		text = arena_text(d->arena, word);
		if (text) {
			const struct query *part =
			    query_text(d->arena, field->id, QUERY_CONTAINS, text);

			q = !q			? part
			    : kind == QUERY_AND ? query_and(d->arena, q, part)
						: query_or(d->arena, q, part);
		}
		if (!q)
			return dsl_full(d, value);
	}
	return dsl_give(d, value, q ? q : query_not(d->arena, query_all(d->arena)), ret_query);
}

static struct err match_any(
    struct dsl *d, const struct doc *body, bool phrase, const struct query **ret_query)
{
	static const char *const known[] = {
	    "query", "operator", "analyzer", "lenient", "slop", "zero_terms_query", NULL};
	const struct doc *member, *value;
	const struct field *field;
	const char *operator;
	struct err e = dsl_member(d, body, &member);

	if (!err_is(e))
		e = dsl_field(d, member->key, member->key_at, &field);
	if (!err_is(e))
		e = dsl_scalar(d, member, known, &value);
	if (err_is(e))
		return e;
	if (!is_text(field) || (phrase && value->text[0]))
		return dsl_compare(d, field, COMPARE_HAS, value, ret_query);
	operator= doc_text(doc_get(member, "operator"));
	return match_words(d, field,
	    value, operator&& strcasecmp(operator, "and") == 0 ? QUERY_AND : QUERY_OR, ret_query);
}

struct err dsl_match(struct dsl *d, const struct doc *body, const struct query **ret_query)
{
	return match_any(d, body, false, ret_query);
}

struct err dsl_match_phrase(struct dsl *d, const struct doc *body, const struct query **ret_query)
{
	return match_any(d, body, true, ret_query);
}

struct err dsl_query_string(struct dsl *d, const struct doc *body, const struct query **ret_query)
{
	static const char *const known[] = {"query", "default_operator", "analyze_wildcard",
	    "allow_leading_wildcard", "lenient", NULL};
	const struct doc *text = doc_get(body, "query");
	const char *operator= doc_text(doc_get(body, "default_operator"));
	struct query_env env = *d->env;
	struct query_error error;
	struct err e = dsl_keys(d, body, known), told;

	if (err_is(e))
		return e;
	if (!doc_text(text))
		return doc_fail(d->error, doc_or(text, body), "query_string takes query, a text");
	env.style = operator&& strcasecmp(operator, "and") == 0 ? QUERY_LUCENE_AND : QUERY_LUCENE;
	e = query_parse(span_str(text->text), &env, d->arena, ret_query, &error);
	if (!err_is(e))
		return OK;
	told = doc_fail(d->error, text, "at character %zu: %s", error.at + 1, error.text);
	return err_class(e) == ERR_LIMIT ? e : told;
}
