/*
 * map.h: a hash table from byte strings to pointers, with a maximum and a keyed hash, for whatever
 * hostile input may fill. The table copies nothing: a key must live as long as its entry, and
 * usually lives in the value.
 */
#pragma once

#include "base/err.h"
#include "base/siphash.h"

struct map_slot {
	uint64_t hash;
	struct span key;
	void *value; /* NULL: a free slot */
};

struct map {
	struct siphash_key key;
	struct map_slot *slots;
	size_t n_slots; /* 0 or a power of two */
	size_t n;
	size_t max;
	uint64_t hit; /* insertions refused at the maximum, or out of memory */
};

/* Allocates nothing until the first entry. max is in entries. */
void map_init(struct map *m, const struct siphash_key *key, size_t max);
/* The values are the caller's: map_next gives them before. */
void map_done(struct map *m);

/* NULL where there is none. */
void *map_get(const struct map *m, struct span key);
/* Adds or replaces; value is not NULL. false at the maximum: nothing changed, `hit` counts. */
must_use bool map_put(struct map *m, struct span key, void *value);
/* Takes the entry out and gives its value; NULL where there was none. */
void *map_remove(struct map *m, struct span key);

/* Walks the entries in no order; *at begins at 0. NULL at the end. Not while entries come or go. */
void *map_next(const struct map *m, size_t *at);
