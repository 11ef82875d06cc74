/*
 * departures.c: streaks by client, endpoint and server name. Those who leave and those who talk are
 * kept apart: there are a thousand times as many of the second, and they would push a slow streak
 * out of a common table.
 */
#include "observe/departures.h"

#include "base/lru.h"
#include "base/map.h"

#include <stdlib.h>

enum { KEY_MAX = 2 * (16 + 4) + 2 + 1 + NAME_MAX_LEN };

struct pair {
	struct lru_node use; /* first, so that it is the pair */
	uint32_t streak; /* of those who leave */
	int64_t spoke_us; /* of those who talk: when they did last */
	size_t key_n;
	uint8_t key[]; /* key_n bytes */
};

struct pairs {
	struct map by_key;
	struct lru use;
};

struct departures {
	struct pairs silent, talking;
};

struct err departures_new(const struct siphash_key *key, struct departures **ret_departures)
{
	struct departures *d = calloc(1, sizeof(*d));

	if (!d)
		return err_limit("no memory for the departures");
	map_init(&d->silent.by_key, key, DEPARTURES_MAX);
	map_init(&d->talking.by_key, key, DEPARTURES_MAX);
	*ret_departures = d;
	return OK;
}

static void forget(struct pairs *pairs, struct pair *p)
{
	map_remove(&pairs->by_key, span_of(p->key, p->key_n));
	lru_remove(&pairs->use, &p->use);
	free(p);
}

static void pairs_done(struct pairs *pairs)
{
	while (pairs->use.oldest)
		forget(pairs, (struct pair *)pairs->use.oldest);
	map_done(&pairs->by_key);
}

void departures_free(struct departures *d)
{
	if (!d)
		return;
	pairs_done(&d->silent);
	pairs_done(&d->talking);
	free(d);
}

static void put(uint8_t key[KEY_MAX], size_t *n, const void *p, size_t size)
{
	memcpy(key + *n, p, size);
	*n += size;
}

static size_t key_of(const struct addr *client, const struct endpoint *server, uint8_t key[KEY_MAX])
{
	size_t n = 0;

	put(key, &n, client->b, sizeof(client->b));
	put(key, &n, &client->zone, sizeof(client->zone));
	put(key, &n, server->addr.b, sizeof(server->addr.b));
	put(key, &n, &server->addr.zone, sizeof(server->addr.zone));
	put(key, &n, &server->port, sizeof(server->port));
	put(key, &n, &server->transport, sizeof(server->transport));
	put(key, &n, server->name, strnlen(server->name, NAME_MAX_LEN));
	return n;
}

static struct pair *pair_new(struct pairs *pairs, struct span key)
{
	struct pair *p = calloc(1, sizeof(*p) + key.n);

	if (!p)
		return NULL;
	if (pairs->by_key.n >= DEPARTURES_MAX)
		forget(pairs, (struct pair *)pairs->use.oldest);
	memcpy(p->key, key.p, key.n);
	p->key_n = key.n;
	if (!map_put(&pairs->by_key, span_of(p->key, p->key_n), p)) {
		free(p);
		return NULL;
	}
	lru_add(&pairs->use, &p->use);
	return p;
}

/* The pair, which is now the newest; NULL: no memory. */
static struct pair *pair_use(struct pairs *pairs, struct span key)
{
	struct pair *p = map_get(&pairs->by_key, key);

	if (!p)
		return pair_new(pairs, key);
	lru_touch(&pairs->use, &p->use);
	return p;
}

uint32_t departures_left(struct departures *d, const struct addr *client,
    const struct endpoint *server, int64_t began_us, int64_t left_us)
{
	uint8_t bytes[KEY_MAX];
	struct span key = span_of(bytes, key_of(client, server, bytes));
	struct pair *talk = map_get(&d->talking.by_key, key), *p;

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
	struct pair *streak = map_get(&d->silent.by_key, key), *talk;

	if (streak)
		forget(&d->silent, streak);
	talk = pair_use(&d->talking, key);
	if (talk)
		talk->spoke_us = now_us;
}
