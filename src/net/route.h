/*
 * route.h: the way of each address: over which link, to which next hop, from which address of ours.
 * The kernel itself is asked, as connect(2) would ask it, once for every stretch between two of its
 * prefixes: so policy rules by protocol and source, tables and metrics hold without being
 * understood here. What depends on more than that goes by connections (net/kernel_only.h).
 * Afterwards finding calls nobody.
 */
#pragma once

#include "inet/addr.h"
#include "inet/range.h"
#include "net/links.h"

struct targets;

enum route_kind {
	ROUTE_NONE, /* nothing can be sent there */
	/* By the kernel's own sockets only: this machine itself, a tunnel, a link without
	 * Ethernet, what net/kernel_only.h knows. */
	ROUTE_CONNECT,
	ROUTE_ON_LINK, /* its MAC is to be asked for (scan/sweep.h) */
	ROUTE_GATEWAY,
};

struct route {
	enum route_kind kind;
	int link; /* index; 0 where there is none */
	struct addr from; /* our address */
	struct addr gateway; /* may be IPv6 for IPv4 (RFC 8950) */
	uint8_t mac[6]; /* the gateway's, where has_mac */
	bool has_mac;
	const char *why; /* of ROUTE_NONE and ROUTE_CONNECT, static: "a blackhole route" */
	/* Of ROUTE_NONE: what connect(2) fails with; 0 of a broadcast address. */
	int os_error;
	uint64_t hosts; /* targets that go this way (routes_count) */
};

struct routes;

/* Links, prefixes and their ways, as they are now. ERR_LIMIT where this machine has more of them
 * than limits.h allows. No privileges. */
must_use struct err routes_new(struct routes **ret_routes);
void routes_free(struct routes *r);

/* Never NULL. Calls nobody: it is asked for each probe. The pointer stays. */
const struct route *routes_find(const struct routes *r, const struct addr *to);
/* NULL: none of that index. */
const struct link_info *routes_link(const struct routes *r, int link);

/* How many of the targets' hosts go each way. */
void routes_count(struct routes *r, const struct targets *t);
/* The ways, each once, in the order of the lowest address that goes it. */
const struct route *routes_ways(const struct routes *r, size_t *ret_n);
/* The stretches of addresses, ascending; *at begins at 0. false: no more. */
bool routes_next(
    const struct routes *r, size_t *at, struct range *ret_range, const struct route **ret_route);

/* Where targets go now, if that is another way than before: to another next hop, from an address or
 * MAC that is ours no more, by a link that has lost its carrier. Policies of IPsec and rules with
 * ports are taken to be as they were. */
struct route_end {
	struct route route;
	char link[IFNAMSIZ];
	bool running; /* the link is */
};
struct route_move {
	struct addr to; /* a target of them */
	struct route_end was, is;
};
must_use struct err routes_moved(
    const struct routes *r, const struct targets *t, bool *ret_moved, struct route_move *ret_move);

/* The gateways' MACs, as the kernel's table of neighbours has them; it is made to ask for the
 * missing by an empty datagram to each (port 9, discard), and waited for so long. Only for gateways
 * that targets go by, if routes_count() was called. Who does not answer stays without has_mac. */
must_use struct err routes_resolve(struct routes *r, uint64_t wait_us);
/* Looks again, without waiting: MACs change while a long scan runs. One that has gone is kept. */
must_use struct err routes_refresh(struct routes *r);
/* The same, of one row that the kernel tells of its neighbours (net/netlink.h). */
void routes_neighbour(struct routes *r, const void *row);
