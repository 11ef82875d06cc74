/*
 * dsl.c: filters that join others; those that compare are in dsl_leaf.c. A filter does not score,
 * so `should` beside a `must` has no effect, as in Elasticsearch since 7.
 */
#include "query/dsl.h"

#include "query/dsl_leaf.h"
#include "query/limits.h"

#include <stdio.h>
#include <stdlib.h>

static dsl_fn dsl_bool, dsl_constant_score, dsl_match_all, dsl_match_none, dsl_filter;

static const struct clause {
	const char *name;
	dsl_fn *read;
} clauses[] = {
    {"bool", dsl_bool},
    {"constant_score", dsl_constant_score},
    {"exists", dsl_exists},
    {"ids", dsl_ids},
    {"match", dsl_match},
    {"match_all", dsl_match_all},
    {"match_none", dsl_match_none},
    {"match_phrase", dsl_match_phrase},
    {"prefix", dsl_prefix},
    {"query", dsl_filter},
    {"query_string", dsl_query_string},
    {"range", dsl_range},
    {"regexp", dsl_regexp},
    {"term", dsl_term},
    {"terms", dsl_terms},
    {"wildcard", dsl_wildcard},
};

enum { CLAUSES_N = sizeof(clauses) / sizeof(clauses[0]) };

struct err dsl_full(struct dsl *d, const struct doc *at)
{
	struct err e = doc_fail(d->error, at, "the filter needs too much memory");

	e = err_limit("a filter that needs too much memory");
	return e;
}

struct err dsl_give(
    struct dsl *d, const struct doc *at, const struct query *q, const struct query **ret_query)
{
	if (!q)
		return dsl_full(d, at);
	*ret_query = q;
	return OK;
}

struct err dsl_keys(struct dsl *d, const struct doc *object, const char *const *known)
{
	for (const struct doc *m = doc_first(object); m; m = m->next) {
		const char *const *k = known;

		while (*k && strcmp(*k, m->key) != 0)
			k++;
		if (!*k && strcmp(m->key, "boost") != 0 && strcmp(m->key, "_name") != 0)
			return doc_fail_at(
			    d->error, m->key_at, "\"%.60s\" is not known here", m->key);
	}
	return OK;
}

static struct err dsl_match_all(
    struct dsl *d, const struct doc *body, const struct query **ret_query)
{
	return dsl_give(d, body, query_all(d->arena), ret_query);
}

static struct err dsl_match_none(
    struct dsl *d, const struct doc *body, const struct query **ret_query)
{
	return dsl_give(d, body, query_not(d->arena, query_all(d->arena)), ret_query);
}

static struct err dsl_constant_score(
    struct dsl *d, const struct doc *body, const struct query **ret_query)
{
	static const char *const known[] = {"filter", NULL};
	const struct doc *filter = doc_get(body, "filter");
	struct err e = dsl_keys(d, body, known);

	if (err_is(e))
		return e;
	if (!filter)
		return doc_fail(d->error, body, "constant_score needs a filter");
	return dsl_filter(d, filter, ret_query);
}

static struct err unknown_clause(struct dsl *d, const struct doc *member)
{
	char names[DOC_ERROR_TEXT_MAX] = "";

	for (size_t i = 0, n = 0; i < CLAUSES_N; i++)
		n += (size_t)snprintf(
		    names + n, sizeof(names) - n, "%s%s", i ? ", " : "", clauses[i].name);
	return doc_fail_at(
	    d->error, member->key_at, "no filter \"%.30s\" here; there are %s", member->key, names);
}

static struct err dsl_clause(
    struct dsl *d, const struct doc *member, const struct query **ret_query)
{
	for (size_t i = 0; i < CLAUSES_N; i++) {
		if (strcmp(clauses[i].name, member->key) != 0)
			continue;
		if (member->kind != DOC_OBJECT)
			return doc_fail(d->error, member, "%s takes an object, not %s", member->key,
			    doc_kind_text(member->kind));
		return clauses[i].read(d, member, ret_query);
	}
	return unknown_clause(d, member);
}

/* {term: ...}: an object of one filter. */
static struct err dsl_filter(
    struct dsl *d, const struct doc *filter, const struct query **ret_query)
{
	if (filter->kind != DOC_OBJECT || filter->n != 1)
		return doc_fail(d->error, filter,
		    "a filter is an object of one: {term: {port: 443}}, not %s",
		    filter->kind == DOC_OBJECT ? "of none or several"
					       : doc_kind_text(filter->kind));
	return dsl_clause(d, filter->first, ret_query);
}

