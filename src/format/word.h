/*
 * word.h: the fields whose values are words (FIELD_WORD, and the names of findings): the store
 * keeps numbers, people see and ask for words. One table of both for every output and search.
 */
#pragma once

#include "query/field.h"

/* The word of a number as the store keeps it (FIELD_SERVICE: the dialect << 16 | the port); NULL:
 * it has none, or the field has no words. Fits field_word_fn of store/listing.h. */
const char *word_text(enum field_id field, int64_t number);
/* The number of a word, whatever the case; -1: no such word. A service has several numbers: this is
 * one of them. */
int64_t word_number(enum field_id field, const char *word);
/* The k-th word that a field can have, each once; NULL after the last. Fits query_env.word of
 * query/parse.h. */
const char *word_at(enum field_id field, size_t k);
/* The k-th number that has a word, with its word; NULL after the last. A service has many: those of
 * its ports, and its dialect << 16, which stands for every port. */
const char *word_pair(enum field_id field, size_t k, int64_t *ret_number);
