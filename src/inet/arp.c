/*
 * arp.c: RFC 826 for IPv4 on Ethernet. A sender without an address asks whether another has it (RFC
 * 5227): that tells nothing of whom.
 */
#include "inet/arp.h"

#include "base/buf.h"
#include "inet/ether.h"

enum { ETHERNET = 1, REQUEST = 1, REPLY = 2 };

static const uint8_t fixed[] = {0, ETHERNET, 8, 0, 6, 4, 0}; /* up to the operation's low byte */

size_t arp_write_request(
    uint8_t *frame, const uint8_t mac_from[6], const struct addr *from, const struct addr *whom)
{
	static const uint8_t all[6] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
	size_t n = ether_write(frame, mac_from, all, 0, ETHER_ARP);
	uint8_t *arp = frame + n;

	memcpy(arp, fixed, sizeof(fixed));
	arp[7] = REQUEST;
	memcpy(arp + 8, mac_from, 6);
	memcpy(arp + 14, from->b + 12, 4);
	memset(arp + 18, 0, 6);
	memcpy(arp + 24, whom->b + 12, 4);
	return ether_pad(frame, n + 28);
}

bool arp_read(const struct frame *frame, struct addr *ret_who, uint8_t ret_mac[6])
{
	struct ether ether;
	struct span s, head, mac;
	struct addr who;
	uint8_t operation;

	if (!ether_read(frame, &ether) || ether.type != ETHER_ARP)
		return false;
	s = ether.content;
	head = span_take(&s, sizeof(fixed));
	operation = span_u8(&s);
	mac = span_take(&s, 6);
	who = addr_from_v4(span_u32(&s));
	span_take(&s, 10);
	if (s.bad || !span_eq(head, span_of(fixed, sizeof(fixed))))
		return false;
	if ((operation != REQUEST && operation != REPLY) || !ether_is_station(mac.p))
		return false;
	if (addr_is_any(&who))
		return false;
	*ret_who = who;
	memcpy(ret_mac, mac.p, 6);
	return true;
}
