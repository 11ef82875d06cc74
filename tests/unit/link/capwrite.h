/*
 * capwrite.h: capture files of any kind, written byte by byte for the tests.
 */
#pragma once

#include "base/buf.h"

struct capwrite {
	struct buf b;
	bool big_endian;
};

static inline void cw_init(struct capwrite *w, bool big_endian)
{
	buf_init(&w->b, 64 << 20);
	w->big_endian = big_endian;
}

static inline void cw(struct capwrite *w, uint64_t value, size_t bytes)
{
	if (w->big_endian)
		buf_be(&w->b, value, bytes);
	else
		buf_le(&w->b, value, bytes);
}

static inline void cw_pcap(struct capwrite *w, uint32_t magic, uint32_t link)
{
	cw(w, magic, 4);
	cw(w, 2, 2);
	cw(w, 4, 2);
	cw(w, 0, 8);
	cw(w, 65535, 4);
	cw(w, link, 4);
}

/* The bytes of the frame are not written. */
static inline void cw_pcap_packet(
    struct capwrite *w, uint32_t s, uint32_t fraction, size_t captured, size_t wire)
{
	cw(w, s, 4);
	cw(w, fraction, 4);
	cw(w, captured, 4);
	cw(w, wire, 4);
}

/* A block of a body of whole words. */
static inline void cw_block(struct capwrite *w, uint32_t type, const struct buf *body)
{
	cw(w, type, 4);
	cw(w, body->n + 12, 4);
	buf_span(&w->b, buf_view(body));
	cw(w, body->n + 12, 4);
}

static inline void cw_section(struct capwrite *w)
{
	struct capwrite body;

	cw_init(&body, w->big_endian);
	cw(&body, 0x1a2b3c4d, 4);
	cw(&body, 1, 2);
	cw(&body, 0, 2);
	cw(&body, UINT64_MAX, 8);
	cw_block(w, 0x0a0d0d0a, &body.b);
	buf_done(&body.b);
}

/* resolution: if_tsresol; below 0: no such option. offset_s likewise, with 0. */
static inline void cw_interface(
    struct capwrite *w, uint16_t link, uint32_t snaplen, int resolution, int64_t offset_s)
{
	struct capwrite body;

	cw_init(&body, w->big_endian);
	cw(&body, link, 2);
	cw(&body, 0, 2);
	cw(&body, snaplen, 4);
	cw(&body, 2, 2); /* if_name, to be passed over */
	cw(&body, 3, 2);
	buf_put(&body.b, "eth", 4);
	if (resolution >= 0) {
		cw(&body, 9, 2);
		cw(&body, 1, 2);
		buf_be(&body.b, (uint64_t)resolution << 24, 4);
	}
	if (offset_s) {
		cw(&body, 14, 2);
		cw(&body, 8, 2);
		cw(&body, (uint64_t)offset_s, 8);
	}
	cw(&body, 0, 4);
	cw_block(w, 1, &body.b);
	buf_done(&body.b);
}

static inline void cw_padded(struct capwrite *w, const char *bytes)
{
	buf_str(&w->b, bytes);
	buf_fill(&w->b, 0, -strlen(bytes) & 3);
}

static inline void cw_enhanced(
    struct capwrite *w, uint32_t interface, uint64_t ticks, const char *bytes, uint32_t wire)
{
	struct capwrite body;

	cw_init(&body, w->big_endian);
	cw(&body, interface, 4);
	cw(&body, ticks >> 32, 4);
	cw(&body, ticks & UINT32_MAX, 4);
	cw(&body, strlen(bytes), 4);
	cw(&body, wire, 4);
	cw_padded(&body, bytes);
	cw_block(w, 6, &body.b);
	buf_done(&body.b);
}

static inline void cw_old(
    struct capwrite *w, uint16_t interface, uint64_t ticks, const char *bytes, uint32_t wire)
{
	struct capwrite body;

	cw_init(&body, w->big_endian);
	cw(&body, interface, 2);
	cw(&body, 7, 2); /* drops */
	cw(&body, ticks >> 32, 4);
	cw(&body, ticks & UINT32_MAX, 4);
	cw(&body, strlen(bytes), 4);
	cw(&body, wire, 4);
	cw_padded(&body, bytes);
	cw_block(w, 2, &body.b);
	buf_done(&body.b);
}

static inline void cw_simple(struct capwrite *w, const char *bytes, uint32_t wire)
{
	struct capwrite body;

	cw_init(&body, w->big_endian);
	cw(&body, wire, 4);
	cw_padded(&body, bytes);
	cw_block(w, 3, &body.b);
	buf_done(&body.b);
}

static inline void cw_any(struct capwrite *w, uint32_t type, size_t n)
{
	struct buf body;

	buf_init(&body, 64 << 20);
	buf_fill(&body, 0xee, n);
	cw_block(w, type, &body);
	buf_done(&body);
}
