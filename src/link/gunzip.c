/*
 * gunzip.c: zlib does the work (RFC 1952); what is ours is the line of members: pigz and `cat a.gz
 * b.gz` write several, and tapes and careless copies leave zeros behind the last.
 */
#include "link/gunzip.h"

#include "link/limits.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

enum gunzip_state { IN_MEMBER, BETWEEN, BEHIND, BROKEN };

struct gunzip {
	z_stream z;
	enum gunzip_state state;
	uint8_t packed[CAPFILE_READ_BYTES];
};

struct err gunzip_new(struct gunzip **ret_gunzip)
{
	struct gunzip *g = malloc(sizeof(*g));

	if (!g)
		return err_limit("out of memory");
	g->z = (z_stream){.next_in = g->packed};
	g->state = IN_MEMBER;
	if (inflateInit2(&g->z, 16 + MAX_WBITS) != Z_OK) { /* 16: gzip's header, no other */
		free(g);
		return err_limit("out of memory");
	}
	*ret_gunzip = g;
	return OK;
}

void gunzip_free(struct gunzip *g)
{
	if (!g)
		return;
	inflateEnd(&g->z);
	free(g);
}

uint8_t *gunzip_room(struct gunzip *g, size_t *ret_n)
{
	if (g->z.avail_in && g->z.next_in != g->packed)
		memmove(g->packed, g->z.next_in, g->z.avail_in);
	g->z.next_in = g->packed;
	*ret_n = sizeof(g->packed) - g->z.avail_in;
	return g->packed + g->z.avail_in;
}

void gunzip_wrote(struct gunzip *g, size_t n)
{
	g->z.avail_in += (unsigned)n;
}

/* The first byte behind a member tells whether another one follows. */
static void next_member(struct gunzip *g)
{
	g->state = *g->z.next_in == 0x1f && inflateReset(&g->z) == Z_OK ? IN_MEMBER : BEHIND;
}

/* One go of zlib's; false: it has nothing left to say. It may have when its input is used up, and
 * then says Z_BUF_ERROR the next time. */
static bool unpack(struct gunzip *g)
{
	int status = inflate(&g->z, Z_NO_FLUSH);

	if (status == Z_STREAM_END)
		g->state = BETWEEN;
	else if (status != Z_OK && status != Z_BUF_ERROR)
		g->state = BROKEN;
	return status == Z_OK || status == Z_STREAM_END;
}

struct err gunzip_read(struct gunzip *g, uint8_t *p, size_t n, size_t *ret_n)
{
	bool more = true;

	g->z.next_out = p;
	g->z.avail_out = (unsigned)n;
	while (more && g->z.avail_out) {
		if (g->state == BETWEEN && g->z.avail_in)
			next_member(g);
		more = g->state == IN_MEMBER && unpack(g);
	}
	if (g->state == BEHIND)
		g->z.avail_in = 0;
	/* What came before the damage is handed out first. */
	if (g->state == BROKEN && g->z.avail_out == n)
		return err_input(0, "the gzip stream is broken");
	*ret_n = n - g->z.avail_out;
	return OK;
}

bool gunzip_is_whole(const struct gunzip *g)
{
	return g->state == BETWEEN || g->state == BEHIND;
}
