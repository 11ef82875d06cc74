/*
 * prober.h: probes as frames. A target is found by the route of its address and the hardware
 * address of the next hop; the frame of a next hop is constant but for a few words. Nothing is
 * remembered of a probe: its sequence number is a keyed hash of who and whom, so that an answer
 * proves itself.
 */
#pragma once

#include "inet/answer.h"
#include "inet/syn.h"
#include "scan/cookie.h"
#include "scan/raw_links.h"
#include "scan/sweep.h"

struct hop {
	const struct route *route;
	struct raw_link *link;
	struct syn_template frame;
};

struct prober {
	struct raw_links *links;
	struct sweep *sweep; /* who is there on our own networks */
	struct siphash_key key;
	struct hop hops[HOPS_MAX]; /* a ring */
	size_t n_hops, next_hop;
	struct hop *last;
	const struct link_info *stuck; /* took nothing at the last flush; NULL: all did */
};

struct probe_way {
	uint64_t step; /* spreads probes over our ports */
	unsigned pass; /* from 1: each comes from another port */
	bool second; /* of the sample: from another half of our ports */
};

void prober_init(
    struct prober *p, struct raw_links *links, struct sweep *sweep, const struct siphash_key *key);
enum probed {
	PROBE_SENT,
	PROBE_ABSENT, /* nobody is there */
	PROBE_NO_WAY, /* no route leads there */
	PROBE_ELSEWHERE, /* packets do not go there; who connects may reach it */
	PROBE_FULL, /* flush first */
};
enum probed prober_send(struct prober *p, const struct target *t, const struct probe_way *way);
/* Hands over to the kernel what was sent, on every link. An error is of `stuck`: what is for that
 * link waits for another flush. */
must_use struct err prober_flush(struct prober *p);
struct tx_counts prober_counts(const struct prober *p);

/* Is it an answer to one of our probes? */
bool prober_knows(const struct prober *p, const struct answer *a);
/* To which of them: its port tells. */
struct probe_way prober_way(const struct prober *p, const struct answer *a, uint64_t step);
/* Ends the connection that a SYN-ACK offers. False: it could not be sent. */
bool prober_reset(struct prober *p, const struct answer *a);
