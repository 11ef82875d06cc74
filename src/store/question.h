/*
 * question.h: a listing's question while it is answered: the catalog, locked, and the rows that it
 * is true of. What goes out to callbacks is copied first; nobody waits under the lock.
 */
#pragma once

#include "store/match.h"
#include "store/notes.h"

struct question {
	struct store *s;
	const struct catalog *c;
	struct mutes *mutes;
	struct lens lens;
	uint8_t *worst; /* of the lens */
	struct bits rows;
};

/* question_close whatever happened. */
must_use struct err question_open(
    struct question *q, struct store *s, const struct listing *listing);
void question_close(struct question *q);
/* Lets the others in; the rows and the catalog are not to be looked at any more. */
void question_unlock(struct question *q);

must_use struct err question_count(const struct question *q, struct listing_count *ret_count);

must_use struct err question_facet(const struct question *q, enum field_id field, size_t top,
    struct arena *arena, struct facet *ret_facet);
must_use struct err question_timeline(const struct question *q, struct timeline *timeline);

/* What was said of a certificate, in the arena; NULL: nothing (or no memory, which the arena
 * counts). */
const struct remarks *remarks_of_cert(
    const struct question *q, const struct catalog_cert *cert, struct arena *arena);
