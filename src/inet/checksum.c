/*
 * checksum.c: a ones' complement sum. Words of 32 bits are summed, for 2^16 is 1 here; 64 bits hold
 * their carries, which are folded in at the end (RFC 1071 2).
 */
#include "inet/checksum.h"

#include <endian.h>
#include <string.h>

uint32_t checksum_add(uint32_t sum, const void *p, size_t n)
{
	const uint8_t *b = p;
	uint64_t wide = sum;
	uint32_t word;

	for (; n >= sizeof(word); b += sizeof(word), n -= sizeof(word)) {
		memcpy(&word, b, sizeof(word));
		wide += be32toh(word);
	}
	if (n >= 2)
		wide += (uint64_t)b[0] << 8 | b[1];
	if (n & 1)
		wide += (uint64_t)b[n - 1] << 8;
	return (uint32_t)((wide >> 32) + (wide >> 16 & 0xffff) + (wide & 0xffff));
}
