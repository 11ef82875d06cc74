/*
 * parse.h: the search language, as a person types it, into a tree:
 *
 *	issuer:"R3" and not port:(3389 or 25) and not_after < now+30d
 *
 * docs/man/certscape.1.scd, SEARCH LANGUAGE, is its manual. query_print (tree.h) writes a tree so
 * that it reads back as the same.
 */
#pragma once

#include "query/tree.h"

enum { QUERY_ERROR_TEXT_MAX = 200 };

enum query_style {
	QUERY_OURS, /* words side by side are joined by and */
	/* As Elasticsearch's query_string, in rules of ElastAlert2: by or (or, the second, by and);
	 * AND, OR, NOT in capitals; +x; _exists_:field. */
	QUERY_LUCENE,
	QUERY_LUCENE_AND,
};

struct query_env {
	int64_t now_s; /* what "now" is, and when findings hold */
	/* The k-th word that a FIELD_WORD takes, or the name of a finding (FIELD_FINDINGS); NULL
	 * after the last. Words that are none of them are refused. NULL: every word is taken.
	 * format/word.h has it. */
	const char *(*word)(enum field_id field, size_t k);
	enum query_style style;
};

/* Where it is wrong, in characters from 0, how many of them, and what was expected. */
struct query_error {
	size_t at, n;
	char text[QUERY_ERROR_TEXT_MAX];
};

/*
 * An empty text is everything. ERR_INPUT (at: as in the error) or ERR_LIMIT, with a sentence in
 * *error; its n is 0 where something is missing at the end.
 */
must_use struct err query_parse(struct span text, const struct query_env *env, struct arena *arena,
    const struct query **ret_query, struct query_error *error);
