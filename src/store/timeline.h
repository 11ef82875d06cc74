/*
 * timeline.h: when certificates end, in buckets of whole days.
 */
#pragma once

#include "store/listing.h"

struct ending {
	int64_t at_s;
	uint64_t certificates, endpoints; /* that end then; rows */
};

/* timeline->from_s, to_s and n say what is wanted (listing.h). */
must_use struct err timeline_lay(
    const struct ending *endings, size_t n, int64_t now_s, struct timeline *timeline);
