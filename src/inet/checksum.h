/*
 * checksum.h: the Internet checksum (RFC 1071), in pieces: sums of parts are added as plain
 * numbers, in any order, and folded once at the end. So what is constant is summed once.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* sum and the 16-bit words of n bytes, at most 64 KB; an odd last byte is the high half of its
 * word, so only the last part may have one. */
uint32_t checksum_add(uint32_t sum, const void *p, size_t n);
/* What stands in the header: the complement. Over bytes that hold their right checksum it is 0. */
static inline uint16_t checksum_end(uint32_t sum)
{
	sum = (sum >> 16) + (sum & 0xffff);
	sum += sum >> 16;
	return (uint16_t)~sum;
}
