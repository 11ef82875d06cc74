/*
 * ndp.c: the two messages of RFC 4861 that resolve an address. A hop limit of 255 says that no
 * router has passed the frame on: so nobody from outside this link can answer.
 */
#include "inet/ndp.h"

enum {
	SOLICITATION = 135,
	ADVERTISEMENT = 136,
	SOURCE_MAC = 1,
	TARGET_MAC = 2,
	NO_ROUTER_PASSED = 255,
	FLAG_SOLICITED = 1 << 30,
	MULTICAST = 0xff, /* an address' first byte */
};

size_t ndp_write_solicit(
    uint8_t *frame, const uint8_t mac_from[6], const struct addr *from, const struct addr *whom)
{
	/* RFC 4291 2.7.1: ff02::1:ff00:0/104 and the last 24 bits. */
	struct addr group = {.b = {MULTICAST, 2, [11] = 1, [12] = 0xff}};
	uint8_t message[32] = {SOLICITATION, [24] = SOURCE_MAC, [25] = 1};

	memcpy(group.b + 13, whom->b + 13, 3);
	memcpy(message + 8, whom->b, 16);
	memcpy(message + 26, mac_from, 6);
	return icmp_write_group(
	    frame, mac_from, from, &group, NO_ROUTER_PASSED, message, sizeof(message));
}

/* The first MAC among the options; each is type, length in 8 bytes, content. */
static bool option_read(struct span s, uint8_t wanted, const uint8_t **ret_mac)
{
	const uint8_t *mac = NULL;

	while (s.n > 0) {
		uint8_t type = span_u8(&s);
		uint8_t eights = span_u8(&s);
		struct span content = span_take(&s, (size_t)eights * 8 - 2);

		if (eights == 0 || s.bad) /* then the whole message is void: RFC 4861 7.1.2 */
			return false;
		if (type == wanted && eights == 1 && !mac)
			mac = content.p;
	}
	*ret_mac = mac;
	return mac && ether_is_station(mac);
}

static bool advertisement_read(
    const struct ip_packet *p, struct addr *ret_who, const uint8_t **ret_mac)
{
	struct icmp icmp;

	if (!icmp_read(p, &icmp) || addr_is_v4(&p->from) || p->hops != NO_ROUTER_PASSED)
		return false;
	if (icmp.type != ADVERTISEMENT || icmp.code != 0 || !p->whole)
		return false;
	if (!ip_read_v6_addr(&icmp.body, ret_who) || ret_who->b[0] == MULTICAST)
		return false;
	if (p->to.b[0] == MULTICAST && icmp.word & FLAG_SOLICITED)
		return false;
	return option_read(icmp.body, TARGET_MAC, ret_mac);
}

bool ndp_read(const struct frame *frame, struct addr *ret_who, uint8_t ret_mac[6])
{
	struct ether ether;
	struct ip_packet packet;
	struct addr who;
	const uint8_t *mac;

	if (!ether_read(frame, &ether) || !ip_packet_read(&ether, &packet))
		return false;
	if (!advertisement_read(&packet, &who, &mac))
		return false;
	*ret_who = who;
	memcpy(ret_mac, mac, 6);
	return true;
}
