/*
 * checksum.c: a ones' complement sum. 32 bits hold the carries of 65,536 words, so they are folded
 * in at the end only (RFC 1071 2).
 */
#include "inet/checksum.h"

uint32_t checksum_add(uint32_t sum, const void *p, size_t n)
{
	const uint8_t *b = p;

	for (; n > 1; b += 2, n -= 2)
		sum += (uint32_t)b[0] << 8 | b[1];
	return n ? sum + ((uint32_t)b[0] << 8) : sum;
}

uint16_t checksum_end(uint32_t sum)
{
	sum = (sum >> 16) + (sum & 0xffff);
	sum += sum >> 16;
	return (uint16_t)~sum;
}

/* Equation 3 of RFC 1624, which ends at the right one of the two zeros. */
uint16_t checksum_change(uint16_t checksum, uint16_t from, uint16_t to)
{
	return checksum_end((uint32_t)(uint16_t)~checksum + (uint16_t)~from + to);
}
