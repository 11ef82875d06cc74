/*
 * like.h: what a pattern of QUERY_LIKE matches: the whole of a text, whatever the case of ASCII
 * letters; * is any text, ? one character, a backslash takes the meaning of the next.
 */
#pragma once

#include "base/span.h"

bool like_matches(const char *pattern, struct span text);

/* The pattern in its one form: no needless backslash, no star after a star. `into` has room for
 * twice the pattern and one more. Returns how many wildcards it has. */
size_t like_tidy(const char *pattern, char *into);
/* A pattern without wildcards as the text that it matches; as long as the pattern at most, and
 * `into` may be the pattern itself. */
void like_literal(const char *pattern, char *into);
/* A text as a pattern that matches it; room as above. Returns its length. */
size_t like_quote(const char *text, char *into);
