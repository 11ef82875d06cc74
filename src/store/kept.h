/*
 * kept.h: what a handle has read of the store and holds in memory to answer questions from: the
 * sightings, what is wrong with them now, and what notes are of. It is right as long as nothing of
 * that is written (written.h); then it is read again when it is needed next.
 */
#pragma once

#include "store/asked.h"

struct kept {
	uint64_t version; /* WRITES_SIGHTINGS */
	bool gone; /* sightings too that are not current */
	struct sightings sightings;
	struct held held; /* at some time */
	struct asked asked;
	int64_t *ends_s; /* not_after by certificate; NULL: not read yet */
	/* The leaf of each note of certificates, in their order; 0: it is not stored. */
	bool has_noted;
	uint32_t *noted;
	size_t n_noted, noted_cap;
};

/* What is kept, if it is right; NULL: nothing. */
struct kept *kept_now(struct store *s);
/* In the transaction that is open. Where something may have been written in it, what is read is
 * the caller's alone, as it is with sightings that are gone. */
must_use struct err kept_get(struct store *s, bool gone, struct kept **ret_kept);
/* Those of kept_get that are the caller's; NULL is nothing. */
void kept_release(struct store *s, struct kept *k);

/* What holds at a time, for a while. */
must_use struct err kept_held(struct store *s, struct kept *k, int64_t at_s);
must_use struct err kept_noted(struct store *s, struct kept *k);
must_use struct err kept_ends(struct store *s, struct kept *k);
