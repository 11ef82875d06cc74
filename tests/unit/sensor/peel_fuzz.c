/*
 * Frames, one after another, through one defragmenter: the link type's row in `links`, how many
 * bytes more there were on the wire, length, bytes. A packet's content must lie in its frame or
 * have come from fragments, and no more may be missing than was cut.
 */
#include "sensor/peel.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const uint16_t links[] = {
    LINK_ETHERNET,
    LINK_SLL,
    LINK_SLL2,
    LINK_RAW,
    LINK_NULL,
    LINK_LOOP,
    LINK_RAW_BSD,
    LINK_IPV4,
    LINK_IPV6,
    4711,
    LINK_PPP,
};

static void check(const struct frame *frame, const struct packet *packet, uint64_t held_before)
{
	const uint8_t *end = packet->payload.p + packet->payload.n;
	bool inside = packet->payload.p >= frame->bytes.p && end <= frame->bytes.p + frame->bytes.n;
	uint8_t last = 0;

	for (size_t i = 0; i < packet->payload.n; i++) /* all of it can be read (ASan) */
		last = (uint8_t)(last + packet->payload.p[i]);
	if (!inside && !held_before)
		abort();
	if (packet->missing > frame->wire_n - frame->bytes.n)
		abort();
	if (packet->proto != PACKET_TCP && packet->proto != PACKET_UDP)
		abort();
	if (packet->flags > 31 || packet->number != 4711)
		abort();
}

static void push(struct defrag *d, struct span *in, int64_t time_us)
{
	struct frame frame = {.time_us = time_us};
	struct packet packet = {.number = 4711};
	size_t held = defrag_held(d);
	enum peel result;
	uint8_t more;
	uint8_t *exact;

	frame.link = links[span_u8(in) % (sizeof(links) / sizeof(links[0]))];
	more = span_u8(in);
	frame.bytes = span_vec(in, 2);
	frame.wire_n = (uint32_t)frame.bytes.n + more;
	exact = malloc(frame.bytes.n ? frame.bytes.n : 1);
	if (!exact)
		abort();
	if (frame.bytes.n > 0)
		memcpy(exact, frame.bytes.p, frame.bytes.n);
	frame.bytes.p = exact;
	result = peel(&frame, d, &packet);
	if (result >= PEEL_RESULTS)
		abort();
	if (result == PEEL_PACKET)
		check(&frame, &packet, held);
	free(exact);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct siphash_key key = {{7, 8}};
	struct span in = span_of(data, size);
	struct defrag *d;

	if (err_is(defrag_new(&key, &d)))
		abort();
	for (int64_t time_us = 0; in.n > 0; time_us += 1000)
		push(d, &in, time_us);
	defrag_free(d);
	return 0;
}
