/*
 * sweep.h: who of the targets on local networks is there. Each is asked for its MAC, by ARP or NDP,
 * before anything else is sent to it: a probe needs the MAC, and an address where nobody is costs
 * one small frame instead of a thousand probes. Pure but for what it sends: time is the caller's.
 */
#pragma once

#include "base/siphash.h"
#include "inet/frame.h"
#include "inet/targets.h"
#include "net/route.h"
#include "scan/walk.h"

struct sweep;

/* Sends one whole frame over a link (its interface index). false: no room now. */
typedef bool sweep_send_fn(void *context, int link, const uint8_t *frame, size_t n);
/* false: nothing is ever sent over this link, so nobody behind it is asked. */
typedef bool sweep_reaches_fn(void *context, int link);

struct sweep_config {
	const struct targets *targets; /* both must outlive the sweep */
	const struct routes *routes;
	sweep_send_fn *send;
	sweep_reaches_fn *reaches; /* NULL: any link */
	void *context;
	struct walk_share share; /* whose hosts are asked */
	struct siphash_key key; /* random */
};

/* Targets without any host on a local network make a sweep that is done at once. */
must_use struct err sweep_new(const struct sweep_config *config, struct sweep **ret_sweep);
void sweep_free(struct sweep *s);

/* Asks up to so many hosts, and no more than SWEEP_RATE_MAX a second; how many it asked: 0, too,
 * while it waits for answers. */
uint32_t sweep_step(struct sweep *s, uint32_t allowed, uint64_t now_us);
/* A frame that came in by a link. By ARP, whoever asks or announces himself is there, too. */
void sweep_heard(struct sweep *s, int link, const struct frame *f);
bool sweep_done(const struct sweep *s, uint64_t now_us);
/* NULL: not there, or not yet. For addresses whose route is ROUTE_ON_LINK. Before sweep_done only a
 * MAC means anything; after it, whoever speaks late is still heard. */
const uint8_t *sweep_mac(const struct sweep *s, const struct addr *a);

struct sweep_counts {
	uint64_t hosts; /* targets of this worker on local networks */
	uint64_t present;
	uint64_t sent; /* frames */
	uint64_t no_room; /* answers that the table had no room for */
};
struct sweep_counts sweep_counts(const struct sweep *s);
