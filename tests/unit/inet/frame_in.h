/*
 * frame_in.h: frames out of a fuzzer's bytes: how many bytes the capture has cut, the number of the
 * link type in `links`, the rest. The bytes are on the heap, so that ASan sees their end.
 */
#pragma once

#include "inet/frame.h"

#include <stdlib.h>

static const uint16_t frame_links[] = {
    LINK_ETHERNET, LINK_SLL, LINK_SLL2, LINK_RAW, LINK_RAW_BSD, LINK_IPV4, LINK_IPV6, LINK_PPP};

enum { FRAME_LINKS = sizeof(frame_links) / sizeof(frame_links[0]) };

static inline struct frame frame_in(const uint8_t *data, size_t size)
{
	struct span in = span_of(data, size);
	struct frame frame = {.time_us = 1};
	uint8_t cut = span_u8(&in);
	uint8_t *bytes;

	frame.link = frame_links[span_u8(&in) % FRAME_LINKS];
	bytes = malloc(in.n ? in.n : 1);
	if (!bytes)
		abort();
	if (in.n > 0)
		memcpy(bytes, in.p, in.n);
	frame.bytes = span_of(bytes, in.n);
	frame.wire_n = (uint32_t)in.n + cut;
	return frame;
}

static inline void frame_in_free(const struct frame *frame)
{
	free((void *)(uintptr_t)frame->bytes.p);
}
