/*
 * written.h: what a statement writes, as far as somebody keeps it in memory: so that a session's
 * last use, or an endpoint seen once more as it was, makes nobody read a million rows again.
 */
#pragma once

#include "store/db.h"

enum {
	WRITES_LISTED = 1 << 0, /* what the answers of listing.h are made of */
	WRITES_SIGHTINGS = 1 << 1, /* what kept.h holds of it */
};

must_use struct err written_register(struct store *s);
/* A statement is prepared in between: what it would write. */
void written_forget(struct store *s);
unsigned written_by_prepared(const struct store *s);
/* What was written since is told to all handles: new numbers in listing_version. */
must_use struct err written_tell(struct store *s);
/* The number that rises with what is written of it (one of WRITES_*). */
must_use struct err written_version(struct store *s, unsigned of, uint64_t *ret_version);
