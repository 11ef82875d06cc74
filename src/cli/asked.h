/*
 * asked.h: the words of a command line as a search (query/parse.h).
 */
#pragma once

#include "base/option.h"
#include "query/tree.h"

/* NULL in *ret_query where there are no words. ERR_INPUT, ERR_LIMIT: message is a sentence with the
 * place; with `point` (a terminal) also the search, and a line of ^ below what is wrong. */
must_use struct err asked(const struct option_list *words, int64_t now_s, bool point,
    struct arena *arena, const struct query **ret_query, struct buf *message);
