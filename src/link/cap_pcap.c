/*
 * cap_pcap.c: the classic capture file: one header of 24 bytes, then packets of a header and bytes
 * (draft-ietf-opsawg-pcap). The magic tells byte order, the unit below the second, and whether the
 * packet headers are the 8 bytes longer ones of Kuznetzov's tcpdump. This is the loop that bulk
 * data runs through: fields are loaded where they lie, after one look at how many bytes there are.
 */
#include "link/capformat.h"

#include "link/limits.h"

enum { FILE_HEAD = 24, PACKET_HEAD = 16, PACKET_HEAD_MODIFIED = 24 };

static const struct magic {
	uint32_t number;
	uint32_t ns_per_tick;
	size_t head_n;
} magics[] = {
    {0xa1b2c3d4, 1000, PACKET_HEAD},
    {0xa1b23c4d, 1, PACKET_HEAD},
    {0xa1b2cd34, 1000, PACKET_HEAD_MODIFIED},
};

/* seconds(4) fraction(4) captured(4) length(4), then the bytes */
static enum capstep step_packet(struct capformat *f, struct span unread, struct capresult *ret)
{
	const uint8_t *p = unread.p;
	uint32_t captured, wire, below;

	if (unread.n < f->head_n)
		return CAP_MORE;
	captured = capformat_u32(f, p + 8);
	wire = capformat_u32(f, p + 12);
	if (captured > CAPFILE_FRAME_MAX)
		return capformat_broken(ret, "a packet is longer than packets are");
	if (unread.n - f->head_n < captured)
		return CAP_MORE;
	below = capformat_u32(f, p + 4);
	ret->used = f->head_n + captured;
	ret->frame = (struct frame){
	    .time_us = (int64_t)capformat_u32(f, p) * 1000000 +
		       (f->ns_per_tick == 1 ? below / 1000 : below),
	    .wire_n = wire > captured ? wire : captured,
	    .link = f->link,
	    .bytes = span_of(p + f->head_n, captured),
	};
	return CAP_FRAME;
}

/* magic(4) major(2) minor(2) zone(4) accuracy(4) snaplen(4) link(4); above the 16 bits of the link
 * type stands how long a checksum at the end of the frames is, which is no concern of ours. */
static enum capstep step_head(struct capformat *f, struct span unread, struct capresult *ret)
{
	if (unread.n < FILE_HEAD)
		return CAP_MORE;
	if (capformat_u16(f, unread.p + 4) != 2)
		return capformat_broken(ret, "a version of pcap other than 2");
	f->link = (uint16_t)capformat_u32(f, unread.p + 20);
	f->step = step_packet;
	return capformat_skip(ret, FILE_HEAD);
}

static bool is_magic(struct capformat *f, const struct magic *m, const uint8_t *p)
{
	f->big_endian = true;
	if (capformat_u32(f, p) == m->number)
		return true;
	f->big_endian = false;
	return capformat_u32(f, p) == m->number;
}

bool capformat_pcap(struct capformat *f, const uint8_t *magic)
{
	for (size_t i = 0; i < sizeof(magics) / sizeof(*magics); i++) {
		if (!is_magic(f, &magics[i], magic))
			continue;
		f->ns_per_tick = magics[i].ns_per_tick;
		f->head_n = magics[i].head_n;
		f->step = step_head;
		return true;
	}
	return false;
}
