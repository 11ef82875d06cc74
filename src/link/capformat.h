/*
 * capformat.h: what capfile.c and its two formats say to each other: here is what is unread, what
 * is at its front?
 */
#pragma once

#include "base/err.h"
#include "inet/frame.h"

#include <endian.h>

/* The clock of an interface: ticks to microseconds, as (ticks * times >> shift) / by + offset. */
struct capclock {
	uint32_t times, shift;
	uint64_t by;
	int64_t offset_us;
};

struct capinterface {
	uint16_t link; /* enum link_type or another LINKTYPE_ */
	uint32_t snaplen; /* 0: no limit */
	struct capclock clock;
};

enum capstep {
	CAP_FRAME, /* the frame and `used` are set */
	CAP_SKIP, /* `used` bytes, maybe more than there are, hold no frame */
	CAP_MORE, /* not all of it is there yet */
	CAP_BROKEN, /* `broken` says how */
};

/* Set anew by each step. */
struct capresult {
	size_t used;
	struct frame frame;
	const char *broken;
};

struct capformat {
	enum capstep (*step)(struct capformat *f, struct span unread, struct capresult *ret);
	bool big_endian;
	uint16_t link; /* pcap: of all frames */
	size_t head_n; /* pcap: of the header of a packet */
	uint32_t ns_per_tick; /* pcap: 1 or 1000 */
	struct capinterface *interfaces; /* pcapng: of this section */
	size_t n_interfaces, interfaces_cap;
	int64_t time_us; /* pcapng: of the last frame */
};

/* A stream that begins with these four bytes is of this format, and f is ready for its first step;
 * false: it is not. */
bool capformat_pcap(struct capformat *f, const uint8_t *magic);
bool capformat_pcapng(struct capformat *f, const uint8_t *magic);

static inline uint32_t capformat_u32(const struct capformat *f, const uint8_t *p)
{
	uint32_t v;

	memcpy(&v, p, sizeof(v));
	return f->big_endian ? be32toh(v) : le32toh(v);
}

static inline uint16_t capformat_u16(const struct capformat *f, const uint8_t *p)
{
	uint16_t v;

	memcpy(&v, p, sizeof(v));
	return f->big_endian ? be16toh(v) : le16toh(v);
}

static inline enum capstep capformat_broken(struct capresult *ret, const char *how)
{
	ret->broken = how;
	return CAP_BROKEN;
}

static inline enum capstep capformat_skip(struct capresult *ret, size_t n)
{
	ret->used = n;
	return CAP_SKIP;
}
