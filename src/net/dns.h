/*
 * dns.h: names without blocking: c-ares on our loop. Answers are bounded and come once.
 */
#pragma once

#include "base/err.h"
#include "inet/addr.h"
#include "net/loop.h"

enum { DNS_ADDRS_MAX = 64 };

struct dns;

/* Reads resolv.conf and (for names, not for PTR) /etc/hosts now: before a sandbox forbids it. */
must_use struct err dns_new(struct loop *loop, unsigned timeout_ms, struct dns **ret_dns);
/* Pending questions are answered with an error first. */
void dns_free(struct dns *d);

/* Every A and AAAA. On failure n is 0 and e says why. */
typedef void dns_addrs_fn(void *context, struct err e, const struct addr *addrs, size_t n);
void dns_lookup(struct dns *d, const char *name, dns_addrs_fn *answered, void *context);
/* The PTR name, lower case, without the last dot; "" if there is none. */
typedef void dns_name_fn(void *context, const char *name);
void dns_reverse(struct dns *d, const struct addr *a, dns_name_fn *answered, void *context);
