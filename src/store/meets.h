/*
 * meets.h: what a comparison says of one value.
 */
#pragma once

#include "query/tree.h"

/* An empty text is none, and meets nothing. */
bool text_meets(enum query_op op, const char *text, const char *with);
bool number_meets(enum query_op op, int64_t number, int64_t with);
