/*
 * capfile.c: the window over a capture file. Bytes are read into it a quarter of a megabyte at a
 * time, and frames are lent out where they lie: nothing is copied but the packet that the end of a
 * read cut in two, which moves to the front. gzip is told by its magic and unpacked into the window
 * on the way; the two formats (cap_pcap.c, cap_pcapng.c) see only what is unread.
 */
#include "link/capfile.h"

#include "link/capformat.h"
#include "link/gunzip.h"
#include "link/limits.h"

#include <stdlib.h>

enum { MAGIC = 4 };

struct capfile {
	struct capformat format; /* .step NULL: not known yet */
	struct gunzip *gunzip; /* NULL: plain */
	size_t begin, end; /* unread bytes of the window */
	uint64_t skip; /* of a block that is passed over, bytes that have not come yet */
	uint64_t offset; /* of window[begin] */
	bool ended;
	struct err failed;
	uint8_t window[CAPFILE_READ_BYTES + CAPFILE_BLOCK_MAX];
};

struct err capfile_new(struct capfile **ret_file)
{
	/* The window's pages are not touched until they are written to. */
	struct capfile *c = calloc(1, sizeof(*c));

	if (!c)
		return err_limit("out of memory");
	*ret_file = c;
	return OK;
}

void capfile_free(struct capfile *c)
{
	if (!c)
		return;
	gunzip_free(c->gunzip);
	free(c->format.interfaces);
	free(c);
}

static struct span unread(const struct capfile *c)
{
	return span_of(c->window + c->begin, c->end - c->begin);
}

static uint8_t *window_room(struct capfile *c, size_t *ret_n)
{
	size_t n = c->end - c->begin;

	if (n && c->begin)
		memmove(c->window, c->window + c->begin, n);
	c->begin = 0;
	c->end = n;
	*ret_n = sizeof(c->window) - n;
	if (*ret_n > CAPFILE_READ_BYTES)
		*ret_n = CAPFILE_READ_BYTES;
	return c->window + n;
}

static void use(struct capfile *c, uint64_t n)
{
	size_t there = c->end - c->begin;
	size_t now = n < there ? (size_t)n : there;

	c->begin += now;
	c->offset += now;
	c->skip = n - now;
}

uint8_t *capfile_room(struct capfile *c, size_t *ret_n)
{
	return c->gunzip ? gunzip_room(c->gunzip, ret_n) : window_room(c, ret_n);
}

void capfile_wrote(struct capfile *c, size_t n)
{
	c->ended = n == 0;
	if (c->gunzip)
		gunzip_wrote(c->gunzip, n);
	else
		c->end += n;
}

/* What was taken for the beginning of a capture is packed: it moves in front of the unpacker. */
static struct err begin_gunzip(struct capfile *c)
{
	struct span packed = unread(c);
	struct err e = gunzip_new(&c->gunzip);
	size_t n;

	if (err_is(e))
		return e;
	memcpy(gunzip_room(c->gunzip, &n), packed.p, packed.n);
	gunzip_wrote(c->gunzip, packed.n);
	c->begin = c->end = 0;
	return OK;
}

static struct err recognise(struct capfile *c)
{
	const uint8_t *magic = c->window + c->begin;

	if (capformat_pcap(&c->format, magic) || capformat_pcapng(&c->format, magic))
		return OK;
	if (!c->gunzip && magic[0] == 0x1f && magic[1] == 0x8b)
		return begin_gunzip(c);
	return err_input(0, "neither pcap nor pcapng");
}

/* More in the window without asking for more: true if there is. */
static bool refill(struct capfile *c, struct err *ret_err)
{
	size_t room, n = 0;
	uint8_t *p;

	if (!c->gunzip)
		return false;
	p = window_room(c, &room);
	*ret_err = gunzip_read(c->gunzip, p, room, &n);
	ret_err->at = (uint32_t)c->offset;
	c->end += n;
	return n > 0;
}

static enum capstep step(struct capfile *c, struct capresult *ret)
{
	struct err e;

	use(c, c->skip);
	if (c->format.step)
		return c->format.step(&c->format, unread(c), ret);
	if (c->end - c->begin < MAGIC)
		return CAP_MORE;
	e = recognise(c);
	if (err_is(e))
		return capformat_broken(ret, e.what);
	return CAP_SKIP;
}

/* No frame and no more bytes. */
static struct err dry(struct capfile *c, bool *ret_have)
{
	if (c->ended && !c->format.step)
		return c->failed = err_input(0, "neither pcap nor pcapng");
	*ret_have = false;
	return OK;
}

struct err capfile_next(struct capfile *c, struct frame *ret_frame, bool *ret_have)
{
	while (!err_is(c->failed)) {
		struct capresult result = {0};

		switch (step(c, &result)) {
		case CAP_FRAME:
			use(c, result.used);
			*ret_frame = result.frame;
			*ret_have = true;
			return OK;
		case CAP_SKIP:
			use(c, result.used);
			break;
		case CAP_MORE:
			if (!refill(c, &c->failed) && !err_is(c->failed))
				return dry(c, ret_have);
			break;
		case CAP_BROKEN:
			c->failed = err_input((size_t)c->offset, result.broken);
			break;
		}
	}
	return c->failed;
}

bool capfile_is_cut(const struct capfile *c)
{
	return c->ended && !err_is(c->failed) &&
	       (c->begin < c->end || c->skip > 0 || (c->gunzip && !gunzip_is_whole(c->gunzip)));
}

uint64_t capfile_offset(const struct capfile *c)
{
	return c->offset;
}
