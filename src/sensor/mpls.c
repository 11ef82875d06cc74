/*
 * mpls.c: a stack of labels (RFC 3032), and nothing that says what is below the last: 4 and 6 in
 * the first four bits are IP, 0 is the control word before an Ethernet pseudowire (RFC 4385 3),
 * everything else the Ethernet of a pseudowire without one. An Ethernet address that begins with 4
 * or 6 is taken for IP, as routers do (RFC 4928).
 */
#include "sensor/layer.h"

enum peel mpls_peel(struct layer *l)
{
	const uint8_t *label;

	do {
		label = layer_take(l, 4);
		if (!label)
			return layer_short(l);
	} while (!(label[2] & 1)); /* the bottom */
	if (l->rest.n == 0)
		return layer_short(l);
	switch (l->rest.p[0] >> 4) {
	case 4:
	case 6:
		return layer_ip(l);
	case 0:
		return layer_take(l, 4) ? ethernet_peel(l) : layer_short(l);
	default:
		return ethernet_peel(l);
	}
}
