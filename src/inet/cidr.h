/*
 * cidr.h: an address prefix, "10.0.0.0/8" or "2001:db8::/32". As with struct addr, IPv4 is held in
 * its mapped form, so a prefix counts its bits of 128: an IPv4 /8 has 104.
 */
#pragma once

#include "inet/addr.h"

struct cidr {
	struct addr addr; /* the first address: host bits are zero */
	unsigned bits; /* of 128 */
};

/* With or without "/n"; an address alone is a prefix of all its bits. Host bits are dropped: a user
 * who writes 192.168.1.7/24 means that network. ERR_INPUT with the offset. */
must_use struct err cidr_parse(struct span text, struct cidr *ret_cidr);
bool cidr_contains(const struct cidr *c, const struct addr *a);
/* The last address. */
struct addr cidr_last(const struct cidr *c);
/* "10.0.0.0/8". Returns text. */
const char *cidr_text(const struct cidr *c, char text[ADDR_TEXT_MAX + 8]);
