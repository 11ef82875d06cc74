/*
 * vec.h: room for one more in an array of anything. The array, its count and its capacity stay
 * where they are in the caller's struct, in plain sight:
 *
 *	struct pair *v = vec_room(set->v, set->n, &set->cap, sizeof(*v), PAIRS_MAX);
 *	if (!v)
 *		return err_limit("...");
 *	set->v = v;
 *	v[set->n++] = pair;
 */
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

/* v with room for v[n]; NULL at the maximum (in items) or out of memory, with the old array as it
 * was. */
static inline void *vec_room(void *v, size_t n, size_t *cap, size_t item, size_t max)
{
	size_t more = *cap ? *cap * 2 : 16;
	void *p;

	if (n >= max)
		return NULL;
	if (n < *cap)
		return v;
	p = reallocarray(v, more, item);
	if (p)
		*cap = more;
	return p;
}
