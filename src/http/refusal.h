/*
 * refusal.h: a request that never gets to a handler: the status, and why, for who sent it.
 */
#pragma once

#include "base/err.h"

struct refusal {
	unsigned status; /* 0: none */
	const char *why; /* static text, one clause, without quotes or backslashes */
};

static const struct refusal FINE = {0, NULL};

static inline bool refusal_is(struct refusal r)
{
	return r.status != 0;
}
