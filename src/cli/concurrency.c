/*
 * concurrency.c: the limit is settled with the plan, and told when the engine is known: of packets
 * no file is open.
 */
#include "cli/concurrency.h"

#include "net/rlimit.h"

#include <stdio.h>

enum { SPARE_FILES = 500 /* the store, channels, name servers, and what libraries open */ };

void concurrency_settle(struct scan_plan *plan, uint32_t wanted)
{
	uint32_t files = rlimit_raise();
	uint32_t each = files > 2 * SPARE_FILES ? files - SPARE_FILES : files / 2;
	uint64_t most = (uint64_t)each * plan->workers;

	plan->concurrency = (uint32_t)(wanted && wanted < most ? wanted : most);
}

void concurrency_tell(const struct scan_plan *plan, uint32_t wanted, bool connects)
{
	uint64_t in_flight = connects ? (uint64_t)plan->rate * plan->timeout_s : 0;

	if ((wanted ? wanted : in_flight) > plan->concurrency)
		fprintf(stderr,
		    "certscape: the limit of open files (%u) allows %u connections at once\n",
		    rlimit_raise(), plan->concurrency);
}
