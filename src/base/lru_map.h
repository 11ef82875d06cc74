/*
 * lru_map.h: a map of things that knows which was not used for the longest time: who needs room
 * takes that one out. The thing is the caller's: it begins with a struct lru_item, and the bytes of
 * its key live in it.
 */
#pragma once

#include "base/lru.h"
#include "base/map.h"

struct lru_item {
	struct lru_node use; /* first, so that it is the item */
	struct span key;
};

struct lru_map {
	struct map by_key;
	struct lru use;
};

static inline void lru_map_init(struct lru_map *m, const struct siphash_key *key, size_t max)
{
	*m = (struct lru_map){.use = {NULL, NULL}};
	map_init(&m->by_key, key, max);
}

/* NULL: it is empty. */
static inline void *lru_map_oldest(const struct lru_map *m)
{
	return m->use.oldest;
}

static inline bool lru_map_is_full(const struct lru_map *m)
{
	return m->by_key.n >= m->by_key.max;
}

/* NULL where there is none. To look is not to use. */
static inline void *lru_map_get(const struct lru_map *m, struct span key)
{
	return map_get(&m->by_key, key);
}

/* As the newest. false: full, or no memory. Its key is not there yet. */
must_use static inline bool lru_map_add(struct lru_map *m, struct lru_item *item)
{
	if (!map_put(&m->by_key, item->key, item))
		return false;
	lru_add(&m->use, &item->use);
	return true;
}

static inline void lru_map_touch(struct lru_map *m, struct lru_item *item)
{
	lru_touch(&m->use, &item->use);
}

static inline void lru_map_remove(struct lru_map *m, struct lru_item *item)
{
	map_remove(&m->by_key, item->key);
	lru_remove(&m->use, &item->use);
}

/* The items are the caller's, who has taken them out. */
static inline void lru_map_done(struct lru_map *m)
{
	map_done(&m->by_key);
}
