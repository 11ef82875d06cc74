/*
 * sums.h: the checksums of a whole frame, summed the slow way: nothing of src/ is believed.
 */
#pragma once

#include "lib/test.h"

/* As RFC 1071 1 says it: end-around carry after each word. */
static inline uint16_t slow_sum(uint16_t sum, const uint8_t *p, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		uint32_t word = i % 2 ? p[i] : (uint32_t)p[i] << 8;
		uint32_t more = sum + word;

		sum = (uint16_t)(more > 0xffff ? more - 0xffff : more);
	}
	return sum;
}

static inline size_t sums_ip_at(const uint8_t *frame)
{
	return frame[12] == 0x81 && frame[13] == 0 ? 18 : 14;
}

/* Are IPv4's header and the content right? IPv6 without extension headers. */
static inline bool sums_are_right(const uint8_t *frame)
{
	const uint8_t *ip = frame + sums_ip_at(frame);
	bool v6 = ip[0] >> 4 == 6;
	size_t head_n = v6 ? 40 : 20;
	size_t n = v6 ? (size_t)ip[4] << 8 | ip[5] : ((size_t)ip[2] << 8 | ip[3]) - 20;
	uint8_t tail[4] = {(uint8_t)(n >> 8), (uint8_t)n, 0, v6 ? ip[6] : ip[9]};
	uint16_t sum = slow_sum(0, v6 ? ip + 8 : ip + 12, v6 ? 32 : 8);

	if (!v6 && slow_sum(0, ip, head_n) != 0xffff)
		return false;
	sum = slow_sum(sum, tail, sizeof(tail));
	return slow_sum(sum, ip + head_n, n) == 0xffff;
}
