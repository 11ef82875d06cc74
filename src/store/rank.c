/*
 * rank.c: rows are numbered in the order in which equal ones go, so value and row together are one
 * number, and a page is the smallest (or greatest) of these.
 */
#include "store/rank.h"

#include "store/column.h"

bool rank_knows(enum field_id field)
{
	return field == FIELD_SEVERITY || column_of(field);
}

/* The first row that is not before this place. */
static size_t row_from(const struct sightings *of, int64_t endpoint, int64_t chain)
{
	size_t row;

	if (endpoint < 0)
		return 0;
	if ((uint64_t)endpoint >= of->n_endpoints)
		return of->n;
	row = of->first[endpoint];
	while (row < of->first[endpoint + 1] && of->v[row].chain < chain)
		row++;
	return row;
}

static uint64_t rank_of(uint32_t value, size_t row)
{
	return (uint64_t)value << 32 | row;
}

/* The order of ranks, behind the cursor. */
static struct order ranks_order(const struct sightings *of, const struct order *order,
    bool has_value, const struct sort_key *after)
{
	struct order ranks = {.descending = order->descending, .has_after = after != NULL};
	int64_t value = after && has_value ? (int64_t)(after->a ^ (uint64_t)1 << 63) : 0;
	size_t row = after ? row_from(of, after->id, after->id2) : 0;

	value = value < 0 ? 0 : value > INT32_MAX ? INT32_MAX : value;
	ranks.after = (struct sort_key){.a = rank_of((uint32_t)value, row), .text = ""};
	/* Where its row is gone, the next one is behind it. */
	if (after && !order->descending &&
	    !(row < of->n && of->v[row].endpoint == after->id && of->v[row].chain == after->id2)) {
		ranks.has_after = ranks.after.a > 0;
		ranks.after.a--;
	}
	return ranks;
}

static uint32_t value_of(
    const struct scope *c, const struct column *column, const struct held *held, size_t row)
{
	return column ? column_value(column, &c->of->v[row]) : held_worst(held, c->of, row);
}

struct err rank_rows(struct scope *c, enum field_id field, bool has_value,
    const struct order *order, const struct sort_key *after, size_t limit,
    struct ranked *ret_ranked, size_t *ret_n)
{
	const struct column *column = column_of(field);
	bool zero_is_none = !column || column->zero_is_none;
	const struct order ranks = ranks_order(c->of, order, has_value, after);
	const struct held *held = NULL;
	struct page page;
	size_t at = 0, row;
	struct err e = column ? OK : scope_held(c, &held);

	if (!err_is(e) && !page_init(&page, &ranks, limit + 1))
		e = err_limit("no memory for a page");
	if (err_is(e))
		return e;
	while (bits_next(&c->rows, &at, &row)) {
		uint32_t value = value_of(c, column, held, row);
		struct sort_key key = {.a = rank_of(value, row), .text = ""};

		if ((value || !zero_is_none) == has_value)
			page_offer(&page, &key, (uint32_t)row);
	}
	page_close(&page);
	for (size_t i = 0; i < page.n; i++)
		ret_ranked[i] = (struct ranked){(uint32_t)(page.v[i].key.a >> 32), page.v[i].item};
	*ret_n = page.n;
	page_done(&page);
	return OK;
}
