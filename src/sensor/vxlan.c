/*
 * vxlan.c: Ethernet in UDP (RFC 7348). Any client may own the port by chance, so the header must
 * look like one: the flag that the network's number is valid, and no other but that of Microsoft's
 * group policy. No content type of TLS (20 .. 26) passes for such a byte.
 */
#include "sensor/layer.h"

enum { VXLAN_HEADER = 8, VXLAN_VALID = 0x08, VXLAN_POLICY = 0x80 };

bool vxlan_looks(const struct layer *l)
{
	if (l->rest.n < VXLAN_HEADER)
		return l->cut > 0; /* what there is says nothing */
	return (l->rest.p[0] & ~VXLAN_POLICY) == VXLAN_VALID && l->rest.p[7] == 0;
}

enum peel vxlan_peel(struct layer *l)
{
	return layer_take(l, VXLAN_HEADER) ? ethernet_peel(l) : layer_short(l);
}
