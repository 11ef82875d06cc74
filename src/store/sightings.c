/*
 * sightings.c: an index of the store gives sightings by chain; a counting sort puts them in the
 * order of their endpoints. So the rows of an endpoint lie together, mostly one, and a row is found
 * by its endpoint and chain without a search.
 */
#include "store/sightings.h"

#include "base/vec.h"
#include "store/limits.h"

struct err sightings_init(struct sightings *v, size_t n_endpoints, size_t n_chains, size_t n_leaves)
{
	*v = (struct sightings){
	    .n_endpoints = n_endpoints, .n_chains = n_chains, .n_leaves = n_leaves};
	v->first = calloc(n_endpoints + 1, sizeof(*v->first));
	v->leaf = calloc(n_chains + 1, sizeof(*v->leaf));
	return v->first && v->leaf ? OK : err_limit("no memory for the sightings");
}

void sightings_done(struct sightings *v)
{
	free(v->v);
	free(v->first);
	free(v->leaf);
	*v = (struct sightings){.n = 0};
}

struct err sightings_add(struct sightings *v, const struct sighting *one)
{
	struct sighting *room = vec_room(v->v, v->n, &v->cap, sizeof(*room), ROWS_IN_MEMORY_MAX);

	if (!room)
		return err_limit("no memory for the sightings");
	v->v = room;
	if (one->endpoint >= v->n_endpoints || one->chain >= v->n_chains)
		return err_bug("a sighting of nothing");
	room[v->n++] = *one;
	return OK;
}

/* first: how many rows each has, then where they begin. */
static void first_count(struct sightings *v)
{
	uint32_t at = 0;

	for (size_t i = 0; i < v->n; i++)
		v->first[v->v[i].endpoint]++;
	for (size_t i = 0; i <= v->n_endpoints; i++) {
		uint32_t n = v->first[i];

		v->first[i] = at;
		at += n;
	}
}

struct err sightings_order(struct sightings *v)
{
	struct sighting *ordered = malloc((v->n + 1) * sizeof(*ordered));

	if (!ordered)
		return err_limit("no memory for the sightings");
	first_count(v);
	for (size_t i = 0; i < v->n; i++)
		ordered[v->first[v->v[i].endpoint]++] = v->v[i];
	/* Each is now where the next begins. */
	for (size_t i = v->n_endpoints; i > 0; i--)
		v->first[i] = v->first[i - 1];
	v->first[0] = 0;
	free(v->v);
	v->v = ordered;
	v->cap = v->n;
	return OK;
}

bool sightings_find(const struct sightings *v, int64_t endpoint, int64_t chain, size_t *ret_row)
{
	if (endpoint < 0 || (uint64_t)endpoint >= v->n_endpoints)
		return false;
	for (size_t i = v->first[endpoint]; i < v->first[endpoint + 1]; i++) {
		if (v->v[i].chain != chain)
			continue;
		*ret_row = i;
		return true;
	}
	return false;
}

struct keeping {
	const struct sightings *v;
	const struct bits *things;
};

static bool chain_meets(const void *context, size_t row)
{
	const struct keeping *k = context;

	return bits_has(k->things, k->v->v[row].chain);
}

static bool endpoint_meets(const void *context, size_t row)
{
	const struct keeping *k = context;

	return bits_has(k->things, k->v->v[row].endpoint);
}

static bool leaf_meets(const void *context, size_t row)
{
	const struct keeping *k = context;

	return bits_has(k->things, k->v->leaf[k->v->v[row].chain]);
}

void sightings_keep_chains(const struct sightings *v, const struct bits *chains, struct bits *rows)
{
	bits_keep(rows, chain_meets, &(struct keeping){v, chains});
}

void sightings_keep_endpoints(
    const struct sightings *v, const struct bits *endpoints, struct bits *rows)
{
	bits_keep(rows, endpoint_meets, &(struct keeping){v, endpoints});
}

void sightings_keep_leaves(const struct sightings *v, const struct bits *leaves, struct bits *rows)
{
	bits_keep(rows, leaf_meets, &(struct keeping){v, leaves});
}
