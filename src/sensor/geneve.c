/*
 * geneve.c: any ethertype in UDP, with options (RFC 8926 3.4): what load balancers of clouds hand
 * to an inspecting machine. Looks like one: version 0, reserved bits 0.
 */
#include "sensor/layer.h"

enum { GENEVE_HEADER = 8 };

bool geneve_looks(const struct layer *l)
{
	const uint8_t *h = l->rest.p;

	if (l->rest.n < GENEVE_HEADER)
		return l->cut > 0; /* what there is says nothing */
	return h[0] >> 6 == 0 && (h[1] & 0x3f) == 0 && h[7] == 0 &&
	       (be16(h + 2) == 0x6558 || be16(h + 2) == 0x0800 || be16(h + 2) == 0x86dd);
}

enum peel geneve_peel(struct layer *l)
{
	const uint8_t *h = l->rest.p;

	if (!layer_take(l, GENEVE_HEADER) || !layer_take(l, (size_t)(h[0] & 0x3f) * 4))
		return layer_short(l);
	return layer_ethertype(l, be16(h + 2));
}
