/*
 * throttle.c: buckets by address and by name, in one bounded table from which the one that was not
 * used for the longest time makes room. An IPv6 customer has a whole /64, so that is one address.
 * An attacker with many addresses cannot wash out the bucket of a name without using it: it is used
 * at every guess.
 *
 * The clock is that of the wall, and may be set back: what would then be a wait of hours is none.
 */
#include "web/throttle.h"

#include "base/bucket.h"
#include "base/lru_map.h"
#include "base/text.h"
#include "crypto/random.h"
#include "store/accounts.h"
#include "web/limits.h"

#include <stdio.h>
#include <stdlib.h>

enum { KEY_MAX = USER_NAME_MAX + 1 };

struct guess {
	struct lru_item item; /* first */
	char key[KEY_MAX]; /* 'n' and a name, 'a' and 8 or 16 bytes */
	struct bucket bucket;
};

struct throttle {
	struct lru_map map;
};

struct limit {
	unsigned at_once, then_s; /* so many failures, then one each so many seconds */
};

static const struct limit addr_limit = {THROTTLE_ADDR_BURST, THROTTLE_ADDR_S};
static const struct limit name_limit = {THROTTLE_NAME_BURST, THROTTLE_NAME_S};

struct err throttle_new(struct throttle **ret_throttle)
{
	struct throttle *t = calloc(1, sizeof(*t));
	struct siphash_key key;
	struct err e = random_bytes((uint8_t *)&key, sizeof(key));

	if (!t || err_is(e)) {
		free(t);
		return t ? e : err_limit("out of memory");
	}
	lru_map_init(&t->map, &key, THROTTLE_GUESSES_MAX);
	*ret_throttle = t;
	return OK;
}

void throttle_free(struct throttle *t)
{
	struct guess *g;

	if (!t)
		return;
	while ((g = lru_map_oldest(&t->map))) {
		lru_map_remove(&t->map, &g->item);
		free(g);
	}
	lru_map_done(&t->map);
	free(t);
}

static struct span addr_key(const struct addr *from, char key[KEY_MAX])
{
	bool v4 = addr_is_v4(from);
	size_t n = v4 ? 16 : 8;

	key[0] = 'a';
	memcpy(key + 1, from->b, n);
	return span_of(key, n + 1);
}

static struct span name_key(const char *name, char key[KEY_MAX])
{
	size_t n = strnlen(name, KEY_MAX - 1);

	key[0] = 'n';
	for (size_t i = 0; i < n; i++)
		key[i + 1] = (char)text_lower((uint8_t)name[i]);
	return span_of(key, n + 1);
}

static unsigned wait_of(
    struct throttle *t, struct span key, const struct limit *limit, int64_t now_ms)
{
	struct guess *g = lru_map_get(&t->map, key);
	struct bucket look;
	uint64_t wait_us = 0;

	if (!g)
		return 0;
	look = g->bucket;
	if (bucket_take(&look, (uint64_t)now_ms * 1000, &wait_us))
		return 0;
	if (wait_us > (uint64_t)limit->then_s * 2000000) { /* the clock was set back */
		g->bucket.next_ns = 0;
		return 0;
	}
	return (unsigned)((wait_us + 999999) / 1000000);
}

unsigned throttle_addr_wait(struct throttle *t, const struct addr *from, int64_t now_ms)
{
	char key[KEY_MAX];

	return wait_of(t, addr_key(from, key), &addr_limit, now_ms);
}

unsigned throttle_name_wait(struct throttle *t, const char *name, int64_t now_ms)
{
	char key[KEY_MAX];

	return wait_of(t, name_key(name, key), &name_limit, now_ms);
}

/* A new one, in the place of the oldest if need be; NULL: no memory, and the guess is free. */
static struct guess *guess_new(struct throttle *t, struct span key, const struct limit *limit)
{
	struct guess *g = NULL;

	if (lru_map_is_full(&t->map)) {
		g = lru_map_oldest(&t->map);
		lru_map_remove(&t->map, &g->item);
	}
	if (!g)
		g = malloc(sizeof(*g));
	if (!g)
		return NULL;
	*g = (struct guess){
	    .bucket = {
		.gap_ns = limit->then_s * UINT64_C(1000000000),
		.burst_ns = (limit->at_once - 1) * (limit->then_s * UINT64_C(1000000000)),
	    }};
	memcpy(g->key, key.p, key.n);
	g->item.key = span_of(g->key, key.n);
	if (lru_map_add(&t->map, &g->item))
		return g;
	free(g);
	return NULL;
}

static void count(struct throttle *t, struct span key, const struct limit *limit, int64_t now_ms)
{
	struct guess *g = lru_map_get(&t->map, key);
	uint64_t wait_us;

	if (g)
		lru_map_touch(&t->map, &g->item);
	else
		g = guess_new(t, key, limit);
	if (g)
		(void)!bucket_take(&g->bucket, (uint64_t)now_ms * 1000, &wait_us);
}

void throttle_failed(struct throttle *t, const struct addr *from, const char *name, int64_t now_ms)
{
	char key[KEY_MAX];

	count(t, addr_key(from, key), &addr_limit, now_ms);
	if (*name)
		count(t, name_key(name, key), &name_limit, now_ms);
}
