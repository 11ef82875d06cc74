/*
 * picked.h: a set in memory as a table of SQL: picked(endpoint, chain, leaf, id). SQL that begins
 * with it is asked of what was found, and of nothing else.
 */
#pragma once

#include "store/db.h"
#include "store/sightings.h"

/* What a walk of some index asks of each entry: among(id), row_among(endpoint, chain). */
struct among {
	const struct sightings *of;
	const struct bits *rows;
	struct bits things; /* that have any of them: endpoints, or leaves */
};

must_use struct err picked_register(struct store *s);
/* For the next statement. of: the set is of rows; id is the row. NULL: of anything, by id. */
void picked_put(struct store *s, const struct bits *set, const struct sightings *of);
