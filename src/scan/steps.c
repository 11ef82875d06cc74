/*
 * steps.c: a list that is looked through: a thousand of them are looked through in a microsecond.
 */
#include "scan/steps.h"

#include "base/vec.h"
#include "scan/limits.h"

#include <stdlib.h>

bool steps_add(struct steps *s, uint64_t step)
{
	uint64_t *v = vec_room(s->v, s->n, &s->cap, sizeof(*v), STEPS_MAX);

	if (!v)
		return false;
	s->v = v;
	v[s->n++] = step;
	return true;
}

bool steps_remove(struct steps *s, uint64_t step)
{
	for (size_t i = 0; i < s->n; i++) {
		if (s->v[i] != step)
			continue;
		s->v[i] = s->v[--s->n];
		return true;
	}
	return false;
}

uint64_t steps_low(const struct steps *s, size_t from, uint64_t low)
{
	for (size_t i = from; i < s->n; i++)
		low = s->v[i] < low ? s->v[i] : low;
	return low;
}

void steps_done(struct steps *s)
{
	free(s->v);
	*s = (struct steps){.n = 0};
}
