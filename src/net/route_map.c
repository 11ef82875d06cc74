/*
 * route_map.c: a sorted array, and beside it the ways, so that the search touches the array only.
 */
#include "net/route_map.h"

#include <stdlib.h>

void route_map_done(struct route_map *m)
{
	free(m->first);
	free(m->way);
	*m = (struct route_map){0};
}

static struct err grow(struct route_map *m)
{
	size_t cap = m->cap ? 2 * m->cap : 16;
	unsigned __int128 *first = reallocarray(m->first, cap, sizeof(*first));
	uint32_t *way;

	if (!first)
		return err_limit("out of memory");
	m->first = first;
	way = reallocarray(m->way, cap, sizeof(*way));
	if (!way)
		return err_limit("out of memory");
	m->way = way;
	m->cap = cap;
	return OK;
}

struct err route_map_add(struct route_map *m, unsigned __int128 first, uint32_t way)
{
	struct err e = OK;

	if (m->n == 0 ? first != 0 : first <= m->first[m->n - 1])
		return err_bug("routes that are not in order");
	if (m->n && m->way[m->n - 1] == way)
		return OK;
	if (m->n == m->cap)
		e = grow(m);
	if (err_is(e))
		return e;
	m->first[m->n] = first;
	m->way[m->n++] = way;
	return OK;
}

/* The last one that does not begin behind the number. Halving without a jump: what is looked for is
 * random, so half of the jumps would be guessed wrongly. */
size_t route_map_find(const struct route_map *m, unsigned __int128 number)
{
	const unsigned __int128 *base = m->first;

	for (size_t n = m->n; n > 1;) {
		size_t half = n / 2;

		base += base[half] <= number ? half : 0;
		n -= half;
	}
	return (size_t)(base - m->first);
}

unsigned __int128 route_map_last(const struct route_map *m, size_t stretch)
{
	return stretch + 1 < m->n ? m->first[stretch + 1] - 1 : ~(unsigned __int128)0;
}
