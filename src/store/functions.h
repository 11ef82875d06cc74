/*
 * functions.h: the SQL functions of a search, for one handle.
 */
#pragma once

#include "store/db.h"

must_use struct err functions_register(struct store *s);
/* The word of a number that is stored, by our own tables or the caller's; NULL: it has none. */
const char *stored_word(field_word_fn *word_text, enum field_id field, int64_t number);
