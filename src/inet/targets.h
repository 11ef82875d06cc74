/*
 * targets.h: what is to be scanned, as numbers. Address ranges times ports, named hosts times
 * ports, and explicit address:port pairs, less the excludes: sorted, merged, each counted once.
 * Target k is computed, never listed: a /8 times 1000 ports costs 40 bytes for the range and 2 KB
 * for the ports.
 */
#pragma once

#include "inet/addr.h"
#include "inet/ports.h"
#include "inet/range.h"

struct targets;

struct target {
	struct addr addr;
	uint16_t port;
	/* Which host it is, the same number for each of its ports: deals hosts to workers. */
	uint64_t host;
	const char *name; /* "" or the host's own name; lives as long as the targets */
	bool alone; /* the port set has it written by itself (inet/ports.h): of a pair too */
};

must_use struct err targets_new(struct targets **ret_targets);
void targets_free(struct targets *t);

/* "10.0.0.1", "10.0.0.0/16", "10.0.0.1-10.0.3.255", "10.0.0.1-50", "2001:db8::/120", "[::1]".
 * ERR_INPUT with an offset where it is none of these (a host name, say), or nobody's address
 * (multicast, broadcast, 0.0.0.0/8, ::, link-local without its zone), or of IPv6 and larger than a
 * /96, whatever will be excluded. Within a larger range those addresses are skipped, and so is
 * reserved space (inet/space.h). */
must_use struct err targets_add(struct targets *t, struct span text);
/* The same forms; taken away from ranges, names and pairs alike. */
must_use struct err targets_exclude(struct targets *t, struct span text);
/* A resolved host name: asked with its name. The same pair twice counts once. */
must_use struct err targets_add_name(struct targets *t, const struct addr *a, const char *name);
/* One known open port, whatever the port set is. name may be "". */
must_use struct err targets_add_pair(
    struct targets *t, const struct addr *a, uint16_t port, const char *name);
/* Copies. The ports for ranges and names. */
must_use struct err targets_set_ports(struct targets *t, const struct ports *ports);
/* After the last add; before count and at. ERR_LIMIT: IPv6 networks that touch and are too large
 * together, or more targets than 63 bits count. */
must_use struct err targets_seal(struct targets *t);

uint64_t targets_count(const struct targets *t);
uint64_t targets_hosts(const struct targets *t);
/* Differs, all but surely, from that of targets which are numbered in another way. */
uint64_t targets_mark(const struct targets *t);
/* k < count. */
struct target targets_at(const struct targets *t, uint64_t k);
/* How many addresses are on the public Internet, each counted once: of ranges and of pairs, but for
 * hosts that were given by name: who knows a name is likely to know the host. */
uint64_t targets_public(const struct targets *t);
/* host < hosts. */
struct addr targets_host(const struct targets *t, uint64_t host);
/* Has a host a target whose number is one of this shard's (shard modulo shards)? For one that only
 * names and pairs know the answer is yes. */
bool targets_host_in_shard(const struct targets *t, uint64_t host, uint32_t shard, uint32_t shards);
/* The hosts whose addresses lie in a range, as numbers of hosts: one stretch of those in the
 * address ranges, one of the others; either may be empty. */
struct stretch {
	uint64_t first, n;
};
void targets_hosts_in(const struct targets *t, struct range range, struct stretch ret_hosts[2]);
/* The numbers of the targets at this address (with its zone, if link-local) and port, ascending:
 * any number of names may share it. false of each: that is enough. How many were told. */
typedef bool targets_found_fn(void *context, uint64_t k);
size_t targets_find(const struct targets *t, const struct addr *a, uint16_t port,
    targets_found_fn *each, void *context);
/* Was this endpoint among what was to be scanned? For "vanished". */
bool targets_covers(const struct targets *t, const struct addr *a, uint16_t port);
