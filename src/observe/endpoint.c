/*
 * endpoint.c: an endpoint as the bytes of a key. What follows it in a key cannot run together with
 * the name, which ends with its NUL.
 */
#include "observe/endpoint.h"

#include <string.h>

size_t endpoint_key(const struct endpoint *e, uint8_t key[ENDPOINT_KEY_MAX])
{
	const struct {
		const void *p;
		size_t n;
	} parts[] = {
	    {e->addr.b, sizeof(e->addr.b)},
	    {&e->addr.zone, sizeof(e->addr.zone)},
	    {&e->port, sizeof(e->port)},
	    {&e->transport, sizeof(e->transport)},
	    {e->name, strnlen(e->name, NAME_MAX_LEN - 1)},
	};
	size_t n = 0;

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		memcpy(key + n, parts[i].p, parts[i].n);
		n += parts[i].n;
	}
	key[n++] = 0;
	return n;
}
