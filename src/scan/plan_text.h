/*
 * plan_text.h: what a scan would do, in lines for a person: --dry-run. Asks nobody.
 */
#pragma once

#include "base/buf.h"
#include "inet/targets.h"
#include "net/route.h"
#include "net/source_ports.h"

struct plan_facts {
	const struct targets *targets;
	const struct routes *routes; /* counted and resolved; NULL: no ways are told */
	/* Of the raw engine (link/tx.h: tx_name); NULL: everything goes by connections. */
	const char *sender;
	struct source_ports ports; /* of raw probes */
	uint32_t shards;
	uint32_t rate; /* packets (or connections) per second; 0: no limit */
	bool adaptive; /* that is the most, and the network may slow it down */
	unsigned tries; /* by connections, of who does not answer */
	unsigned per_host, timeout_s; /* of connections; per_host 0: not known */
	uint32_t concurrency; /* 0: as many as are wanted */
};

void plan_text(const struct plan_facts *facts, struct buf *text);
