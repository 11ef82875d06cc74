/*
 * cookie.c: SipHash of the four-tuple, shorter for IPv4. Lengths differ, so the families do not
 * meet.
 */
#include "scan/cookie.h"

/* Sizes are constants, for the compiler. */
static size_t put(uint8_t *at, const struct addr *a)
{
	if (addr_is_v4(a)) {
		memcpy(at, a->b + 12, 4);
		return 4;
	}
	memcpy(at, a->b, 16);
	return 16;
}

uint32_t cookie_of(const struct siphash_key *key, const struct addr *from, const struct addr *to,
    uint16_t from_port, uint16_t to_port)
{
	uint8_t tuple[36];
	uint16_t ports[2] = {from_port, to_port};
	size_t n = put(tuple, from);

	n += put(tuple + n, to);
	memcpy(tuple + n, ports, sizeof(ports));
	return (uint32_t)siphash(key, tuple, n + sizeof(ports));
}
