/*
 * source_ports.h: the ports that raw probes come from. Our kernel must not know them: it gives
 * connections ports of ip_local_port_range, so ours lie outside (or among those that
 * ip_local_reserved_ports keeps free), where nobody on this machine has one either. Then its reset
 * closes what a probe half opened, and no answer to a probe is taken for a connection's. Another
 * window each run: firewalls on the way remember the connections of the last.
 */
#pragma once

#include "inet/ports.h"

struct source_ports {
	uint16_t first, n;
};

/* One window for all workers, as /proc tells now. random: any number, another one each run. */
must_use struct err source_ports_pick(
    uint32_t workers, uint64_t random, struct source_ports *ret_ports);
/* What is not to be used: of this network namespace, now. */
void source_ports_taken(struct ports *ret_taken);
/* The same from a set of ports that are not to be used. ERR_LIMIT where there is no room. */
must_use struct err source_ports_choose(
    const struct ports *taken, uint32_t workers, uint64_t random, struct source_ports *ret_ports);
/* One worker's part: SOURCE_PORTS_MIN ports or more. */
struct source_ports source_ports_slice(
    const struct source_ports *p, uint32_t worker, uint32_t workers);
