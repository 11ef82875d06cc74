/*
 * ceilings.h: what one host and one network (a /24, of IPv6 a /64) may meet of our packets, however
 * fast the scan as a whole is: a thousand ports of few hosts would otherwise all go to them. Memory
 * does not grow with the targets: hosts share rows, and only in numbers that no ceiling notices.
 */
#pragma once

#include "base/err.h"
#include "inet/targets.h"

struct ceilings_limits {
	uint32_t per_host, per_net; /* packets a second; 0: any */
};
/* What all targets together may meet, if each host is there: `rate`, or less. */
uint32_t ceilings_rate(
    const struct ceilings_limits *limits, const struct targets *targets, uint32_t rate);

struct ceilings {
	struct ceilings_limits limits;
	uint64_t *hosts, *nets; /* until when each has its share, in nanoseconds */
};

/* false: out of memory. */
bool ceilings_init(struct ceilings *c, const struct ceilings_limits *limits);
void ceilings_done(struct ceilings *c);
/* May another packet go to this address now? */
bool ceilings_allow(const struct ceilings *c, const struct addr *a, uint64_t now_us);
void ceilings_spend(struct ceilings *c, const struct addr *a, uint64_t now_us);
