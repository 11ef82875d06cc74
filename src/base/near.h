/*
 * near.h: what was meant by a word that is none of those that are known: offer each of them, and
 * the nearest is kept, if it is near enough to be a slip.
 *
 *	struct near near = near_to(name);
 *
 *	for (size_t i = 0; i < n; i++)
 *		near_offer(&near, table[i].name);
 *	if (near.best) ...
 */
#pragma once

#include "base/span.h"

struct near {
	const char *word;
	const char *best; /* NULL: none is near */
	unsigned least; /* changes of a letter: fewer than this is nearer */
};

struct near near_to(const char *word);
/* The candidate must live as long as the answer is used. */
void near_offer(struct near *near, const char *candidate);
