/*
 * trigrams.h: a text that is searched for, as a question to FTS5's trigram index: each three
 * characters in a row that it has. What holds them all may still not hold the text.
 */
#pragma once

#include "base/buf.h"
#include "base/err.h"

/* false, and nothing said: too short for a trigram, or not to be found by them. */
must_use bool trigrams_of_text(struct buf *b, const char *text);
/* Of what a pattern of QUERY_LIKE says between its wildcards. */
must_use bool trigrams_of_pattern(struct buf *b, const char *pattern);
