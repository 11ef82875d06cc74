/*
 * macs.c: open addressing in rows of 24 bytes, half of them free at least. Nobody ever leaves.
 */
#include "scan/macs.h"

#include "inet/range.h"
#include "scan/limits.h"

#include <stdlib.h>
#include <string.h>

enum { ROWS_FIRST = 64 };

static struct mac_row row_of(const struct addr *a)
{
	unsigned __int128 number = addr_number(a);

	return (struct mac_row){.high = (uint64_t)(number >> 64), .low = (uint64_t)number};
}

/* The row of an address, or the free one where it would be. */
static struct mac_row *place(const struct macs *m, const struct mac_row *wanted)
{
	uint64_t number[2] = {wanted->high, wanted->low};
	size_t i = siphash(&m->key, number, sizeof(number));
	struct mac_row *row;

	do
		row = &m->rows[i++ & (m->n_rows - 1)];
	while (row->used && (row->high != wanted->high || row->low != wanted->low));
	return row;
}

static bool grow(struct macs *m)
{
	struct macs more = {.key = m->key, .n_rows = m->n_rows ? 2 * m->n_rows : ROWS_FIRST};

	more.rows = calloc(more.n_rows, sizeof(*more.rows));
	if (!more.rows)
		return false;
	for (size_t i = 0; i < m->n_rows; i++)
		if (m->rows[i].used)
			*place(&more, &m->rows[i]) = m->rows[i];
	free(m->rows);
	m->rows = more.rows;
	m->n_rows = more.n_rows;
	return true;
}

void macs_done(struct macs *m)
{
	free(m->rows);
	*m = (struct macs){0};
}

static bool has_room(struct macs *m)
{
	return m->n < MACS_MAX && (2 * m->n < m->n_rows || grow(m));
}

bool macs_put(struct macs *m, const struct addr *a, const uint8_t mac[6])
{
	struct mac_row wanted = row_of(a);
	struct mac_row *row = m->n ? place(m, &wanted) : NULL;
	bool is_new = !row || !row->used;

	if (is_new && !has_room(m)) {
		m->hit++;
		return false;
	}
	memcpy(wanted.mac, mac, sizeof(wanted.mac));
	wanted.used = true;
	*place(m, &wanted) = wanted; /* which growing has moved */
	m->n += is_new;
	return is_new;
}

const uint8_t *macs_get(const struct macs *m, const struct addr *a)
{
	struct mac_row wanted = row_of(a);
	const struct mac_row *row = m->n ? place(m, &wanted) : NULL;

	return row && row->used ? row->mac : NULL;
}
