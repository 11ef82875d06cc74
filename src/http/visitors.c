/*
 * visitors.c: a row for each address that is connected now; it goes with the last connection.
 */
#include "http/visitors.h"

#include <stdlib.h>

void visitors_init(struct visitors *v, const struct siphash_key *key, size_t max)
{
	map_init(&v->by_address, key, max);
}

void visitors_done(struct visitors *v)
{
	size_t at = 0;
	struct visitor *one;

	while ((one = map_next(&v->by_address, &at)))
		free(one);
	map_done(&v->by_address);
}

struct visitor *visitors_enter(struct visitors *v, const struct addr *a, size_t max)
{
	struct visitor fresh = {.n = 0}, *one;
	struct span key = span_of(fresh.key, sizeof(fresh.key));

	memcpy(fresh.key, a->b, addr_is_v4(a) ? 16 : 8);
	one = map_get(&v->by_address, key);
	if (!one) {
		one = malloc(sizeof(*one));
		if (!one)
			return NULL;
		*one = fresh;
		if (!map_put(&v->by_address, span_of(one->key, sizeof(one->key)), one)) {
			free(one);
			return NULL;
		}
	}
	if (one->n >= max)
		return NULL;
	one->n++;
	return one;
}

void visitors_leave(struct visitors *v, struct visitor *visitor)
{
	if (!visitor || --visitor->n)
		return;
	map_remove(&v->by_address, span_of(visitor->key, sizeof(visitor->key)));
	free(visitor);
}
