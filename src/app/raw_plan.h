/*
 * raw_plan.h: what the raw engine of a scan needs, opened by the warden while it may.
 */
#pragma once

#include "base/siphash.h"
#include "net/held_ports.h"
#include "scan/ceilings.h"
#include "scan/pace.h"
#include "scan/raw_links.h"

struct raw_plan {
	struct routes *routes;
	struct held_ports ports;
	struct raw_links **links; /* of each worker, its engine's from the fork on */
	bool connect_too; /* some targets cannot be reached by packets: to be told */
	struct siphash_key key; /* another for each run */
	struct pace_limits pace; /* of all workers together */
	bool slower; /* than somebody asked for: as fast as the ceilings allow */
	struct ceilings_limits ceilings;
	double coverage; /* 0 to 1 */
};
