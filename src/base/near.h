/*
 * near.h: which of some words was meant by one that is none of them.
 *
 *	struct near near = {.word = name};
 *
 *	for (size_t i = 0; i < n; i++)
 *		near_try(&near, table[i].name);
 *	if (near.best) ...
 */
#pragma once

#include <stddef.h>

struct near {
	const char *word; /* as it was typed */
	const char *best; /* NULL: nothing is near enough */
	size_t distance;
};

/* Holds one more word against the typed one. */
void near_try(struct near *n, const char *candidate);
