/*
 * coverage.c: three runs cover nothing, whatever they were asked to. One that was stopped. One
 * shard of several: the others' endpoints are not gone. And one in which nobody answered at all:
 * that is the news of our own network (a cable, a route, a firewall), not of every endpoint in the
 * inventory.
 */
#include "scan/coverage.h"

bool coverage_has(const struct coverage *c, const struct addr *a, uint16_t port)
{
	if (!c->targets || !c->completed || c->shards != 1 || c->answered == 0)
		return false;
	return targets_covers(c->targets, a, port);
}
