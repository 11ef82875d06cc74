/*
 * dns.h: names without blocking: c-ares on our loop. Every question gets its answer once, in time,
 * and (but when memory has run out) not from within the question itself. The answers are bounded.
 */
#pragma once

#include "base/err.h"
#include "inet/addr.h"
#include "net/loop.h"

enum { DNS_ADDRS_MAX = 64, DNS_NAME_MAX = 254 };

struct dns;

/*
 * Reads resolv.conf now, before a sandbox forbids it; afterwards only dns_lookup opens a file
 * (/etc/hosts). timeout_ms bounds the whole of one question, all servers and repetitions.
 */
must_use struct err dns_new(struct loop *loop, unsigned timeout_ms, struct dns **ret_dns);
/* Pending questions are answered with an error first. Not from an answer. */
void dns_free(struct dns *d);
/* Other servers than those of resolv.conf: "127.0.0.1:5353,[::1]:53". */
must_use struct err dns_set_servers(struct dns *d, const char *servers);

/* Every A and AAAA. On failure n is 0 and e says why. */
typedef void dns_addrs_fn(void *context, struct err e, const struct addr *addrs, size_t n);
void dns_lookup(struct dns *d, const char *name, dns_addrs_fn *answered, void *context);
/* The PTR name, lower case, without the last dot; "" if there is none, or none that can be a host's
 * name. */
typedef void dns_name_fn(void *context, const char *name);
void dns_reverse(struct dns *d, const struct addr *a, dns_name_fn *answered, void *context);
