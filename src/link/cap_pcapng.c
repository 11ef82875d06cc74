/*
 * cap_pcapng.c: the block file of Wireshark (draft-ietf-opsawg-pcapng): sections, each with its own
 * byte order and its own interfaces, each of those with its own link type and clock. Every block
 * says its length at both ends, so what is unknown is skipped unseen, however long it is. Clocks
 * may tick in any power of 10 or of 2.
 */
#include "link/capformat.h"

#include "base/vec.h"
#include "link/limits.h"

enum { HEAD = 8, TRAILER = 4, BLOCK_MIN = HEAD + TRAILER };
enum { SECTION = 0x0a0d0d0a, ORDER_MAGIC = 0x1a2b3c4d };
enum option { OPTION_END = 0, OPTION_TSRESOL = 9, OPTION_TSOFFSET = 14 };
/* What 64 bits can count to: more ticks a second make no clock. */
enum { POWER_OF_10_MAX = 19, POWER_OF_2_MAX = 63 };

#define TIME_MAX_US (INT64_C(253402300799) * 1000000) /* the end of the year 9999 */

static int64_t time_of(const struct capclock *clock, uint64_t ticks)
{
	unsigned __int128 us = ((unsigned __int128)ticks * clock->times) >> clock->shift;

	/* Nearly every clock is one of microseconds: a division would cost as much as the rest. */
	if (clock->by > 1)
		us = us >> 64 ? us / clock->by : (uint64_t)us / clock->by;
	if (us > TIME_MAX_US)
		us = TIME_MAX_US;
	if ((int64_t)us + clock->offset_us < 0)
		return 0;
	if ((int64_t)us + clock->offset_us > TIME_MAX_US)
		return TIME_MAX_US;
	return (int64_t)us + clock->offset_us;
}

/* if_tsresol: the negative power of 10, or with the highest bit set of 2, that a tick is. */
static bool set_resolution(struct capclock *clock, uint8_t power)
{
	uint64_t per_second = 1;

	if (power & 0x80) {
		clock->times = 1000000;
		clock->shift = power & 0x7f;
		clock->by = 1;
		return clock->shift <= POWER_OF_2_MAX;
	}
	if (power > POWER_OF_10_MAX)
		return false;
	for (; power; power--)
		per_second *= 10;
	clock->shift = 0;
	clock->times = per_second < 1000000 ? (uint32_t)(1000000 / per_second) : 1;
	clock->by = per_second < 1000000 ? 1 : per_second / 1000000;
	return true;
}

/* if_tsoffset: seconds to add. No offset moves a time by more than the whole of time. */
static void set_offset(struct capclock *clock, int64_t seconds)
{
	const int64_t most = TIME_MAX_US / 1000000;

	if (seconds > most)
		seconds = most;
	if (seconds < -most)
		seconds = -most;
	clock->offset_us = seconds * 1000000;
}

static uint64_t take(const struct capformat *f, struct span *s, size_t bytes)
{
	return f->big_endian ? span_be(s, bytes) : span_le(s, bytes);
}

/* code(2) length(2) value, padded to 4. The last may be missing, and with it all that is cut. */
static bool read_options(const struct capformat *f, struct span options, struct capclock *clock)
{
	while (options.n > 0) {
		uint64_t code = take(f, &options, 2);
		size_t n = (size_t)take(f, &options, 2);
		struct span value = span_take(&options, n);

		span_take(&options, -n & 3);
		if (value.bad || code == OPTION_END)
			return true;
		if (code == OPTION_TSRESOL && n == 1 && !set_resolution(clock, span_u8(&value)))
			return false;
		if (code == OPTION_TSOFFSET && n == 8)
			set_offset(clock, (int64_t)take(f, &value, 8));
	}
	return true;
}

/* link type(2) reserved(2) snaplen(4) options */
static enum capstep read_interface(struct capformat *f, struct span body, struct capresult *ret)
{
	struct capinterface one = {.clock = {.times = 1, .by = 1}};
	struct capinterface *v;

	one.link = (uint16_t)take(f, &body, 2);
	span_take(&body, 2);
	one.snaplen = (uint32_t)take(f, &body, 4);
	if (body.bad)
		return capformat_broken(ret, "a description of an interface is too short");
	if (!read_options(f, body, &one.clock))
		return capformat_broken(
		    ret, "an interface's clock is finer than 64 bits can count");
	v = vec_room(
	    f->interfaces, f->n_interfaces, &f->interfaces_cap, sizeof(*v), CAPFILE_INTERFACES_MAX);
	if (!v)
		return capformat_broken(ret, "more interfaces than any machine has");
	f->interfaces = v;
	v[f->n_interfaces++] = one;
	return CAP_SKIP;
}

