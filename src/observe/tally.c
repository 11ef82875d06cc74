/*
 * tally.c: a table of what was passed already, the oldest out first. The key is all that would make
 * an observation news; times, counts and the details of a handshake are not part of it. What is due
 * stands in a second list until it is taken.
 */
#include "observe/tally.h"

#include "base/distinct.h"
#include "base/lru_map.h"

#include <stddef.h>
#include <stdlib.h>

enum { KEY_MAX = ENDPOINT_KEY_MAX + 1 + 32 + 2 * OBSERVATION_FINDINGS_MAX };

struct entry {
	struct lru_item item; /* first, so that it is the entry */
	struct lru_node due;
	bool is_due;
	struct observation held; /* count 0: nothing since it was passed */
	struct distinct clients;
	uint8_t key[KEY_MAX];
};

struct tally {
	struct siphash_key hash_key;
	const struct tally_ops *ops;
	void *context;
	struct lru_map entries;
	struct lru due; /* to be passed, the oldest first */
	int64_t due_ms; /* when what is held is passed next; 0: nothing came yet */
	struct tally_counts counts;
};

struct err tally_new(const struct siphash_key *key, const struct tally_ops *ops, void *context,
    struct tally **ret_tally)
{
	struct tally *t = calloc(1, sizeof(*t));

	if (!t)
		return err_limit("no memory for the tally");
	*t = (struct tally){.hash_key = *key, .ops = ops, .context = context};
	lru_map_init(&t->entries, key, TALLY_MAX);
	*ret_tally = t;
	return OK;
}

static void due_set(struct tally *t, struct entry *e, bool due)
{
	if (due && !e->is_due)
		lru_add(&t->due, &e->due);
	if (!due && e->is_due)
		lru_remove(&t->due, &e->due);
	e->is_due = due;
}

static void forget(struct tally *t, struct entry *e)
{
	due_set(t, e, false);
	lru_map_remove(&t->entries, &e->item);
	distinct_done(&e->clients);
	free(e);
}

void tally_free(struct tally *t)
{
	struct entry *e;

	if (!t)
		return;
	while ((e = lru_map_oldest(&t->entries)))
		forget(t, e);
	lru_map_done(&t->entries);
	free(t);
}

static void put(uint8_t key[KEY_MAX], size_t *n, const void *p, size_t size)
{
	memcpy(key + *n, p, size);
	*n += size;
}

static size_t key_of(const struct observation *o, uint8_t key[KEY_MAX])
{
	size_t n = endpoint_key(&o->endpoint, key);

	put(key, &n, &o->outcome, sizeof(o->outcome));
	put(key, &n, o->chain.b, sizeof(o->chain.b));
	for (size_t i = 0; i < o->n_findings; i++)
		put(key, &n, &o->findings[i].id, sizeof(o->findings[i].id));
	return n;
}

/* false: not taken; it is due then. */
static bool pass(struct tally *t, struct entry *e)
{
	bool taken = true;

	if (e->held.count) {
		e->held.clients = distinct_count(&e->clients);
		taken = t->ops->pass(t->context, &e->held);
		t->counts.passed += taken;
	}
	if (taken)
		e->held.count = 0;
	due_set(t, e, !taken);
	return taken;
}

static void make_room(struct tally *t)
{
	struct entry *oldest = lru_map_oldest(&t->entries);

	if (!lru_map_is_full(&t->entries))
		return;
	t->counts.lost += !pass(t, oldest);
	forget(t, oldest);
	t->counts.evicted++;
}

/* NULL: no memory. */
static struct entry *remember(struct tally *t, const uint8_t *key, size_t n)
{
	struct entry *e;

	make_room(t);
	e = calloc(1, sizeof(*e));
	if (!e)
		return NULL;
	memcpy(e->key, key, n);
	e->item.key = span_of(e->key, n);
	if (!lru_map_add(&t->entries, &e->item)) {
		free(e);
		return NULL;
	}
	return e;
}

/* The latest state, the earliest beginning, the sum. */
static void hold(struct entry *e, const struct observation *o)
{
	uint32_t count = e->held.count;
	int64_t first_ms = e->held.first_ms;

	if (count == 0 || o->last_ms >= e->held.last_ms)
		e->held = *o;
	e->held.count = count + o->count;
	e->held.first_ms = count && first_ms < o->first_ms ? first_ms : o->first_ms;
}

void tally_add(struct tally *t, const struct observation *obs, const struct addr *client)
{
	uint8_t key[KEY_MAX];
	size_t n = key_of(obs, key);
	struct entry *e = lru_map_get(&t->entries, span_of(key, n));
	bool is_new = !e;

	tally_tick(t, obs->last_ms);
	t->counts.added++;
	if (!e)
		e = remember(t, key, n);
	if (!e) {
		/* What cannot be counted is said as it is. */
		t->counts.lost += !t->ops->pass(t->context, obs);
		return;
	}
	lru_map_touch(&t->entries, &e->item);
	if (client)
		distinct_add(&e->clients, siphash(&t->hash_key, client->b, sizeof(client->b)));
	hold(e, obs);
	if (is_new)
		pass(t, e);
}

bool tally_offer(struct tally *t)
{
	while (t->due.oldest) {
		char *due = (char *)t->due.oldest;

		if (!pass(t, (struct entry *)(due - offsetof(struct entry, due))))
			return false;
	}
	return true;
}

bool tally_flush(struct tally *t)
{
	for (struct lru_node *n = lru_map_oldest(&t->entries); n; n = n->newer)
		if (((struct entry *)n)->held.count)
			due_set(t, (struct entry *)n, true);
	return tally_offer(t);
}

void tally_tick(struct tally *t, int64_t now_ms)
{
	if (t->due_ms == 0)
		t->due_ms = now_ms + TALLY_INTERVAL_MS;
	if (now_ms < t->due_ms)
		return;
	t->due_ms = now_ms + TALLY_INTERVAL_MS;
	tally_flush(t);
}

struct tally_counts tally_counts(const struct tally *t)
{
	struct tally_counts counts = t->counts;

	counts.held = t->entries.by_key.n;
	return counts;
}
