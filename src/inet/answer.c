/*
 * answer.c: three things answer a SYN (RFC 9293 3.10.7.3, RFC 5461): a SYN-ACK, a RST that
 * acknowledges it, or an ICMP error that quotes it. Each carries our sequence number back, so a
 * scan need not remember what it sent.
 *
 * TCP's checksum is not looked at: on a veth, or under a hypervisor, the sender leaves it to a card
 * that never was. The cookie is 32 bits about the addresses and the ports, which is more.
 */
#include "inet/answer.h"

#include "inet/icmp.h"

#include <netinet/in.h>

enum {
	TCP_HEAD = 20,
	FIN = 1,
	SYN = 2,
	RST = 4,
	ACK = 16,
	CODE_TOO_BIG = 4, /* of IPv4's unreachable: no SYN is (RFC 791: 68 bytes always pass) */
};

static void tcp_read(const struct ip_packet *p, struct answer *ret)
{
	struct span s = p->content;
	struct answer a = {.from = p->from, .to = p->to};
	size_t head_n;
	uint8_t flags;

	a.port = span_u16(&s);
	a.our_port = span_u16(&s);
	a.seq = span_u32(&s);
	a.cookie = span_u32(&s) - 1;
	head_n = (size_t)(span_u8(&s) >> 4) * 4;
	flags = span_u8(&s);
	span_take(&s, 6);
	if (s.bad || head_n < TCP_HEAD || (p->whole && head_n > p->content.n))
		return;
	switch (flags & (SYN | ACK | RST | FIN)) {
	case SYN | ACK:
		a.kind = ANSWER_OPEN;
		break;
	case RST | ACK:
		a.kind = ANSWER_CLOSED;
		break;
	default:
		return;
	}
	*ret = a;
}

/* The error tells of a datagram that went nowhere: unreachable, exceeded, refused in its header.
 * IPv6's "too big" is none of them. */
static bool tells_of_loss(const struct icmp *icmp, bool v4)
{
	if (v4)
		return (icmp->type == 3 && icmp->code != CODE_TOO_BIG) || icmp->type == 11 ||
		       icmp->type == 12;
	return icmp->type == 1 || icmp->type == 3 || icmp->type == 4;
}

/* The quoted header is ours with what routers changed: its lengths and its sum are not believed.
 * Of it at least 8 bytes of TCP follow (RFC 792), the ports and the sequence number. */
static bool quoted_v4(struct span *s, struct answer *a)
{
	uint8_t first = span_u8(s);
	size_t head_n = (size_t)(first & 15) * 4;
	uint16_t offset;
	uint8_t protocol;

	span_take(s, 5);
	offset = span_u16(s) & 0x1fff;
	span_take(s, 1);
	protocol = span_u8(s);
	span_take(s, 2);
	a->to = addr_from_v4(span_u32(s));
	a->from = addr_from_v4(span_u32(s));
	if (first >> 4 != 4 || head_n < 20 || offset || protocol != IPPROTO_TCP)
		return false;
	span_take(s, head_n - 20);
	return true;
}

static bool quoted_v6(struct span *s, struct answer *a)
{
	uint32_t version = span_u32(s) >> 28;
	uint8_t protocol;

	span_take(s, 2);
	protocol = span_u8(s);
	span_take(s, 1);
	if (version != 6 || protocol != IPPROTO_TCP)
		return false;
	return ip_read_v6_addr(s, &a->to) && ip_read_v6_addr(s, &a->from);
}

static void error_read(const struct ip_packet *p, struct answer *ret)
{
	bool v4 = addr_is_v4(&p->from);
	struct answer a = {.kind = ANSWER_UNREACHABLE};
	struct icmp icmp;
	struct span s;

	if (!icmp_read(p, &icmp) || !tells_of_loss(&icmp, v4))
		return;
	s = icmp.body;
	if (!(v4 ? quoted_v4 : quoted_v6)(&s, &a))
		return;
	a.our_port = span_u16(&s);
	a.port = span_u16(&s);
	a.cookie = span_u32(&s);
	a.icmp_type = icmp.type;
	a.icmp_code = icmp.code;
	if (!s.bad)
		*ret = a;
}

struct answer answer_read(const struct frame *frame)
{
	struct answer answer = {.kind = ANSWER_NONE};
	struct ether ether;
	struct ip_packet packet;

	if (!ether_read(frame, &ether) || !ip_packet_read(&ether, &packet))
		return answer;
	if (packet.protocol == IPPROTO_TCP)
		tcp_read(&packet, &answer);
	else
		error_read(&packet, &answer);
	return answer;
}
