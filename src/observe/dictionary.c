/*
 * dictionary.c: a hash table of chains with a list through it in the order of their last use. Chain
 * ids are SHA-256 already, so eight of their bytes are the hash. Each slot is one allocation: the
 * facts, the array of names and their texts in a row, freed at once.
 */
#include "observe/dictionary.h"

#include "base/lru.h"

#include <stdlib.h>

struct slot {
	struct lru_node use; /* first, so that it is the slot */
	struct slot *next_same; /* same bucket */
	struct digest256 chain;
	bool cut;
	uint32_t epoch;
	size_t size;
	struct cert_facts leaf;
	const char *sans[]; /* then the texts */
};

struct dictionary {
	struct slot **buckets;
	size_t n_buckets; /* a power of two */
	size_t max_chains, max_bytes;
	struct lru use;
	struct dictionary_counts counts;
};

struct err dictionary_new(size_t max_chains, size_t max_bytes, struct dictionary **ret_dictionary)
{
	struct dictionary *d = calloc(1, sizeof(*d));
	size_t n = 16;

	while (n < max_chains)
		n *= 2;
	if (d)
		d->buckets = calloc(n, sizeof(*d->buckets));
	if (!d || !d->buckets) {
		free(d);
		return err_limit("no memory for the chain dictionary");
	}
	d->n_buckets = n;
	d->max_chains = max_chains;
	d->max_bytes = max_bytes;
	*ret_dictionary = d;
	return OK;
}

static struct slot **bucket_of(struct dictionary *d, const struct digest256 *chain)
{
	uint64_t hash;

	memcpy(&hash, chain->b, sizeof(hash));
	return &d->buckets[hash & (d->n_buckets - 1)];
}

/* The link that points to the slot, or to NULL at the end of its bucket. */
static struct slot **slot_link(struct dictionary *d, const struct digest256 *chain, bool cut)
{
	struct slot **link = bucket_of(d, chain);

	while (*link && !((*link)->cut == cut && digest256_eq(&(*link)->chain, chain)))
		link = &(*link)->next_same;
	return link;
}

static struct slot **oldest_link(struct dictionary *d)
{
	const struct slot *slot = (const struct slot *)d->use.oldest;

	return slot_link(d, &slot->chain, slot->cut);
}

static void slot_drop(struct dictionary *d, struct slot **link)
{
	struct slot *slot = *link;

	*link = slot->next_same;
	lru_remove(&d->use, &slot->use);
	d->counts.chains--;
	d->counts.bytes -= slot->size;
	free(slot);
}

void dictionary_free(struct dictionary *d)
{
	if (!d)
		return;
	while (d->use.oldest)
		slot_drop(d, oldest_link(d));
	free(d->buckets);
	free(d);
}

const struct cert_facts *dictionary_find(
    struct dictionary *d, const struct digest256 *chain, bool cut, uint32_t epoch)
{
	struct slot *slot = *slot_link(d, chain, cut);

	if (!slot || slot->epoch != epoch) {
		d->counts.misses++;
		d->counts.stale += slot != NULL;
		return NULL;
	}
	d->counts.hits++;
	lru_touch(&d->use, &slot->use);
	return &slot->leaf;
}

static size_t slot_size(const struct cert_facts *leaf)
{
	size_t size = sizeof(struct slot) + leaf->n_sans * sizeof(char *);

	size += strlen(leaf->subject_cn) + 1;
	for (size_t i = 0; i < leaf->n_sans; i++)
		size += strlen(leaf->sans[i]) + 1;
	return size;
}

/* Copies text to *at and moves *at behind it. */
static const char *text_place(char **at, const char *text)
{
	size_t n = strlen(text) + 1;
	char *copy = memcpy(*at, text, n);

	*at += n;
	return copy;
}

static struct slot *slot_new(const struct chain_verdict *v, size_t size)
{
	const struct cert_facts *leaf = v->facts[0];
	struct slot *slot = calloc(1, size);
	char *texts;

	if (!slot)
		return NULL;
	texts = (char *)&slot->sans[leaf->n_sans];
	slot->chain = v->id;
	slot->cut = v->cut;
	slot->epoch = v->trust_epoch;
	slot->size = size;
	for (size_t i = 0; i < leaf->n_sans; i++)
		slot->sans[i] = text_place(&texts, leaf->sans[i]);
	slot->leaf = (struct cert_facts){
	    .id = leaf->id,
	    .subject = "",
	    .subject_cn = text_place(&texts, leaf->subject_cn),
	    .issuer = "",
	    .issuer_cn = "",
	    .serial = "",
	    .sig_alg = "",
	    .key_text = "",
	    .n_sans = leaf->n_sans,
	    .sans = slot->sans,
	};
	return slot;
}

struct err dictionary_put(struct dictionary *d, const struct chain_verdict *verdict)
{
	size_t size = slot_size(verdict->facts[0]);
	struct slot **link = slot_link(d, &verdict->id, verdict->cut);
	struct slot *slot = slot_new(verdict, size);

	if (!slot)
		return err_limit("no memory for a chain of the dictionary");
	if (*link)
		slot_drop(d, link);
	while (d->use.oldest &&
	       (d->counts.chains >= d->max_chains || d->counts.bytes + size > d->max_bytes)) {
		slot_drop(d, oldest_link(d));
		d->counts.evicted++;
	}
	link = bucket_of(d, &verdict->id);
	slot->next_same = *link;
	*link = slot;
	lru_add(&d->use, &slot->use);
	d->counts.chains++;
	d->counts.bytes += size;
	return OK;
}

struct dictionary_counts dictionary_counts(const struct dictionary *d)
{
	return d->counts;
}
