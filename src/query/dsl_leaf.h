/*
 * dsl_leaf.h: the filters that compare a field, for dsl.c; and what dsl_text.c needs of
 * dsl_leaf.c.
 */
#pragma once

#include "query/compare.h"
#include "query/dsl.h"

struct dsl {
	const struct query_env *env;
	struct arena *arena;
	struct doc_error *error;
	size_t parts; /* comparisons so far */
};

/* body is what stands behind the name of the filter. */
typedef struct err dsl_fn(struct dsl *d, const struct doc *body, const struct query **ret_query);

dsl_fn dsl_term, dsl_terms, dsl_range, dsl_exists, dsl_wildcard, dsl_prefix, dsl_regexp, dsl_match,
    dsl_match_phrase, dsl_query_string, dsl_ids;

/* A tree, unless memory ran out in making it. */
must_use struct err dsl_give(
    struct dsl *d, const struct doc *at, const struct query *q, const struct query **ret_query);
must_use struct err dsl_full(struct dsl *d, const struct doc *at);
/* Any key but these (ended by NULL) is refused; "boost" and "_name" are always taken. */
must_use struct err dsl_keys(struct dsl *d, const struct doc *object, const char *const *known);

/* {port: 443}: the one member of a filter's body that is no option. */
must_use struct err dsl_member(
    struct dsl *d, const struct doc *body, const struct doc **ret_member);
/* issuer, issuer.keyword, @timestamp. */
must_use struct err dsl_field(
    struct dsl *d, const char *name, struct doc_place at, const struct field **ret_field);
/* The value of a member; {port: {value: 443}} is {port: 443}. known: the keys there, the value's
 * first; ended by NULL. */
must_use struct err dsl_scalar(struct dsl *d, const struct doc *member, const char *const *known,
    const struct doc **ret_value);
/* One more comparison, if there may be one. */
must_use struct err dsl_count(struct dsl *d, const struct doc *at);
must_use struct err dsl_compare(struct dsl *d, const struct field *field, enum compare compare,
    const struct doc *value, const struct query **ret_query);
must_use struct err dsl_like(struct dsl *d, const struct field *field, const char *pattern,
    const struct doc *value, const struct query **ret_query);
