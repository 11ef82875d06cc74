/* A packet's content lies in its frame, and no more of it is missing than was cut. */
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

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct frame frame = frame_in(data, size);
	struct ether ether;
	struct ip_packet packet;

	if (ether_read(&frame, &ether) && ip_packet_read(&ether, &packet))
		check(&frame, &packet);
	frame_in_free(&frame);
	return 0;
}
