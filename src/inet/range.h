/*
 * range.h: sets of addresses as sorted ranges of 128-bit numbers. The zone of a link-local address
 * stands in the number too, in bits 64 to 95, which are zero in every real one (RFC 4291 2.5.6): so
 * one integer is the whole identity of a host.
 */
#pragma once

#include "inet/addr.h"

struct range {
	unsigned __int128 first, last; /* both included */
};

struct ranges {
	struct range *v;
	size_t n;
	size_t cap;
};

unsigned __int128 addr_number(const struct addr *a);
struct addr addr_of_number(unsigned __int128 number);

/* "10.0.0.1", "10.0.0.0/16", "10.0.0.1-10.0.3.255", "10.0.0.1-50", "2001:db8::/120", "[::1]",
 * "fe80::1%2". ERR_INPUT with the offset. */
must_use struct err range_parse(struct span text, struct range *ret_range);

/* An empty set is {0}. */
void ranges_done(struct ranges *set);
/* IPv4's mapped block, where an IPv6 range reaches over it, is left out. ERR_LIMIT when too
 * many. */
must_use struct err ranges_add(struct ranges *set, struct range range);
/* Sorts and joins what overlaps or touches. Before subtract and find. */
void ranges_merge(struct ranges *set);
/* Takes `minus` away; both merged before, and set merged after. */
must_use struct err ranges_subtract(struct ranges *set, const struct ranges *minus);
/* The range that holds the number, or NULL. */
const struct range *ranges_find(const struct ranges *set, unsigned __int128 number);
