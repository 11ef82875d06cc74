/*
 * counter.c: a small table of numbers with open addressing: a million times an addition, to few
 * values. Texts come in runs, as they lie in an index: the last one is looked at first.
 */
#include "store/counter.h"

#include "base/vec.h"
#include "store/limits.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

void counter_init(struct counter *c)
{
	struct siphash_key key;

	*c = (struct counter){0};
	sqlite3_randomness(sizeof(key), &key);
	arena_init(&c->arena, COUNTER_BYTES_MAX);
	map_init(&c->numbers, &key, COUNTER_TEXTS_MAX);
}

void counter_done(struct counter *c)
{
	free(c->slots);
	free(c->texts);
	map_done(&c->numbers);
	arena_done(&c->arena);
}

void counter_forget(struct counter *c)
{
	counter_done(c);
	counter_init(c);
}

static size_t slot_of(const struct counter *c, int64_t value)
{
	size_t at = (uint64_t)value * 0x9e3779b97f4a7c15 >> 20 & (c->n_slots - 1);

	while (c->slots[at].count && c->slots[at].value != value)
		at = (at + 1) & (c->n_slots - 1);
	return at;
}

static bool grow(struct counter *c)
{
	struct counter wider = {.n_slots = c->n_slots ? 2 * c->n_slots : 256};

	wider.slots = calloc(wider.n_slots, sizeof(*wider.slots));
	if (!wider.slots)
		return false;
	for (size_t i = 0; i < c->n_slots; i++)
		if (c->slots[i].count)
			wider.slots[slot_of(&wider, c->slots[i].value)] = c->slots[i];
	free(c->slots);
	c->slots = wider.slots;
	c->n_slots = wider.n_slots;
	return true;
}

void counter_add(struct counter *c, int64_t value, uint64_t count)
{
	size_t at;

	if (count == 0)
		return;
	if (2 * (c->n + 1) > c->n_slots && !grow(c)) {
		c->full = true;
		return;
	}
	at = slot_of(c, value);
	c->n += c->slots[at].count == 0;
	c->slots[at].value = value;
	c->slots[at].count += count;
}

/* A text that is not there yet. Its number + 1 is what the map holds. */
static int64_t text_new(struct counter *c, const char *text)
{
	const char **texts =
	    vec_room(c->texts, c->n_texts, &c->texts_cap, sizeof(*texts), COUNTER_TEXTS_MAX);
	char *kept = arena_str(&c->arena, text);
	void *number = (void *)(intptr_t)(c->n_texts + 1);

	if (texts)
		c->texts = texts;
	if (!texts || !kept || !map_put(&c->numbers, span_str(kept), number)) {
		c->full = true;
		return 0;
	}
	texts[c->n_texts] = kept;
	return (int64_t)c->n_texts++;
}

int64_t counter_text(struct counter *c, const char *text)
{
	void *number;

	if (c->n_texts && strcmp(c->texts[c->n_texts - 1], text) == 0)
		return (int64_t)c->n_texts - 1;
	number = map_get(&c->numbers, span_str(text));
	return number ? (int64_t)(intptr_t)number - 1 : text_new(c, text);
}

const char *counter_text_of(const struct counter *c, int64_t number)
{
	return number >= 0 && (size_t)number < c->n_texts ? c->texts[number] : NULL;
}

uint64_t counter_total(const struct counter *c)
{
	uint64_t total = 0;

	for (size_t i = 0; i < c->n_slots; i++)
		total += c->slots[i].count;
	return total;
}

/* Of equals: by the alphabet; the smaller number. */
static bool goes_before(
    const struct counter *c, const struct counter_slot *x, const struct counter_slot *y)
{
	if (x->count != y->count)
		return x->count > y->count;
	if (c->n_texts)
		return strcmp(counter_text_of(c, x->value), counter_text_of(c, y->value)) < 0;
	return x->value < y->value;
}

size_t counter_best(const struct counter *c, size_t top, struct counter_slot *best)
{
	size_t n = 0;

	for (size_t i = 0; i < c->n_slots; i++) {
		const struct counter_slot *slot = &c->slots[i];
		size_t at;

		if (!slot->count || (n == top && !goes_before(c, slot, &best[n - 1])))
			continue;
		at = n < top ? n++ : n - 1;
		for (; at > 0 && goes_before(c, slot, &best[at - 1]); at--)
			best[at] = best[at - 1];
		best[at] = *slot;
	}
	return n;
}
