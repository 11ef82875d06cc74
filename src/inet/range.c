/*
 * range.c: address ranges from text, and the little set algebra that targets are made of: sort,
 * merge, subtract, each in one pass over sorted arrays.
 */
#include "inet/range.h"

#include "base/vec.h"
#include "inet/cidr.h"
#include "inet/limits.h"

#include <endian.h>

static const unsigned __int128 V4_FIRST = (unsigned __int128)0xffff << 32;
static const unsigned __int128 V4_LAST = (unsigned __int128)0xffffffffffff;

static bool is_link_local(unsigned __int128 number)
{
	return number >> 118 == 0xfe80 >> 6;
}

/* Two loads and two byte swaps: this stands in the path of every probe. */
unsigned __int128 addr_number(const struct addr *a)
{
	unsigned __int128 number;
	uint64_t half[2];

	memcpy(half, a->b, sizeof(half));
	number = (unsigned __int128)be64toh(half[0]) << 64 | be64toh(half[1]);
	if (is_link_local(number)) {
		number &= ~((unsigned __int128)UINT32_MAX << 64);
		number |= (unsigned __int128)a->zone << 64;
	}
	return number;
}

struct addr addr_of_number(unsigned __int128 number)
{
	struct addr a = {0};
	uint64_t half[2];

	if (is_link_local(number)) {
		a.zone = (uint32_t)(number >> 64);
		number &= ~((unsigned __int128)UINT32_MAX << 64);
	}
	half[0] = htobe64((uint64_t)(number >> 64));
	half[1] = htobe64((uint64_t)number);
	memcpy(a.b, half, sizeof(a.b));
	return a;
}

/* The right side of "10.0.0.1-50": only a last octet, which a number below 256 of up to three
 * digits is. */
static bool last_octet(struct span text, const struct addr *first, struct addr *ret_last)
{
	unsigned octet = 0;

	if (!addr_is_v4(first) || text.n == 0 || text.n > 3)
		return false;
	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] < '0' || text.p[i] > '9')
			return false;
		octet = octet * 10 + (unsigned)(text.p[i] - '0');
	}
	if (octet > 255)
		return false;
	*ret_last = *first;
	ret_last->b[15] = (uint8_t)octet;
	return true;
}

static struct err dashed_parse(struct span text, size_t dash, struct range *ret_range)
{
	struct span right = span_of(text.p + dash + 1, text.n - dash - 1);
	struct addr first, last;
	struct err e = addr_parse(span_of(text.p, dash), &first);

	if (err_is(e))
		return e;
	if (!last_octet(right, &first, &last)) {
		e = addr_parse(right, &last);
		if (err_is(e))
			return err_input(dash + 1, "not the last address of a range");
	}
	if (addr_is_v4(&first) != addr_is_v4(&last) || first.zone != last.zone)
		return err_input(dash + 1, "a range begins and ends in different networks");
	if (addr_cmp(&last, &first) < 0)
		return err_input(dash + 1, "a range ends before it begins");
	*ret_range = (struct range){addr_number(&first), addr_number(&last)};
	return OK;
}

static struct err bare_parse(struct span text, struct range *ret_range)
{
	const uint8_t *dash = text.n ? memchr(text.p, '-', text.n) : NULL;
	struct cidr c;
	struct addr last;
	struct err e;

	if (dash)
		return dashed_parse(text, (size_t)(dash - text.p), ret_range);
	e = cidr_parse(text, &c);
	if (err_is(e))
		return e;
	if (c.addr.zone && c.bits < 64)
		return err_input(0, "a link-local prefix with a zone is at least /64");
	last = cidr_last(&c);
	*ret_range = (struct range){addr_number(&c.addr), addr_number(&last)};
	return OK;
}

struct err range_parse(struct span text, struct range *ret_range)
{
	struct err e;

	if (text.n < 2 || text.p[0] != '[' || text.p[text.n - 1] != ']')
		return bare_parse(text, ret_range);
	e = bare_parse(span_of(text.p + 1, text.n - 2), ret_range);
	if (err_is(e))
		e.at++;
	return e;
}

void ranges_done(struct ranges *set)
{
	free(set->v);
	*set = (struct ranges){0};
}

static struct err append(struct ranges *set, struct range range)
{
	struct range *v = vec_room(set->v, set->n, &set->cap, sizeof(*v), RANGES_MAX);

	if (!v)
		return err_limit("too many address ranges");
	set->v = v;
	v[set->n++] = range;
	return OK;
}

struct err ranges_add(struct ranges *set, struct range range)
{
	struct range below = {range.first, V4_FIRST - 1}, above = {V4_LAST + 1, range.last};
	struct err e = OK;

	if (range.first >= V4_FIRST && range.last <= V4_LAST)
		return append(set, range);
	if (range.last < V4_FIRST || range.first > V4_LAST)
		return append(set, range);
	if (range.first < V4_FIRST)
		e = append(set, below);
	if (!err_is(e) && range.last > V4_LAST)
		e = append(set, above);
	return e;
}

static int by_first(const void *a, const void *b)
{
	const struct range *x = a, *y = b;

	return (x->first > y->first) - (x->first < y->first);
}

void ranges_merge(struct ranges *set)
{
	size_t n = 0;

	if (set->n == 0)
		return;
	qsort(set->v, set->n, sizeof(*set->v), by_first);
	for (size_t i = 1; i < set->n; i++) {
		struct range *joined = &set->v[n];
		const struct range *next = &set->v[i];

		if (next->first > joined->last && next->first - joined->last > 1)
			set->v[++n] = *next;
		else if (next->last > joined->last)
			joined->last = next->last;
	}
	set->n = n + 1;
}

/* What is left of one range: the gaps between the cuts that touch it, which begin at v[*cut]. */
static struct err cut_one(
    struct ranges *left, struct range range, const struct ranges *minus, size_t *cut)
{
	struct err e = OK;

	while (*cut < minus->n && minus->v[*cut].last < range.first)
		++*cut;
	for (size_t i = *cut; i < minus->n && minus->v[i].first <= range.last; i++) {
		if (minus->v[i].first > range.first)
			e = append(left, (struct range){range.first, minus->v[i].first - 1});
		if (err_is(e) || minus->v[i].last >= range.last)
			return e;
		range.first = minus->v[i].last + 1;
	}
	return append(left, range);
}

struct err ranges_subtract(struct ranges *set, const struct ranges *minus)
{
	struct ranges left = {0};
	size_t cut = 0;
	struct err e = OK;

	for (size_t i = 0; i < set->n && !err_is(e); i++)
		e = cut_one(&left, set->v[i], minus, &cut);
	if (err_is(e)) {
		ranges_done(&left);
		return e;
	}
	ranges_done(set);
	*set = left;
	return OK;
}

const struct range *ranges_find(const struct ranges *set, unsigned __int128 number)
{
	size_t low = 0, high = set->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (set->v[middle].last < number)
			low = middle + 1;
		else
			high = middle;
	}
	return low < set->n && set->v[low].first <= number ? &set->v[low] : NULL;
}
