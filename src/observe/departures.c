/*
 * departures.c: streaks by client, endpoint and server name. Only those who leave have an entry, so
 * a client that talks costs one look-up that finds nothing.
 */
#include "observe/departures.h"

#include "base/lru.h"
#include "base/map.h"

#include <stdlib.h>

enum { KEY_MAX = 2 * (16 + 4) + 2 + 1 + NAME_MAX_LEN };

struct streak {
	struct lru_node use; /* first, so that it is the streak */
	uint32_t n;
	size_t key_n;
	uint8_t key[]; /* key_n bytes */
};

struct departures {
	struct map streaks;
	struct lru use;
};

struct err departures_new(const struct siphash_key *key, struct departures **ret_departures)
{
	struct departures *d = calloc(1, sizeof(*d));

	if (!d)
		return err_limit("no memory for the departures");
	map_init(&d->streaks, key, DEPARTURES_MAX);
	*ret_departures = d;
	return OK;
}

static void forget(struct departures *d, struct streak *s)
{
	map_remove(&d->streaks, span_of(s->key, s->key_n));
	lru_remove(&d->use, &s->use);
	free(s);
}

void departures_free(struct departures *d)
{
	if (!d)
		return;
	while (d->use.oldest)
		forget(d, (struct streak *)d->use.oldest);
	map_done(&d->streaks);
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

/* NULL: no memory. */
static struct streak *streak_new(struct departures *d, const uint8_t *key, size_t n)
{
	struct streak *s = calloc(1, sizeof(*s) + n);

	if (!s)
		return NULL;
	if (d->streaks.n >= DEPARTURES_MAX)
		forget(d, (struct streak *)d->use.oldest);
	memcpy(s->key, key, n);
	s->key_n = n;
	if (!map_put(&d->streaks, span_of(s->key, n), s)) {
		free(s);
		return NULL;
	}
	lru_add(&d->use, &s->use);
	return s;
}

uint32_t departures_left(
    struct departures *d, const struct addr *client, const struct endpoint *server)
{
	uint8_t key[KEY_MAX];
	size_t n = key_of(client, server, key);
	struct streak *s = map_get(&d->streaks, span_of(key, n));

	if (!s)
		s = streak_new(d, key, n);
	if (!s)
		return 1;
	lru_touch(&d->use, &s->use);
	return ++s->n;
}

void departures_spoke(
    struct departures *d, const struct addr *client, const struct endpoint *server)
{
	uint8_t key[KEY_MAX];
	size_t n = key_of(client, server, key);
	struct streak *s = map_get(&d->streaks, span_of(key, n));

	if (s)
		forget(d, s);
}
