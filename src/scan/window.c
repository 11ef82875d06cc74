/*
 * window.c: a ring of bits. Finishing the oldest step moves low to the next unfinished one, a word
 * at a time: over the whole walk each word is passed once.
 */
#include "scan/window.h"

#include <stdlib.h>

bool window_init(struct window *w, uint64_t first, uint64_t size)
{
	*w = (struct window){.low = first, .end = first, .mask = size - 1};
	w->bits = calloc(size / 64, sizeof(*w->bits));
	return w->bits != NULL;
}

void window_done(struct window *w)
{
	free(w->bits);
	w->bits = NULL;
}

bool window_full(const struct window *w)
{
	return w->end - w->low > w->mask;
}

static uint64_t *word(const struct window *w, uint64_t step)
{
	return &w->bits[(step & w->mask) / 64];
}

void window_begin(struct window *w)
{
	*word(w, w->end) |= UINT64_C(1) << (w->end % 64);
	w->end++;
}

void window_skip(struct window *w)
{
	if (w->low == w->end)
		w->low++;
	w->end++;
}

static void move_low(struct window *w)
{
	while (w->low < w->end) {
		uint64_t rest = *word(w, w->low) >> (w->low % 64);

		if (rest) {
			w->low += (unsigned)__builtin_ctzll(rest);
			break;
		}
		w->low = (w->low | 63) + 1;
	}
	/* Bits beyond end are of older steps in the ring, and all finished. */
	if (w->low > w->end)
		w->low = w->end;
}

bool window_finish(struct window *w, uint64_t step)
{
	uint64_t bit = UINT64_C(1) << (step % 64);

	if (step < w->low || step >= w->end || !(*word(w, step) & bit))
		return false;
	*word(w, step) &= ~bit;
	if (step == w->low)
		move_low(w);
	return true;
}
