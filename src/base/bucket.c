/*
 * bucket.c: a token bucket kept as one number, the time at which the next take would have its turn
 * if they were evenly spaced (the generic cell rate algorithm, ITU-T I.371). Nothing has to be
 * filled up, and nothing is lost to rounding at low rates.
 */
#include "base/bucket.h"

void bucket_init(struct bucket *b, uint32_t per_second, uint32_t burst_us)
{
	*b = (struct bucket){.burst_ns = (uint64_t)burst_us * 1000};
	bucket_set_rate(b, per_second);
}

void bucket_set_rate(struct bucket *b, uint32_t per_second)
{
	b->gap_ns = per_second ? UINT64_C(1000000000) / per_second : 0;
}

bool bucket_take(struct bucket *b, uint64_t now_us, uint64_t *ret_wait_us)
{
	uint64_t now_ns = now_us * 1000;
	uint64_t turn_ns = b->next_ns > now_ns ? b->next_ns : now_ns;

	if (b->gap_ns == 0)
		return true;
	if (turn_ns - now_ns > b->burst_ns) {
		*ret_wait_us = (turn_ns - now_ns - b->burst_ns + 999) / 1000;
		return false;
	}
	b->next_ns = turn_ns + b->gap_ns;
	return true;
}
