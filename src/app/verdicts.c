/*
 * verdicts.c: a table indexed by the first bytes of the chain's digest, one slot a bucket: a newer
 * chain simply takes the place of an older one, and of all when there is no more memory for them. A
 * miss costs a look into the database, nothing else, so nothing finer is worth its lines.
 */
#include "app/verdicts.h"

#include <stdlib.h>

struct slot {
	struct arena arena;
	const struct chain_verdict *verdict; /* in the arena; NULL: empty */
};

struct verdicts {
	size_t n, max_bytes, bytes;
	struct slot slots[];
};

struct err verdicts_new(size_t max, size_t max_bytes, struct verdicts **ret_verdicts)
{
	struct verdicts *v = calloc(1, sizeof(*v) + max * sizeof(v->slots[0]));

	if (!v)
		return err_limit("out of memory");
	v->n = max;
	v->max_bytes = max_bytes;
	for (size_t i = 0; i < max; i++)
		arena_init(&v->slots[i].arena, max_bytes);
	*ret_verdicts = v;
	return OK;
}

static void slot_clear(struct verdicts *v, struct slot *slot)
{
	v->bytes -= slot->arena.used;
	arena_done(&slot->arena);
	slot->verdict = NULL;
}

static void forget_all(struct verdicts *v)
{
	for (size_t i = 0; i < v->n; i++)
		slot_clear(v, &v->slots[i]);
}

void verdicts_free(struct verdicts *v)
{
	if (!v)
		return;
	forget_all(v);
	free(v);
}

static struct slot *slot_of(struct verdicts *v, const struct digest256 *chain)
{
	struct span bytes = span_of(chain->b, sizeof(chain->b));

	return &v->slots[span_u64(&bytes) % v->n];
}

static const char *const *copy_list(struct arena *a, const char *const *list, size_t n)
{
	const char **copy = arena_alloc(a, n * sizeof(*copy));

	for (size_t i = 0; copy && i < n; i++) {
		copy[i] = arena_str(a, list[i]);
		if (!copy[i])
			return NULL;
	}
	return copy;
}

static struct cert_facts *copy_facts(struct arena *a, const struct cert_facts *facts)
{
	struct cert_facts *copy = arena_dup(a, facts, sizeof(*facts));
	const char **texts[] = {&copy->subject, &copy->subject_cn, &copy->issuer, &copy->issuer_cn,
	    &copy->serial, &copy->sig_alg, &copy->key_text};

	if (!copy)
		return NULL;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		*texts[i] = arena_str(a, *texts[i]);
		if (!*texts[i])
			return NULL;
	}
	copy->sans = copy_list(a, facts->sans, facts->n_sans);
	return copy->sans ? copy : NULL;
}

/* Without the places for findings that there are none of: nine tenths of it. */
static struct chain_verdict *copy_verdict(struct arena *a, const struct chain_verdict *verdict)
{
	struct chain_verdict *copy =
	    arena_dup(a, verdict, offsetof(struct chain_verdict, findings[verdict->n_findings]));

	for (size_t i = 0; copy && i < verdict->n_certs; i++) {
		copy->der[i] = span_of(NULL, 0);
		copy->facts[i] = copy_facts(a, verdict->facts[i]);
		if (!copy->facts[i])
			return NULL;
	}
	return copy;
}

void verdicts_put(struct verdicts *v, const struct chain_verdict *verdict)
{
	struct slot *slot = slot_of(v, &verdict->id);

	if (v->bytes >= v->max_bytes)
		forget_all(v);
	slot_clear(v, slot);
	slot->verdict = copy_verdict(&slot->arena, verdict);
	v->bytes += slot->arena.used;
}

const struct chain_verdict *verdicts_find(struct verdicts *v, const struct digest256 *chain)
{
	const struct chain_verdict *verdict = slot_of(v, chain)->verdict;

	return verdict && digest256_eq(&verdict->id, chain) ? verdict : NULL;
}
