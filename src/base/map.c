/*
 * map.c: open addressing with linear probing, at most three quarters full. A removal moves the
 * entries behind it back (Knuth 6.4, Algorithm R), so there are no tombstones and a table that only
 * turns over never needs to be rebuilt.
 */
#include "base/map.h"

#include <stdlib.h>

enum { FIRST_SLOTS = 16 };

void map_init(struct map *m, const struct siphash_key *key, size_t max)
{
	*m = (struct map){.key = *key, .max = max};
}

void map_done(struct map *m)
{
	if (!m)
		return;
	free(m->slots);
	m->slots = NULL;
	m->n_slots = 0;
	m->n = 0;
}

/* The slot of this key, or the free one where it would stand. Needs n_slots > 0. */
static struct map_slot *find(const struct map *m, uint64_t hash, struct span key)
{
	size_t i = hash & (m->n_slots - 1);

	while (m->slots[i].value) {
		if (m->slots[i].hash == hash && span_eq(m->slots[i].key, key))
			break;
		i = (i + 1) & (m->n_slots - 1);
	}
	return &m->slots[i];
}

void *map_get(const struct map *m, struct span key)
{
	return m->n ? find(m, siphash(&m->key, key.p, key.n), key)->value : NULL;
}

static bool grow(struct map *m)
{
	struct map bigger = *m;

	bigger.n_slots = m->n_slots ? m->n_slots * 2 : FIRST_SLOTS;
	bigger.slots = calloc(bigger.n_slots, sizeof(*bigger.slots));
	if (!bigger.slots)
		return false;
	for (size_t i = 0; i < m->n_slots; i++)
		if (m->slots[i].value)
			*find(&bigger, m->slots[i].hash, m->slots[i].key) = m->slots[i];
	free(m->slots);
	*m = bigger;
	return true;
}

bool map_put(struct map *m, struct span key, void *value)
{
	uint64_t hash = siphash(&m->key, key.p, key.n);
	struct map_slot *slot = m->n ? find(m, hash, key) : NULL;

	if (slot && slot->value) {
		slot->key = key;
		slot->value = value;
		return true;
	}
	if (m->n >= m->max || (m->n + 1 > m->n_slots / 4 * 3 && !grow(m))) {
		m->hit++;
		return false;
	}
	*find(m, hash, key) = (struct map_slot){hash, key, value};
	m->n++;
	return true;
}

/* Closes the gap at i: an entry further on moves into it unless its own place lies between. */
static void close_gap(struct map *m, size_t gap)
{
	size_t mask = m->n_slots - 1;

	for (size_t i = (gap + 1) & mask; m->slots[i].value; i = (i + 1) & mask) {
		size_t home = m->slots[i].hash & mask;

		if (((i - home) & mask) >= ((i - gap) & mask)) {
			m->slots[gap] = m->slots[i];
			gap = i;
		}
	}
	m->slots[gap] = (struct map_slot){0};
}

void *map_remove(struct map *m, struct span key)
{
	struct map_slot *slot = m->n ? find(m, siphash(&m->key, key.p, key.n), key) : NULL;
	void *value = slot ? slot->value : NULL;

	if (value) {
		close_gap(m, (size_t)(slot - m->slots));
		m->n--;
	}
	return value;
}

void *map_next(const struct map *m, size_t *at)
{
	while (*at < m->n_slots) {
		void *value = m->slots[(*at)++].value;

		if (value)
			return value;
	}
	return NULL;
}
