/*
 * distinct.c: an open-addressed table that doubles: most counts stay below four.
 */
#include "base/distinct.h"

#include <stdlib.h>

enum { ROOM_FIRST = 8 };

void distinct_done(struct distinct *d)
{
	free(d->values);
	*d = (struct distinct){0};
}

/* The place of the value, or the free one where it belongs. */
static uint64_t *place_of(uint64_t *values, uint16_t room, uint64_t value)
{
	size_t at = value & (room - 1u);

	while (values[at] && values[at] != value)
		at = (at + 1) & (room - 1u);
	return &values[at];
}

/* At most half full, so that searches are short. */
static bool make_room(struct distinct *d)
{
	uint16_t room = d->room ? (uint16_t)(2 * d->room) : ROOM_FIRST;
	uint64_t *values;

	if (2 * (d->n + 1) <= d->room)
		return true;
	values = calloc(room, sizeof(*values));
	if (!values)
		return false;
	for (size_t i = 0; i < d->room; i++)
		if (d->values[i])
			*place_of(values, room, d->values[i]) = d->values[i];
	free(d->values);
	d->values = values;
	d->room = room;
	return true;
}

void distinct_add(struct distinct *d, uint64_t value)
{
	uint64_t *place;

	if (value == 0)
		value = 1; /* 0 means free; one collision in 2^63 is nobody's */
	if (d->n >= DISTINCT_MAX || !make_room(d))
		return;
	place = place_of(d->values, d->room, value);
	d->n = (uint16_t)(d->n + (*place == 0));
	*place = value;
}
