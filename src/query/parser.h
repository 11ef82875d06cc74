/*
 * parser.h: the parts of the parser, for parse.c, value.c and lucene.c.
 */
#pragma once

#include "query/compare.h"

struct parser {
	struct lex lex;
	struct comparer comparer;
	const struct field *field; /* within field:( ); else NULL */
	enum compare compare;
	unsigned depth;
	size_t parts; /* comparisons so far */
};

/* Parts of an and or an or while their number is not known. */
struct part {
	struct part *older;
	const struct query *query;
};

struct parts {
	struct part *last;
	size_t n;
};

must_use struct err parts_add(struct parser *p, struct parts *parts, const struct query *query);
must_use struct err parts_join(struct parser *p, enum query_kind kind, const struct parts *parts,
    const struct query **ret_query);

/* Grammar (parse.c). */

bool parser_is_lucene(const struct parser *p);
/* Takes "and" or "&&", and the blanks behind it, if that is the whole of the next word. */
bool parser_keyword(struct parser *p, const char *word, const char *sign);
/* Takes : = != < <= > >=. */
bool parser_compare(struct lex *l, enum compare *ret_compare);
/* Takes the sign of -x and !x, but not a dash or a mark that stands alone, and not that of a
 * negative number. */
bool parser_minus(struct parser *p);
/* Nothing more that an and could join. */
bool parser_at_end(struct parser *p);
must_use struct err parser_word(struct parser *p, enum lex_end end, struct lex_word *ret_word);
/* One more comparison, if there may be one. */
must_use struct err parser_count(struct parser *p, struct span at);
/* One level deeper, if there may be one; p->depth-- leaves it. */
must_use struct err parser_enter(struct parser *p);
must_use struct err parser_or(struct parser *p, const struct query **ret_query);
must_use struct err parser_unary(struct parser *p, const struct query **ret_query);
/* ( ... ) */
must_use struct err parser_group(struct parser *p, const struct query **ret_query);
/* The error that no field is called so, and which may be meant. */
must_use struct err parser_no_field(struct parser *p, const struct lex_word *name);

/* What follows "field op" (value.c). */
must_use struct err parser_value(struct parser *p, const struct field *field, enum compare compare,
    const struct query **ret_query);

/* Lucene's style (lucene.c). */

must_use struct err lucene_clauses(struct parser *p, const struct query **ret_query);
/* What follows _exists_: */
must_use struct err lucene_exists(struct parser *p, const struct query **ret_query);
/* What Lucene has beyond wildcards is refused, not misread. */
must_use struct err lucene_check(struct parser *p, const struct lex_word *w);
