/*
 * counter.h: how often each value was seen. A value is a number, or a text, which has a number
 * here.
 */
#pragma once

#include "base/arena.h"
#include "base/map.h"

struct counter_slot {
	int64_t value;
	uint64_t count; /* 0: free */
};

struct counter {
	struct counter_slot *slots;
	size_t n_slots, n; /* a power of two; at most half used */
	struct arena arena; /* texts */
	struct map numbers; /* of texts */
	const char **texts; /* by number */
	size_t n_texts, texts_cap;
	bool full; /* no memory: some were not counted */
};

void counter_init(struct counter *c);
void counter_done(struct counter *c);
void counter_forget(struct counter *c);

void counter_add(struct counter *c, int64_t value, uint64_t count);
/* The number of a text, the same each time. */
int64_t counter_text(struct counter *c, const char *text);
/* NULL: no text has this number. */
const char *counter_text_of(const struct counter *c, int64_t number);

uint64_t counter_total(const struct counter *c); /* of all counts */
/* The first `top` in order, the most frequent first; how many there are. */
size_t counter_best(const struct counter *c, size_t top, struct counter_slot *ret_best);
