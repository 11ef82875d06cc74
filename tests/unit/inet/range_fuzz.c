/*
 * A range never ends before it begins, and its ends are addresses that read as themselves. The
 * input is a line a range, those with a '!' before them to be taken away: what is left is sorted,
 * apart, and was asked for.
 */
#include "inet/range.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_one(struct span text, struct ranges *set)
{
	struct range range;
	struct addr first;

	if (err_is(range_parse(text, &range)))
		return;
	first = addr_of_number(range.first);
	if (range.last < range.first || addr_number(&first) != range.first)
		abort();
	if (err_is(ranges_add(set, range)))
		abort();
}

static void read_all(struct span in, struct ranges *set, struct ranges *minus)
{
	while (in.n) {
		const uint8_t *end = memchr(in.p, '\n', in.n);
		struct span line = span_take(&in, end ? (size_t)(end - in.p) : in.n);

		if (end)
			span_take(&in, 1);
		if (span_starts(line, "!"))
			read_one(span_of(line.p + 1, line.n - 1), minus);
		else
			read_one(line, set);
	}
}

static void check_sorted(const struct ranges *set)
{
	for (size_t i = 0; i < set->n; i++)
		if (set->v[i].last < set->v[i].first ||
		    (i && set->v[i].first <= set->v[i - 1].last))
			abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ranges set = {0}, left = {0}, minus = {0};

	read_all(span_of(data, size), &set, &minus);
	for (size_t i = 0; i < set.n; i++)
		if (err_is(ranges_add(&left, set.v[i])))
			abort();
	ranges_merge(&set);
	ranges_merge(&left);
	ranges_merge(&minus);
	if (err_is(ranges_subtract(&left, &minus)))
		abort();
	check_sorted(&set);
	check_sorted(&left);
	for (size_t i = 0; i < left.n; i++)
		if (!ranges_find(&set, left.v[i].first) || !ranges_find(&set, left.v[i].last) ||
		    ranges_find(&minus, left.v[i].first) || ranges_find(&minus, left.v[i].last))
			abort();
	ranges_done(&set);
	ranges_done(&left);
	ranges_done(&minus);
	return 0;
}
