/*
 * moment.h: a time as people and Elasticsearch write it. It is as long as it is exact: 2026-03 is a
 * month, now/d a day, a time with its seconds a second. So "before March" and "in March" mean what
 * they say.
 *
 *	now	now+30d	now-1h/d	2026	2026-03	2026-03-01	2026-03-01T12:00:00Z
 *	2026-03-01||+1M/d	@1767225600
 */
#pragma once

#include "base/err.h"
#include "base/span.h"

struct moment {
	int64_t from_s, to_s; /* to_s is the first second after it */
};

/* Units are y, M (months), w, d, h, m (minutes), s. ERR_INPUT with the offset and what was
 * expected there. */
must_use struct err moment_parse(struct span text, int64_t now_s, struct moment *ret_moment);
