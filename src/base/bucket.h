/*
 * bucket.h: a rate limit. Time is an argument, in microseconds.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct bucket {
	uint64_t gap_ns; /* between two takes at the full rate; 0: unlimited */
	uint64_t burst_ns; /* how far ahead of its time a take may be */
	uint64_t next_ns; /* when the next take has its time */
};

/* per_second 0: unlimited. burst_us: what may come at once is a take and so long a time's worth of
 * them. */
void bucket_init(struct bucket *b, uint32_t per_second, uint32_t burst_us);
/* Another rate from now on; what was taken stays taken. */
void bucket_set_rate(struct bucket *b, uint32_t per_second);
/* false: not now, but in *ret_wait_us (untouched on true). */
bool bucket_take(struct bucket *b, uint64_t now_us, uint64_t *ret_wait_us);
