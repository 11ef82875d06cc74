/*
 * told.c: a set of 64-bit hashes, open addressing, never more than half full. Two hosts that share
 * a hash cost one line of a summary.
 */
#include "scan/told.h"

#include "scan/limits.h"

#include <stdlib.h>
#include <string.h>

enum { ROWS_FIRST = 64 };

static uint64_t mark_of(const struct addr *a, int reason)
{
	uint64_t half[2], h;

	memcpy(half, a->b, sizeof(half));
	h = (half[0] ^ a->zone) * UINT64_C(0x9e3779b97f4a7c15);
	h = (h ^ h >> 32 ^ half[1]) * UINT64_C(0xd6e8feb86659fd93);
	h = (h ^ h >> 32 ^ (uint64_t)(unsigned)reason) * UINT64_C(0xd6e8feb86659fd93);
	return (h ^ h >> 32) | 1;
}

/* The mark's row, or the empty one where it would be. */
static uint64_t *find(uint64_t *marks, uint32_t rows, uint64_t mark)
{
	uint32_t i = (uint32_t)(mark >> 1) & (rows - 1);

	while (marks[i] && marks[i] != mark)
		i = (i + 1) & (rows - 1);
	return &marks[i];
}

static bool grow(struct told *t)
{
	uint32_t rows = t->rows ? 2 * t->rows : ROWS_FIRST;
	uint64_t *marks = calloc(rows, sizeof(*marks));

	if (!marks)
		return false;
	for (uint32_t i = 0; i < t->rows; i++)
		if (t->marks[i])
			*find(marks, rows, t->marks[i]) = t->marks[i];
	free(t->marks);
	t->marks = marks;
	t->rows = rows;
	return true;
}

bool told_first(struct told *t, const struct addr *a, int reason)
{
	uint64_t mark = mark_of(a, reason), *row;

	if (t->n >= TOLD_MAX || (2 * (t->n + 1) > t->rows && !grow(t)))
		return false;
	row = find(t->marks, t->rows, mark);
	if (*row)
		return false;
	*row = mark;
	t->n++;
	return true;
}

void told_done(struct told *t)
{
	free(t->marks);
	*t = (struct told){0};
}
