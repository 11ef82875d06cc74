/*
 * coverage.h: what a run has truly asked. "Vanished" is covered and not seen, so whatever is
 * wrongly taken for covered becomes a false alarm.
 */
#pragma once

#include "inet/targets.h"

struct coverage {
	const struct targets *targets; /* NULL: nothing (an import) */
	uint32_t shards;
	bool completed;
	uint64_t answered; /* targets that were open or refused */
};

bool coverage_has(const struct coverage *c, const struct addr *a, uint16_t port);
