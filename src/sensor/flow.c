/*
 * flow.c: an array of flows that never moves, chained into buckets by SipHash (the addresses are
 * chosen by strangers) and into the lists by index: four bytes where a pointer has eight. The array
 * is as large as it may become, but memory that no flow was ever in is not touched, and a free slot
 * is used again before a fresh one.
 *
 * Packets come in bursts: the flow found last is tried before anything is hashed.
 */
#include "sensor/flow.h"

#include <stdlib.h>

enum { FLOW_TICK_BITS = 17 };

/* Index 0 stands for none. */
struct list {
	uint32_t newest, oldest;
};

struct flow_table {
	struct siphash_key key;
	struct flow *flows; /* [1 .. max] */
	uint32_t *buckets;
	uint32_t bucket_mask;
	uint32_t max, fresh; /* slots from `fresh` on were never used */
	uint32_t free; /* chained */
	uint32_t count;
	uint32_t last; /* found last */
	struct list lists[FLOW_LISTS];
};

_Static_assert(sizeof(struct flow_key) == 38, "a key has no padding");
_Static_assert(sizeof(struct flow) == 64, "a flow is a cache line");

static uint32_t tick_of(int64_t time_us)
{
	return (uint32_t)((uint64_t)time_us >> FLOW_TICK_BITS);
}

static uint32_t index_of(const struct flow_table *t, const struct flow *f)
{
	return (uint32_t)(f - t->flows);
}

static uint32_t *bucket_of(const struct flow_table *t, const struct flow_key *key)
{
	return &t->buckets[siphash(&t->key, key, sizeof(*key)) & t->bucket_mask];
}

static bool key_eq(const struct flow_key *a, const struct flow_key *b)
{
	return memcmp(a, b, sizeof(*a)) == 0;
}

struct err flow_table_new(
    const struct siphash_key *key, size_t flows_max, struct flow_table **ret_table)
{
	struct flow_table *t;
	size_t buckets = 1;

	if (flows_max == 0 || flows_max > UINT32_MAX / 4)
		return err_limit("a flow table of this size");
	while (buckets < flows_max)
		buckets *= 2;
	t = calloc(1, sizeof(*t));
	if (!t)
		return err_limit("no memory for the flow table");
	t->key = *key;
	t->max = (uint32_t)flows_max;
	t->fresh = 1;
	t->bucket_mask = (uint32_t)buckets - 1;
	t->buckets = calloc(buckets, sizeof(*t->buckets));
	t->flows = aligned_alloc(sizeof(struct flow), (flows_max + 1) * sizeof(struct flow));
	if (!t->buckets || !t->flows) {
		flow_table_free(t);
		return err_limit("no memory for the flow table");
	}
	*ret_table = t;
	return OK;
}

void flow_table_free(struct flow_table *t)
{
	if (!t)
		return;
	free(t->flows);
	free(t->buckets);
	free(t);
}

unsigned flow_key_of(const struct packet *p, struct flow_key *ret_key)
{
	int order = memcmp(p->src.b, p->dst.b, sizeof(p->src.b));
	unsigned from = order ? order > 0 : p->sport > p->dport;

	memcpy(ret_key->addr[from], p->src.b, sizeof(p->src.b));
	memcpy(ret_key->addr[!from], p->dst.b, sizeof(p->dst.b));
	ret_key->port[from] = p->sport;
	ret_key->port[!from] = p->dport;
	ret_key->proto = p->proto;
	return from;
}

struct flow *flow_find(struct flow_table *t, const struct flow_key *key)
{
	uint32_t i = t->last;

	if (i && key_eq(&t->flows[i].key, key))
		return &t->flows[i];
	for (i = *bucket_of(t, key); i; i = t->flows[i].chain)
		if (key_eq(&t->flows[i].key, key)) {
			t->last = i;
			return &t->flows[i];
		}
	return NULL;
}

static void list_add(struct flow_table *t, struct flow *f)
{
	struct list *l = &t->lists[f->list];
	uint32_t i = index_of(t, f);

	f->newer = 0;
	f->older = l->newest;
	if (l->newest)
		t->flows[l->newest].newer = i;
	else
		l->oldest = i;
	l->newest = i;
}

static void list_remove(struct flow_table *t, struct flow *f)
{
	struct list *l = &t->lists[f->list];

	*(f->newer ? &t->flows[f->newer].older : &l->newest) = f->older;
	*(f->older ? &t->flows[f->older].newer : &l->oldest) = f->newer;
}

static struct flow *slot_take(struct flow_table *t)
{
	struct flow *f = NULL;

	if (t->free) {
		f = &t->flows[t->free];
		t->free = f->chain;
	} else if (t->fresh <= t->max) {
		f = &t->flows[t->fresh++];
	}
	return f;
}

struct flow *flow_add(struct flow_table *t, const struct flow_key *key, int64_t time_us)
{
	struct flow *f = slot_take(t);
	uint32_t *bucket;

	if (!f)
		return NULL;
	bucket = bucket_of(t, key);
	*f = (struct flow){.key = *key, .tick = tick_of(time_us), .chain = *bucket};
	*bucket = t->last = index_of(t, f);
	list_add(t, f);
	t->count++;
	return f;
}

void flow_remove(struct flow_table *t, struct flow *f)
{
	uint32_t i = index_of(t, f), *link = bucket_of(t, &f->key);

	while (*link != i)
		link = &t->flows[*link].chain;
	*link = f->chain;
	list_remove(t, f);
	if (t->last == i)
		t->last = 0;
	f->chain = t->free;
	t->free = i;
	t->count--;
}

void flow_touch(struct flow_table *t, struct flow *f, int64_t time_us)
{
	if (f->tick == tick_of(time_us))
		return;
	f->tick = tick_of(time_us);
	if (f->newer) {
		list_remove(t, f);
		list_add(t, f);
	}
}

void flow_move(struct flow_table *t, struct flow *f, enum flow_list list)
{
	list_remove(t, f);
	f->list = (uint8_t)list;
	list_add(t, f);
}

size_t flow_count(const struct flow_table *t)
{
	return t->count;
}

struct flow *flow_oldest(const struct flow_table *t, enum flow_list list)
{
	uint32_t i = t->lists[list].oldest;

	return i ? &t->flows[i] : NULL;
}

int64_t flow_idle_us(const struct flow *f, int64_t time_us)
{
	return (int64_t)(int32_t)(tick_of(time_us) - f->tick) * (1 << FLOW_TICK_BITS);
}
