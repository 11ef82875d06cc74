/* A packet's content lies in its frame, and no more of it is missing than was cut. Its header,
 * written anew, reads as itself. */
#include "inet/ip_packet.h"

#include "frame_in.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const struct frame *frame, const struct ip_packet *p)
{
	const uint8_t *end = frame->bytes.p + frame->bytes.n;

	if (p->content.n > 0 &&
	    (p->content.p < frame->bytes.p || p->content.p + p->content.n > end))
		abort();
	if (!p->whole && frame->wire_n == frame->bytes.n)
		abort();
	if (addr_is_v4(&p->from) != addr_is_v4(&p->to) || p->content.bad)
		abort();
}

static void check_again(const struct ip_packet *p)
{
	static const uint8_t mac[6];
	uint16_t type = addr_is_v4(&p->from) ? ETHER_IPV4 : ETHER_IPV6;
	uint8_t bytes[ETHER_HEAD_MAX + IP_HEAD_MAX + ETHER_SHORTEST];
	struct frame frame = {.link = LINK_ETHERNET};
	struct ether ether;
	struct ip_packet again;
	size_t n = ether_write(bytes, mac, mac, p->hops, type);

	n += ip_packet_write(bytes + n, p, 1);
	bytes[n++] = 0;
	n = ether_pad(bytes, n);
	frame.bytes = span_of(bytes, n);
	frame.wire_n = (uint32_t)n;
	if (!ether_read(&frame, &ether) || ether.type != type)
		abort();
	if (!ip_packet_read(&ether, &again))
		return; /* the protocol is an extension header's */
	if (!addr_eq(&again.from, &p->from) || !addr_eq(&again.to, &p->to))
		abort();
	if (again.content.n != 1 || again.protocol != p->protocol || again.hops != p->hops)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct frame frame = frame_in(data, size);
	struct ether ether;
	struct ip_packet packet;

	if (ether_read(&frame, &ether) && ip_packet_read(&ether, &packet)) {
		check(&frame, &packet);
		check_again(&packet);
	}
	frame_in_free(&frame);
	return 0;
}
