/*
 * dsl.h: Elasticsearch's filters, as the rules of ElastAlert2 hold them, as a tree. What is taken:
 * bool, term, terms, range (gt, gte, lt, lte, from, to; date math), exists, wildcard, prefix,
 * regexp (what a wildcard can say), match, match_phrase, match_all, match_none, query_string, ids,
 * constant_score. What is not is refused with its line and column; what only changes scores is
 * ignored.
 *
 * Fields are ours (field.h), `@timestamp`, and `_id` (10.0.0.1:443, or with /name behind it);
 * ".keyword" behind a name is dropped. Texts are compared whatever their case.
 */
#pragma once

#include "doc/doc.h"
#include "query/parse.h"

/* A list of filters that must all hold, each perhaps within {query: ...}; or one of them. NULL:
 * everything. */
must_use struct err dsl_query(const struct doc *filter, const struct query_env *env,
    struct arena *arena, const struct query **ret_query, struct doc_error *error);
