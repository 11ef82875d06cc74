/*
 * compare.h: a field, an operator and a word as a tree: what the word means depends on the type of
 * the field. For parse.c.
 */
#pragma once

#include "query/lex.h"

enum compare {
	COMPARE_HAS, /* ":": contains, or is where only a whole value makes sense */
	COMPARE_EQ,
	COMPARE_NE,
	COMPARE_LT,
	COMPARE_LE,
	COMPARE_GT,
	COMPARE_GE,
};

struct comparer {
	struct lex *lex;
	const struct query_env *env;
};

must_use struct err compare_word(const struct comparer *c, const struct field *field,
    enum compare compare, const struct lex_word *word, const struct query **ret_query);
/* A word alone: text in any field; what looks like an address, a network, an endpoint or a
 * fingerprint is compared as such. */
must_use struct err compare_free(
    const struct comparer *c, const struct lex_word *word, const struct query **ret_query);
/* The same, if the word is an address, a network or an endpoint; else *ret_query is NULL. */
must_use struct err compare_place(
    const struct comparer *c, const struct lex_word *word, const struct query **ret_query);
/* The same for a fingerprint with colons: 3A:4F:... */
must_use struct err compare_fingerprint(
    const struct comparer *c, const struct lex_word *word, const struct query **ret_query);
