/*
 * arena.h: memory of one connection, one certificate, one record: taken piece by piece, given back
 * all at once. A byte cap bounds what a hostile peer can make us hold; at the cap, or out of
 * memory, arena_alloc gives NULL and `hit` counts.
 */
#pragma once

#include "base/span.h"

struct arena_block;

struct arena {
	struct arena_block *blocks;
	size_t used; /* bytes taken, headers not counted */
	size_t cap;
	unsigned hit;
};

/* Allocates nothing until the first piece. cap is in bytes. */
void arena_init(struct arena *a, size_t cap);
/* Frees every piece; the arena can be used again, with the same cap. NULL-safe. */
void arena_done(struct arena *a);
/* As arena_done, but keeps one block for the next use. */
void arena_reset(struct arena *a);

/* n zeroed bytes, aligned for anything; NULL at the cap. n may be 0. */
void *arena_alloc(struct arena *a, size_t n);
void *arena_dup(struct arena *a, const void *p, size_t n);
/* A terminated copy. */
char *arena_str(struct arena *a, const char *text);
char *arena_text(struct arena *a, struct span s);
/* A copy of the bytes; bad where there was no room. */
struct span arena_span(struct arena *a, struct span s);
