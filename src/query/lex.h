/*
 * lex.h: the words of the search language. Where a word ends depends on what is expected: the name
 * of a field ends at a colon, the value 2001:db8::1 does not. So the parser asks for the kind of
 * word it wants, instead of being handed tokens.
 */
#pragma once

#include "base/arena.h"
#include "query/parse.h"

struct lex {
	struct span whole, rest;
	struct arena *arena;
	struct query_error *error;
};

struct lex_word {
	struct span at; /* where it stands, quotes and backslashes included; empty: there is none */
	const char *text; /* what it says, without those */
	const char *pattern; /* a bare word for query_like; NULL: it was quoted */
	bool wild; /* a bare word with a wildcard in it */
};

enum lex_end {
	LEX_NAME, /* ends before : = < > != as well */
	LEX_VALUE, /* ends at a blank, a round bracket, a quote */
	LEX_BOUND, /* ends at ] and }, too */
};

/* Over blanks. */
void lex_blank(struct lex *l);
/* A word or a quoted text, if one is next. */
must_use struct err lex_take(struct lex *l, enum lex_end end, struct lex_word *ret_word);
/* Takes these characters if they are next. */
bool lex_sign(struct lex *l, const char *sign);
/* The bare word that is next, without taking it. */
struct span lex_peek(const struct lex *l, enum lex_end end);
bool lex_is(struct span word, const char *keyword); /* whatever the case */

/* An error about a part of the text. An empty `where` is the place where reading stopped. */
must_use struct err lex_fail(struct lex *l, struct span where, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
must_use struct err lex_full(struct lex *l);
