/*
 * arena.c: blocks in a list, the newest first. Small pieces share a block; a piece larger than a
 * block gets one of its own. Under ASan the unused rest of a block is poisoned, so that overrunning
 * one piece into the next free byte is still a report.
 */
#include "base/arena.h"

#include <stdalign.h>
#include <stdlib.h>

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/asan_interface.h>
#define poison(p, n) ASAN_POISON_MEMORY_REGION((p), (n))
#define unpoison(p, n) ASAN_UNPOISON_MEMORY_REGION((p), (n))
#else
#define poison(p, n) ((void)(p), (void)(n))
#define unpoison(p, n) ((void)(p), (void)(n))
#endif

enum { BLOCK_SIZE = 4000, ALIGN = alignof(max_align_t), RED_ZONE = ALIGN };

struct arena_block {
	struct arena_block *next;
	size_t size;
	size_t used;
	alignas(max_align_t) uint8_t bytes[];
};

void arena_init(struct arena *a, size_t cap)
{
	*a = (struct arena){.cap = cap};
}

static void blocks_free(struct arena_block *block)
{
	while (block) {
		struct arena_block *next = block->next;

		unpoison(block->bytes, block->size);
		free(block);
		block = next;
	}
}

void arena_done(struct arena *a)
{
	if (!a)
		return;
	blocks_free(a->blocks);
	a->blocks = NULL;
	a->used = 0;
}

void arena_reset(struct arena *a)
{
	if (a->blocks) {
		blocks_free(a->blocks->next);
		a->blocks->next = NULL;
		a->blocks->used = 0;
		poison(a->blocks->bytes, a->blocks->size);
	}
	a->used = 0;
}

static struct arena_block *block_for(struct arena *a, size_t n)
{
	struct arena_block *block = a->blocks;
	size_t size = n > BLOCK_SIZE ? n : BLOCK_SIZE;

	if (block && block->size - block->used >= n)
		return block;
	block = malloc(sizeof(*block) + size);
	if (!block)
		return NULL;
	*block = (struct arena_block){.next = a->blocks, .size = size};
	poison(block->bytes, size);
	a->blocks = block;
	return block;
}

void *arena_alloc(struct arena *a, size_t n)
{
	size_t whole;
	struct arena_block *block;
	uint8_t *p;

	if (n > a->cap || a->used > a->cap - n) {
		a->hit++;
		return NULL;
	}
	whole = (n + RED_ZONE + ALIGN - 1) / ALIGN * ALIGN;
	block = block_for(a, whole);
	if (!block) {
		a->hit++;
		return NULL;
	}
	p = block->bytes + block->used;
	block->used += whole;
	a->used += n;
	unpoison(p, n);
	memset(p, 0, n);
	return p;
}

void *arena_dup(struct arena *a, const void *p, size_t n)
{
	void *copy = arena_alloc(a, n);

	if (copy && n)
		memcpy(copy, p, n);
	return copy;
}

char *arena_text(struct arena *a, struct span s)
{
	char *copy = arena_alloc(a, s.n + 1);

	if (copy && s.n)
		memcpy(copy, s.p, s.n);
	return copy;
}

char *arena_str(struct arena *a, const char *text)
{
	return arena_text(a, span_str(text));
}

struct span arena_span(struct arena *a, struct span s)
{
	void *copy = arena_dup(a, s.p, s.n);

	return copy ? span_of(copy, s.n) : (struct span){NULL, 0, true};
}
