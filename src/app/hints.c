/*
 * hints.c: an array that is sorted when it is first asked after the last add. A name is kept as a
 * 32-bit hash: a collision costs one connection that begins with the wrong words, and nothing else.
 */
#include "app/hints.h"

#include <stdlib.h>

struct hint_row {
	uint8_t addr[16];
	uint32_t name_hash;
	uint16_t port;
	uint8_t starttls;
	uint8_t hello; /* and ONE_KEY in the top bit */
};

enum { HELLO_BITS = 0x7f, ONE_KEY = 0x80 };

struct hints {
	struct hint_row *rows;
	size_t n, cap, max, dropped;
	bool sorted;
};

struct err hints_new(size_t max, struct hints **ret_hints)
{
	struct hints *h = calloc(1, sizeof(*h));

	if (!h)
		return err_limit("out of memory");
	h->max = max;
	*ret_hints = h;
	return OK;
}

void hints_free(struct hints *h)
{
	if (!h)
		return;
	free(h->rows);
	free(h);
}

/* FNV-1a: an index, not a defence; see above. */
static uint32_t name_hash(const char *name)
{
	uint32_t hash = 2166136261u;

	for (; *name; name++)
		hash = (hash ^ (uint8_t)*name) * 16777619u;
	return hash;
}

static struct hint_row row_of(const struct addr *a, uint16_t port, const char *name)
{
	struct hint_row row = {.name_hash = name_hash(name), .port = port};

	memcpy(row.addr, a->b, sizeof(row.addr));
	return row;
}

static int row_cmp(const void *pa, const void *pb)
{
	/* addr, name_hash and port lie in front, without a gap */
	return memcmp(pa, pb, offsetof(struct hint_row, starttls));
}

static bool hints_grow(struct hints *h)
{
	size_t cap = h->cap ? h->cap * 2 : 1024;
	struct hint_row *rows;

	if (h->n < h->cap)
		return true;
	if (h->n >= h->max)
		return false;
	rows = realloc(h->rows, cap * sizeof(*rows));
	if (!rows)
		return false;
	h->rows = rows;
	h->cap = cap;
	return true;
}

void hints_add(struct hints *h, const struct addr *a, uint16_t port, const char *name,
    const struct grab_hint *hint)
{
	struct hint_row row = row_of(a, port, name);

	if (!hints_grow(h)) {
		h->dropped++;
		return;
	}
	row.starttls = hint->starttls;
	row.hello = (uint8_t)((hint->hello & HELLO_BITS) | (hint->one_key ? ONE_KEY : 0));
	h->rows[h->n++] = row;
	h->sorted = false;
}

struct grab_hint hints_find(struct hints *h, const struct addr *a, uint16_t port, const char *name)
{
	struct hint_row key = row_of(a, port, name);
	const struct hint_row *found;

	if (!h->sorted && h->n)
		qsort(h->rows, h->n, sizeof(*h->rows), row_cmp);
	h->sorted = true;
	found = h->n ? bsearch(&key, h->rows, h->n, sizeof(*h->rows), row_cmp) : NULL;
	if (!found)
		return (struct grab_hint){0};
	return (struct grab_hint){.starttls = found->starttls,
	    .hello = found->hello & HELLO_BITS,
	    .known = true,
	    .one_key = found->hello & ONE_KEY};
}

size_t hints_dropped(const struct hints *h)
{
	return h->dropped;
}
