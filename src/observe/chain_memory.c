/*
 * chain_memory.c: rows by the last bytes of the leaf, which are of its signature and as good as
 * random. Who chooses them to collide with another's makes us hash, which is what we did anyway.
 */
#include "observe/chain_memory.h"

#include <stdlib.h>

struct remembered {
	struct digest256 id;
	size_t n, sizes[CHAIN_CERTS_MAX];
	uint8_t bytes[]; /* one after another */
};

struct chain_memory {
	struct remembered *rows[CHAIN_MEMORY_ROWS];
};

struct err chain_memory_new(struct chain_memory **ret_memory)
{
	struct chain_memory *m = calloc(1, sizeof(*m));

	if (!m)
		return err_limit("out of memory");
	*ret_memory = m;
	return OK;
}

void chain_memory_free(struct chain_memory *m)
{
	if (!m)
		return;
	for (size_t i = 0; i < CHAIN_MEMORY_ROWS; i++)
		free(m->rows[i]);
	free(m);
}

static struct remembered **row_of(struct chain_memory *m, struct span leaf)
{
	uint32_t end = 0;

	if (leaf.n >= sizeof(end))
		memcpy(&end, leaf.p + leaf.n - sizeof(end), sizeof(end));
	return &m->rows[end % CHAIN_MEMORY_ROWS];
}

static bool is_same(const struct remembered *r, const struct span *der, size_t n)
{
	const uint8_t *p = r->bytes;

	if (r->n != n)
		return false;
	for (size_t i = 0; i < n; i++) {
		if (!span_eq(der[i], span_of(p, r->sizes[i])))
			return false;
		p += r->sizes[i];
	}
	return true;
}

static struct digest256 hash(const struct span *der, size_t n)
{
	struct digest256 ids[CHAIN_CERTS_MAX];

	for (size_t i = 0; i < n; i++)
		ids[i] = cert_id_of(der[i]);
	return chain_id_of(ids, n);
}

/* NULL: too long, or no memory. */
static struct remembered *remember(struct digest256 id, const struct span *der, size_t n)
{
	struct remembered *r;
	size_t all = 0;
	uint8_t *p;

	for (size_t i = 0; i < n; i++)
		all += der[i].n;
	r = all <= CHAIN_MEMORY_BYTES_MAX ? malloc(sizeof(*r) + all) : NULL;
	if (!r)
		return NULL;
	r->id = id;
	r->n = n;
	p = r->bytes;
	for (size_t i = 0; i < n; i++) {
		r->sizes[i] = der[i].n;
		if (der[i].n)
			memcpy(p, der[i].p, der[i].n);
		p += der[i].n;
	}
	return r;
}

struct digest256 chain_memory_id(struct chain_memory *m, const struct span *der, size_t n)
{
	struct remembered **row;
	struct digest256 id;

	if (n == 0 || n > CHAIN_CERTS_MAX)
		return (struct digest256){{0}};
	row = row_of(m, der[0]);
	if (*row && is_same(*row, der, n))
		return (*row)->id;
	id = hash(der, n);
	free(*row);
	*row = remember(id, der, n);
	return id;
}
