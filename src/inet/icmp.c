/*
 * icmp.c: RFC 792 and RFC 4443. Its checksum is verified: kernels compute it themselves, no card
 * does it for them. That of ICMPv6 includes the addresses.
 */
#include "inet/icmp.h"

#include "base/buf.h"
#include "inet/checksum.h"

#include <netinet/in.h>

bool icmp_read(const struct ip_packet *packet, struct icmp *ret)
{
	bool v4 = addr_is_v4(&packet->from);
	uint8_t protocol = v4 ? IPPROTO_ICMP : IPPROTO_ICMPV6;
	struct span s = packet->content;
	uint32_t sum = v4 ? 0 : ip_pseudo_sum(&packet->from, &packet->to, protocol, s.n);
	struct icmp icmp;

	if (packet->protocol != protocol)
		return false;
	if (packet->whole && checksum_end(checksum_add(sum, s.p, s.n)) != 0)
		return false;
	icmp.type = span_u8(&s);
	icmp.code = span_u8(&s);
	span_take(&s, 2);
	icmp.word = span_u32(&s);
	icmp.body = s;
	if (s.bad)
		return false;
	*ret = icmp;
	return true;
}

size_t icmp_write_group(uint8_t *frame, const uint8_t mac_from[6], const struct addr *from,
    const struct addr *group, uint8_t hops, const uint8_t *message, size_t n)
{
	struct ip_packet head = {
	    .from = *from, .to = *group, .protocol = IPPROTO_ICMPV6, .hops = hops};
	uint32_t sum = checksum_add(ip_pseudo_sum(from, group, IPPROTO_ICMPV6, n), message, n);
	uint8_t mac_to[6] = {0x33, 0x33};
	size_t at;

	memcpy(mac_to + 2, group->b + 12, 4);
	at = ether_write(frame, mac_from, mac_to, 0, ETHER_IPV6);
	at += ip_packet_write(frame + at, &head, n);
	memcpy(frame + at, message, n);
	buf_store_be(frame + at + 2, checksum_end(sum), 2);
	return at + n;
}
