/*
 * column.h: the fields of sightings that are in memory (sightings.h), as numbers.
 */
#pragma once

#include "query/tree.h"
#include "store/sightings.h"

struct column {
	enum field_id field;
	uint8_t offset, bytes; /* of struct sighting */
	bool zero_is_none;
};

const struct column *column_of(enum field_id field); /* NULL: it is not in memory */

enum { COLUMN_VALUES = 1 << 24 }; /* they are below it */
uint32_t column_value(const struct column *c, const struct sighting *of);

typedef bool column_meets_fn(const void *context, uint32_t value);

/* Of the rows, those whose value is there and meets: it is asked of each value once. */
must_use struct err column_keep(const struct column *c, const struct sightings *v,
    column_meets_fn *meets, const void *context, struct bits *rows);
