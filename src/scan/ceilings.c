/*
 * ceilings.c: each row keeps the time at which what was sent would have been sent at its ceiling
 * (the generic cell rate algorithm); a packet may go while that is no more than a burst ahead.
 *
 * Rows are shared, and shared rows are stricter, never laxer. Neighbours have rows of their own:
 * the number of a row is the last bits of the address, moved by a hash of the bits before them. A
 * scan that is wide enough for strangers to share rows sends little to each of them.
 */
#include "scan/ceilings.h"

#include "scan/limits.h"

#include <stdlib.h>

enum { SECOND_NS = 1000000000, LAST_BITS = 16, NET_BITS_V4 = 8, NET_BITS_V6 = 64 };

_Static_assert(CEILING_HOSTS >= 1 << LAST_BITS, "neighbours have rows of their own");

/* The network around an address: a /24, of IPv6 a /64. */
static struct range net_of(const struct addr *a)
{
	unsigned __int128 last =
	    ((unsigned __int128)1 << (addr_is_v4(a) ? NET_BITS_V4 : NET_BITS_V6)) - 1;
	unsigned __int128 first = addr_number(a) & ~last;

	return (struct range){first, first | last};
}

/* Of the host after those of this one's network. */
static uint64_t after_net(const struct targets *t, uint64_t host)
{
	struct addr a = targets_host(t, host);
	struct stretch inside[2];

	targets_hosts_in(t, net_of(&a), inside);
	for (size_t i = 0; i < 2; i++)
		if (host >= inside[i].first && host < inside[i].first + inside[i].n)
			return inside[i].first + inside[i].n;
	return host + 1;
}

uint32_t ceilings_rate(
    const struct ceilings_limits *limits, const struct targets *targets, uint32_t rate)
{
	uint64_t hosts = targets_hosts(targets), host = 0, nets = 0;

	if (limits->per_host && hosts * limits->per_host < rate)
		rate = (uint32_t)(hosts * limits->per_host);
	for (; host < hosts && limits->per_net && nets * limits->per_net < rate; nets++)
		host = after_net(targets, host);
	if (limits->per_net && nets * limits->per_net < rate)
		rate = (uint32_t)(nets * limits->per_net);
	return rate;
}

bool ceilings_init(struct ceilings *c, const struct ceilings_limits *limits)
{
	*c = (struct ceilings){
	    .limits = *limits,
	    .hosts = calloc(CEILING_HOSTS, sizeof(*c->hosts)),
	    .nets = calloc(CEILING_NETS, sizeof(*c->nets)),
	};
	return c->hosts && c->nets;
}

void ceilings_done(struct ceilings *c)
{
	free(c->hosts);
	free(c->nets);
	*c = (struct ceilings){0};
}

static uint64_t mixed(uint64_t x)
{
	x *= UINT64_C(0x9e3779b97f4a7c15);
	return x >> 32;
}

static uint64_t *host_row(const struct ceilings *c, const struct addr *a)
{
	unsigned __int128 number = addr_number(a);
	uint64_t low = (uint64_t)number, high = (uint64_t)(number >> NET_BITS_V6);

	return &c->hosts[(low + mixed(high + (low >> LAST_BITS))) % CEILING_HOSTS];
}

static uint64_t *net_row(const struct ceilings *c, const struct addr *a)
{
	unsigned __int128 number = addr_number(a);
	uint64_t high = (uint64_t)(number >> NET_BITS_V6);

	if (addr_is_v4(a))
		return &c->nets[((uint64_t)number >> NET_BITS_V4) % CEILING_NETS];
	return &c->nets[(high + mixed(high >> LAST_BITS)) % CEILING_NETS];
}

static bool allows(uint64_t busy_until_ns, uint32_t limit, uint64_t now_us)
{
	return limit == 0 || busy_until_ns <= (now_us + CEILING_BURST_US) * 1000;
}

static void spend(uint64_t *busy_until_ns, uint32_t limit, uint64_t now_us)
{
	if (limit == 0)
		return;
	if (*busy_until_ns < now_us * 1000)
		*busy_until_ns = now_us * 1000;
	*busy_until_ns += SECOND_NS / limit;
}

bool ceilings_allow(const struct ceilings *c, const struct addr *a, uint64_t now_us)
{
	return allows(*host_row(c, a), c->limits.per_host, now_us) &&
	       allows(*net_row(c, a), c->limits.per_net, now_us);
}

void ceilings_spend(struct ceilings *c, const struct addr *a, uint64_t now_us)
{
	spend(host_row(c, a), c->limits.per_host, now_us);
	spend(net_row(c, a), c->limits.per_net, now_us);
}
