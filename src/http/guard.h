/*
 * guard.h: which addresses a webhook may lead to. What a user types as a target must not reach the
 * services of this host, the cloud's metadata or the inner network (SSRF). It is asked with the
 * address that is about to be connected, after the name was resolved, so a name that changes its
 * mind (DNS rebinding) gains nothing.
 */
#pragma once

#include "inet/cidr.h"

struct guard {
	const struct cidr *allowed; /* "allow webhooks to"; opens everything but what never is */
	size_t n_allowed;
};

/* NULL: it may; else why not, as in "is private: allow webhooks to it in the settings". Addresses
 * of IPv4 inside of IPv6 (NAT64, 6to4, mapped) are looked at themselves. */
const char *guard_refuses(const struct guard *guard, const struct addr *a);