static enum capstep packet(struct capformat *f, const struct capinterface *interface, uint32_t wire,
    struct span bytes, struct capresult *ret)
{
	if (bytes.bad)
		return capformat_broken(ret, "a packet is longer than its block");
	if (bytes.n > CAPFILE_FRAME_MAX)
		return capformat_broken(ret, "a packet is longer than packets are");
	ret->frame = (struct frame){
	    .time_us = f->time_us,
	    .wire_n = wire > bytes.n ? wire : (uint32_t)bytes.n,
	    .link = interface->link,
	    .bytes = bytes,
	};
	return CAP_FRAME;
}

/* high(4) low(4) captured(4) length(4) bytes options: the part that old and new blocks share */
static enum capstep timed_packet(
    struct capformat *f, uint32_t number, const uint8_t *p, size_t n, struct capresult *ret)
{
	uint32_t captured = capformat_u32(f, p + 8);
	struct span bytes = span_of(p + 16, n - 16);

	if (number >= f->n_interfaces)
		return capformat_broken(ret, "a packet of an interface that was not described");
	f->time_us = time_of(&f->interfaces[number].clock,
	    (uint64_t)capformat_u32(f, p) << 32 | capformat_u32(f, p + 4));
	return packet(
	    f, &f->interfaces[number], capformat_u32(f, p + 12), span_take(&bytes, captured), ret);
}

/* interface(4), the rest */
static enum capstep read_enhanced(struct capformat *f, struct span body, struct capresult *ret)
{
	if (body.n < 20)
		return capformat_broken(ret, "a packet block is too short");
	return timed_packet(f, capformat_u32(f, body.p), body.p + 4, body.n - 4, ret);
}

/* interface(2) drops(2), the rest */
static enum capstep read_old(struct capformat *f, struct span body, struct capresult *ret)
{
	if (body.n < 20)
		return capformat_broken(ret, "a packet block is too short");
	return timed_packet(f, capformat_u16(f, body.p), body.p + 4, body.n - 4, ret);
}

/* length(4) bytes: of the first interface, as many as its snaplen leaves */
static enum capstep read_simple(struct capformat *f, struct span body, struct capresult *ret)
{
	uint32_t wire = (uint32_t)take(f, &body, 4);
	size_t captured = wire;

	if (body.bad)
		return capformat_broken(ret, "a packet block is too short");
	if (f->n_interfaces == 0)
		return capformat_broken(ret, "a packet of an interface that was not described");
	if (f->interfaces->snaplen && captured > f->interfaces->snaplen)
		captured = f->interfaces->snaplen;
	if (captured > body.n)
		captured = body.n;
	return packet(f, f->interfaces, wire, span_take(&body, captured), ret);
}

/* byte order(4) major(2) minor(2) length(8) options. Only one major version was ever in use; the
 * length may be unknown, and the next section says itself that it is there. */
static enum capstep read_section(struct capformat *f, struct span body, struct capresult *ret)
{
	span_take(&body, 4);
	if (take(f, &body, 2) != 1)
		return capformat_broken(ret, "a version of pcapng other than 1");
	f->n_interfaces = 0;
	return CAP_SKIP;
}

static const struct kind {
	uint32_t type;
	enum capstep (*read)(struct capformat *f, struct span body, struct capresult *ret);
} kinds[] = {
    {6, read_enhanced},
    {3, read_simple},
    {2, read_old},
    {1, read_interface},
    {SECTION, read_section},
};

static const struct kind *kind_of(uint32_t type)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		if (kinds[i].type == type)
			return &kinds[i];
	return NULL;
}

/* The type of a section header reads the same in both orders; what follows its length tells which
 * one the length was in. */
static bool set_byte_order(struct capformat *f, const uint8_t *magic)
{
	f->big_endian = true;
	if (capformat_u32(f, magic) == ORDER_MAGIC)
		return true;
	f->big_endian = false;
	return capformat_u32(f, magic) == ORDER_MAGIC;
}

/* type(4) length(4) body length(4) */
static enum capstep step_block(struct capformat *f, struct span unread, struct capresult *ret)
{
	const struct kind *kind;
	uint32_t type, n;

	if (unread.n < BLOCK_MIN)
		return CAP_MORE;
	type = capformat_u32(f, unread.p);
	if (type == SECTION && !set_byte_order(f, unread.p + HEAD))
		return capformat_broken(ret, "a section whose byte order cannot be told");
	kind = kind_of(type);
	n = capformat_u32(f, unread.p + 4);
	if (n < BLOCK_MIN || n % 4)
		return capformat_broken(ret, "a block of a length that no block has");
	if (!kind)
		return capformat_skip(ret, n);
	if (n > CAPFILE_BLOCK_MAX)
		return capformat_broken(ret, "a block is longer than blocks of its kind are");
	if (unread.n < n)
		return CAP_MORE;
	if (capformat_u32(f, unread.p + n - TRAILER) != n)
		return capformat_broken(ret, "a block whose two lengths differ");
	ret->used = n;
	return kind->read(f, span_of(unread.p + HEAD, n - BLOCK_MIN), ret);
}

bool capformat_pcapng(struct capformat *f, const uint8_t *magic)
{
	if (capformat_u32(f, magic) != SECTION)
		return false;
	f->step = step_block;
	return true;
}
