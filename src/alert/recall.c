/*
 * recall.c: a layer over the store's states: each that was asked for or changed is kept by topic
 * and key until the end of the pass.
 */
#include "alert/recall.h"

#include "alert/limits.h"

struct recalled {
	struct recalled *next;
	struct span id; /* the topic's byte, then the key */
	struct span value; /* bad: there is none */
	int64_t until_ms;
	uint32_t exponent; /* of a silence */
	bool changed;
};

void recall_init(struct recall *r, struct pass *pass, struct arena *arena)
{
	/* Not filled by anybody who could choose its hashes for long: a pass is seconds. */
	struct siphash_key key = {{(uint64_t)pass->now_ms, (uint64_t)(uintptr_t)arena}};

	*r = (struct recall){
	    .pass = pass, .arena = arena, .last = &r->first, .last_silence = &r->first_silence};
	map_init(&r->by_key, &key, RECALL_MAX);
	map_init(&r->silences, &key, RECALL_MAX);
	buf_init(&r->id, RECALL_KEY_BYTES_MAX);
}

void recall_done(struct recall *r)
{
	map_done(&r->by_key);
	map_done(&r->silences);
	buf_done(&r->id);
}

bool recall_is_full(const struct recall *r)
{
	return r->by_key.n >= RECALL_MAX / 2 || r->silences.n >= RECALL_MAX / 2;
}

static void fail(struct recall *r, struct err e)
{
	if (!err_is(r->e))
		r->e = e;
}

/* Until the next call. */
static struct span id_of(struct recall *r, enum recall_topic topic, struct span key)
{
	buf_reset(&r->id);
	buf_be(&r->id, topic, 1);
	buf_span(&r->id, key);
	if (r->id.full)
		fail(r, err_limit("a key is too long for a rule to remember"));
	return buf_view(&r->id);
}

static struct span key_of(const struct recalled *entry)
{
	return span_of(entry->id.p + 1, entry->id.n - 1);
}

/* A new entry, in its map and at the end of its list; NULL: no memory. */
static struct recalled *add(
    struct recall *r, struct map *map, struct recalled ***last, struct span id)
{
	struct recalled *entry = arena_alloc(r->arena, sizeof(*entry));
	const char *copy = arena_text(r->arena, id); /* terminated */

	if (!entry || !copy || !map_put(map, span_of(copy, id.n), entry)) {
		fail(r, err_limit("a rule remembers too much"));
		return NULL;
	}
	entry->id = span_of(copy, id.n);
	entry->value.bad = true;
	**last = entry;
	*last = &entry->next;
	return entry;
}

static struct recalled *find(struct recall *r, enum recall_topic topic, struct span key)
{
	struct span id = id_of(r, topic, key);
	struct recalled *entry = map_get(&r->by_key, id);

	return entry ? entry : add(r, &r->by_key, &r->last, id);
}

bool recall_get(struct recall *r, enum recall_topic topic, struct span key, struct span *ret_value)
{
	struct recalled *entry = map_get(&r->by_key, id_of(r, topic, key));
	struct pass *pass = r->pass;
	bool found = false;
	struct err e;

	if (entry) {
		*ret_value = entry->value;
		return !entry->value.bad;
	}
	if (pass->fresh)
		return false;
	e = store_get_state(pass->store, pass->rule->id, (int)topic, key, pass->now_ms, r->arena,
	    ret_value, &found);
	if (err_is(e))
		fail(r, e);
	return found;
}

void recall_put(
    struct recall *r, enum recall_topic topic, struct span key, struct span value, int64_t until_ms)
{
	struct recalled *entry = find(r, topic, key);

	if (!entry)
		return;
	entry->value = arena_span(r->arena, value);
	if (entry->value.bad)
		fail(r, err_limit("no memory for what a rule remembers"));
	entry->until_ms = until_ms;
	entry->changed = true;
}

void recall_forget(struct recall *r, enum recall_topic topic, struct span key)
{
	struct recalled *entry = find(r, topic, key);

	if (!entry)
		return;
	entry->value.bad = true;
	entry->changed = true;
}

struct loading {
	struct recall *r;
	enum recall_topic topic;
};

static bool load(void *context, struct span key, struct span value, int64_t until_ms)
{
	struct loading *l = context;
	struct span id = id_of(l->r, l->topic, key);
	struct recalled *entry;

	if (map_get(&l->r->by_key, id))
		return true;
	entry = add(l->r, &l->r->by_key, &l->r->last, id);
	if (!entry)
		return false;
	entry->value = arena_span(l->r->arena, value);
	entry->until_ms = until_ms;
	return true;
}

void recall_each(struct recall *r, enum recall_topic topic, recall_fn *each, void *context)
{
	struct pass *pass = r->pass;
	struct loading loading = {r, topic};
	struct err e = OK;

	if (!pass->fresh)
		e = store_each_state(
		    pass->store, pass->rule->id, (int)topic, pass->now_ms, load, &loading);
	if (err_is(e))
		fail(r, e);
	for (struct recalled *entry = r->first; entry; entry = entry->next)
		if (entry->id.p[0] == (uint8_t)topic && !entry->value.bad)
			each(context, key_of(entry), entry->value);
}

bool recall_silence(struct recall *r, const char *key, struct silence *ret_silence)
{
	struct recalled *entry = map_get(&r->silences, span_str(key));
	uint64_t rule = r->shares_silences ? 0 : r->pass->rule->id;
	bool found = false;
	struct err e;

	if (entry) {
		*ret_silence =
		    (struct silence){.until_ms = entry->until_ms, .exponent = entry->exponent};
		return true;
	}
	e = store_get_silence(r->pass->store, rule, key, ret_silence, &found);
	if (err_is(e))
		fail(r, e);
	return found && (ret_silence->by_hand || !r->pass->fresh);
}

void recall_put_silence(struct recall *r, const char *key, int64_t until_ms, uint32_t exponent)
{
	struct recalled *entry = map_get(&r->silences, span_str(key));

	if (!entry)
		entry = add(r, &r->silences, &r->last_silence, span_str(key));
	if (!entry)
		return;
	entry->until_ms = until_ms;
	entry->exponent = exponent;
	entry->changed = true;
}

static struct err flush_one(struct recall *r, const struct recalled *entry)
{
	struct store *store = r->pass->store;
	uint64_t rule = r->pass->rule->id;
	int topic = entry->id.p[0];

	if (entry->value.bad)
		return store_delete_state(store, rule, topic, key_of(entry));
	return store_put_state(store, rule, topic, key_of(entry), entry->value, entry->until_ms);
}

static struct err flush_silence(struct recall *r, const struct recalled *entry)
{
	struct silence silence = {
	    .rule = r->pass->rule->id,
	    .key = (const char *)entry->id.p,
	    .until_ms = entry->until_ms,
	    .exponent = entry->exponent,
	    .by = "",
	};

	return store_put_silence(r->pass->store, &silence);
}

struct err recall_flush(struct recall *r)
{
	struct err e = r->e;

	if (r->pass->dry)
		return e;
	for (struct recalled *entry = r->first; entry && !err_is(e); entry = entry->next)
		if (entry->changed)
			e = flush_one(r, entry);
	for (struct recalled *entry = r->first_silence; entry && !err_is(e); entry = entry->next)
		if (entry->changed)
			e = flush_silence(r, entry);
	return e;
}
