/*
 * dsl_leaf.h: the filters that compare a field, for dsl.c.
 */
#pragma once

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
