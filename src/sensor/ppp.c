/*
 * ppp.c: PPP (RFC 1661), in Ethernet (PPPoE, RFC 2516) or in GRE (PPTP). Its protocol field is
 * compressed to one byte where the odd one stands first.
 */
#include "sensor/layer.h"

enum ppp_protocol { PPP_IPV4 = 0x21, PPP_IPV6 = 0x57 };

enum peel ppp_peel(struct layer *l)
{
	const uint8_t *h = l->rest.p;
	uint16_t protocol;

	/* The address and control of RFC 1662, ff 03; no protocol is ff. */
	if (l->rest.n > 0 && h[0] == 0xff && !layer_take(l, 2))
		return layer_short(l);
	h = layer_take(l, 1);
	if (!h)
		return layer_short(l);
	protocol = h[0];
	if (!(protocol & 1)) {
		if (!layer_take(l, 1))
			return layer_short(l);
		protocol = be16(h);
	}
	return protocol == PPP_IPV4 || protocol == PPP_IPV6 ? layer_ip(l) : PEEL_NOT_IP;
}

/* Version and type 1, a code of 0 for data, the session, the length. */
enum peel pppoe_peel(struct layer *l)
{
	const uint8_t *h = layer_take(l, 6);

	if (!h)
		return layer_short(l);
	if (h[0] != 0x11 || h[1] != 0)
		return PEEL_NOT_IP;
	return layer_limit(l, be16(h + 4)) ? ppp_peel(l) : PEEL_DAMAGED;
}
