/*
 * departures.c: streaks by client, endpoint and server name. Those who leave and those who talk are
 * kept apart: there are a thousand times as many of the second, and they would push a slow streak
 * out of a common table.
 */
#include "observe/departures.h"

#include "base/lru_map.h"

#include <stdlib.h>

enum { KEY_MAX = ENDPOINT_KEY_MAX + 16 + 4 };

struct pair {
	struct lru_item item; /* first, so that it is the pair */
	uint32_t streak; /* of those who leave */
	int64_t spoke_us; /* of those who talk: when they did last */
	uint8_t key[];
};

struct departures {
	struct lru_map silent, talking;
};

struct err departures_new(const struct siphash_key *key, struct departures **ret_departures)
{
	struct departures *d = calloc(1, sizeof(*d));

	if (!d)
		return err_limit("no memory for the departures");
	lru_map_init(&d->silent, key, DEPARTURES_MAX);
	lru_map_init(&d->talking, key, DEPARTURES_MAX);
	*ret_departures = d;
	return OK;
}

static void forget(struct lru_map *pairs, struct pair *p)
{
	lru_map_remove(pairs, &p->item);
	free(p);
}

static void pairs_done(struct lru_map *pairs)
{
	struct pair *p;

	while ((p = lru_map_oldest(pairs)))
		forget(pairs, p);
	lru_map_done(pairs);
}

void departures_free(struct departures *d)
{
	if (!d)
		return;
	pairs_done(&d->silent);
	pairs_done(&d->talking);
	free(d);
}

static size_t key_of(const struct addr *client, const struct endpoint *server, uint8_t key[KEY_MAX])
{
	size_t n = endpoint_key(server, key);

	memcpy(key + n, client->b, sizeof(client->b));
	n += sizeof(client->b);
	memcpy(key + n, &client->zone, sizeof(client->zone));
	return n + sizeof(client->zone);
}

static struct pair *pair_new(struct lru_map *pairs, struct span key)
{
	struct pair *p = calloc(1, sizeof(*p) + key.n);

	if (!p)
		return NULL;
	if (lru_map_is_full(pairs))
		forget(pairs, lru_map_oldest(pairs));
	memcpy(p->key, key.p, key.n);
	p->item.key = span_of(p->key, key.n);
	if (!lru_map_add(pairs, &p->item)) {
		free(p);
		return NULL;
	}
	return p;
}

/* The pair, which is now the newest; NULL: no memory. */
static struct pair *pair_use(struct lru_map *pairs, struct span key)
{
	struct pair *p = lru_map_get(pairs, key);

	if (!p)
		return pair_new(pairs, key);
	lru_map_touch(pairs, &p->item);
	return p;
}

uint32_t departures_left(struct departures *d, const struct addr *client,
    const struct endpoint *server, int64_t began_us, int64_t left_us)
{
	uint8_t bytes[KEY_MAX];
	struct span key = span_of(bytes, key_of(client, server, bytes));
	struct pair *talk = lru_map_get(&d->talking, key), *p;

	if (talk && talk->spoke_us >= began_us && talk->spoke_us <= left_us)
		return 0;
	p = pair_use(&d->silent, key);
	return p ? ++p->streak : 1;
}

void departures_spoke(
    struct departures *d, const struct addr *client, const struct endpoint *server, int64_t now_us)
{
	uint8_t bytes[KEY_MAX];
	struct span key = span_of(bytes, key_of(client, server, bytes));
	struct pair *streak = lru_map_get(&d->silent, key), *talk;

	if (streak)
		forget(&d->silent, streak);
	talk = pair_use(&d->talking, key);
	if (talk)
		talk->spoke_us = now_us;
}
