/*
 * echo.c: ICMPv6 echo (RFC 4443 4.1) to all nodes. Many hosts leave such questions unanswered (RFC
 * 4443 4.2 lets them), but an option whose type begins with the bits 10 must be complained of even
 * when it was sent to a group (RFC 8200 4.2), and the complaint quotes what we sent.
 */
#include "inet/echo.h"

#include "base/buf.h"

#include <netinet/in.h>

enum {
	REQUEST = 128,
	REPLY = 129,
	PARAMETER_PROBLEM = 4,
	UNKNOWN_OPTION = 2, /* its code: RFC 4443 3.4 */
	NO_ROUTER_PASSES = 1,
	MULTICAST = 0xff, /* an address' first byte */
	IP_AT = 14, /* in the frame */
	IP_N = 40,
};

/* The next header; no more than these 8 bytes; the option: its type, four bytes that mean
 * nothing. */
static const uint8_t odd[8] = {IPPROTO_ICMPV6, 0, 0x80, 4};

size_t echo_write(
    uint8_t *frame, const uint8_t mac_from[6], const struct addr *from, uint32_t ident)
{
	struct addr all = {.b = {MULTICAST, 2, [15] = 1}};
	uint8_t message[8] = {REQUEST};

	buf_store_be(message + 4, ident, 4);
	return icmp_write_group(
	    frame, mac_from, from, &all, NO_ROUTER_PASSES, message, sizeof(message));
}

/* The header goes between what is there already: ICMPv6's checksum does not cover it. */
size_t echo_write_odd(
    uint8_t *frame, const uint8_t mac_from[6], const struct addr *from, uint32_t ident)
{
	size_t n = echo_write(frame, mac_from, from, ident);
	uint8_t *ip = frame + IP_AT, *message = ip + IP_N;
	size_t message_n = (size_t)(frame + n - message);

	memmove(message + sizeof(odd), message, message_n);
	memcpy(message, odd, sizeof(odd));
	buf_store_be(ip + 4, message_n + sizeof(odd), 2);
	ip[6] = IPPROTO_DSTOPTS;
	return n + sizeof(odd);
}

/* Our own packet, quoted: the number stands where we put it. */
static bool quotes(struct span quoted, uint32_t ident)
{
	struct span head = span_take(&quoted, IP_N);
	struct span options = span_take(&quoted, sizeof(odd));

	span_take(&quoted, 4);
	return span_u32(&quoted) == ident && !quoted.bad && head.p[6] == IPPROTO_DSTOPTS &&
	       span_eq(options, span_of(odd, sizeof(odd)));
}

static bool is_answer(const struct icmp *icmp, uint32_t ident)
{
	if (icmp->type == REPLY)
		return icmp->code == 0 && icmp->word == ident;
	return icmp->type == PARAMETER_PROBLEM && icmp->code == UNKNOWN_OPTION &&
	       quotes(icmp->body, ident);
}

bool echo_read(const struct frame *frame, uint32_t ident, struct addr *ret_who, uint8_t ret_mac[6])
{
	struct ip_packet packet;
	struct ether ether;
	struct icmp icmp;

	if (frame->link != LINK_ETHERNET || !ether_read(frame, &ether) ||
	    !ip_packet_read(&ether, &packet) || addr_is_v4(&packet.from))
		return false;
	if (!packet.whole || !icmp_read(&packet, &icmp) || !is_answer(&icmp, ident))
		return false;
	if (addr_is_any(&packet.from) || packet.from.b[0] == MULTICAST ||
	    !ether_is_station(frame->bytes.p + 6))
		return false;
	*ret_who = packet.from;
	memcpy(ret_mac, frame->bytes.p + 6, 6);
	return true;
}