/* The filters of a list, or the one that stands without. */
static struct err filters(
    struct dsl *d, const struct doc *from, const struct query ***ret_parts, size_t *ret_n)
{
	bool list = from->kind == DOC_ARRAY;
	size_t n = list ? from->n : 1, k = 0;
	const struct query **parts = arena_alloc(d->arena, n * sizeof(const struct query *));

	if (!parts)
		return dsl_full(d, from);
	for (const struct doc *f = list ? from->first : from; k < n; f = f->next) {
		struct err e = dsl_filter(d, f, &parts[k++]);

		if (err_is(e))
			return e;
	}
	*ret_parts = parts;
	*ret_n = n;
	return OK;
}

/* All of them, or any; of none: all is everything, any is nothing. */
static struct err join(
    struct dsl *d, const struct doc *from, enum query_kind kind, const struct query **ret_query)
{
	const struct query **parts = NULL;
	size_t n = 0;
	struct err e = filters(d, from, &parts, &n);

	if (err_is(e))
		return e;
	if (n == 0)
		return kind == QUERY_AND ? dsl_match_all(d, from, ret_query)
					 : dsl_match_none(d, from, ret_query);
	return dsl_give(d, from, query_join_all(d->arena, kind, parts, n), ret_query);
}

/* How many of n must hold. */
static struct err minimum(struct dsl *d, const struct doc *body, size_t n, int64_t *ret_minimum)
{
	const struct doc *said = doc_get(body, "minimum_should_match");
	int64_t least = doc_get(body, "must") || doc_get(body, "filter") ? 0 : 1;
	char *end = NULL;

	if (said && said->text) {
		least = strtoll(said->text, &end, 10);
		if (strcmp(end, "%") == 0 && (least == 100 || least == 0))
			least = least ? (int64_t)n : 0;
		else if (*end || end == said->text)
			end = NULL;
		if (least < 0)
			least += (int64_t)n;
	}
	if (said && (!end || (least > 1 && least != (int64_t)n)))
		return doc_fail(
		    d->error, said, "minimum_should_match is 0, 1 or all (%zu) here", n);
	*ret_minimum = least;
	return OK;
}

static struct err dsl_should(struct dsl *d, const struct doc *body, const struct query **ret_query)
{
	const struct doc *should = doc_get(body, "should");
	size_t n = should && should->kind == DOC_ARRAY ? should->n : 1;
	int64_t least = 0;
	struct err e = OK;

	if (should && n > 0)
		e = minimum(d, body, n, &least);
	if (err_is(e))
		return e;
	if (least < 1) { /* still read, so that what is wrong in it is said */
		e = should ? join(d, should, QUERY_OR, ret_query) : OK;
		return err_is(e) ? e : dsl_match_all(d, body, ret_query);
	}
	return join(d, should, least == 1 ? QUERY_OR : QUERY_AND, ret_query);
}

static struct err dsl_bool(struct dsl *d, const struct doc *body, const struct query **ret_query)
{
	static const char *const known[] = {"must", "filter", "must_not", "should",
	    "minimum_should_match", "adjust_pure_negative", NULL};
	const struct doc *must_not = doc_get(body, "must_not");
	const struct query *q = query_all(d->arena), *part;
	struct err e = dsl_keys(d, body, known);

	for (size_t i = 0; i < 2 && !err_is(e); i++) { /* must and filter */
		const struct doc *must = doc_get(body, known[i]);

		if (!must)
			continue;
		e = join(d, must, QUERY_AND, &part);
		if (!err_is(e))
			q = query_and(d->arena, q, part);
	}
	if (!err_is(e))
		e = dsl_should(d, body, &part);
	if (!err_is(e))
		q = query_and(d->arena, q, part);
	if (!err_is(e) && must_not && !(must_not->kind == DOC_ARRAY && must_not->n == 0)) {
		e = join(d, must_not, QUERY_OR, &part);
		if (!err_is(e))
			q = query_and(d->arena, q, query_not(d->arena, part));
	}
	return err_is(e) ? e : dsl_give(d, body, q, ret_query);
}

struct err dsl_query(const struct doc *filter, const struct query_env *env, struct arena *arena,
    const struct query **ret_query, struct doc_error *error)
{
	struct dsl d = {.env = env, .arena = arena, .error = error};

	if (!filter || filter->kind == DOC_NULL)
		return dsl_match_all(&d, filter, ret_query);
	return join(&d, filter, QUERY_AND, ret_query);
}
