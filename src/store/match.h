/*
 * match.h: which rows of the catalog a question is true of.
 */
#pragma once

#include "store/attribute.h"
#include "store/bits.h"

/* The rows that the listing asks for, by its tree and by `bare` and `gone`. The caller frees
 * them. ERR_INPUT: a comparison that is none. */
must_use struct err match_rows(
    const struct lens *v, const struct listing *listing, struct bits *ret_rows);
