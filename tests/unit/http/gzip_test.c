#include "http/gzip.h"

#include "lib/test.h"

#include <zlib.h>

/* What zlib, told to expect one member, makes of it; false: it is none, or there is more. */
static bool unpack(struct span packed, struct buf *ret)
{
	z_stream z = {.next_in = (Bytef *)(uintptr_t)packed.p, .avail_in = (uInt)packed.n};
	int rc = inflateInit2(&z, 15 + 16);

	while (rc == Z_OK) {
		z.next_out = buf_room(ret, 4096);
		z.avail_out = 4096;
		rc = z.next_out ? inflate(&z, Z_NO_FLUSH) : Z_MEM_ERROR;
		buf_wrote(ret, 4096 - z.avail_out);
	}
	inflateEnd(&z);
	return rc == Z_STREAM_END && z.avail_in == 0;
}

/* Bytes that do not repeat soon: longer than a piece when packed. */
static void noise(struct buf *b, size_t n)
{
	uint32_t x = 1;

	for (size_t i = 0; i < n; i++) {
		uint8_t byte;

		x = x * 1664525 + 1013904223;
		byte = (uint8_t)(x >> 24);
		buf_put(b, &byte, 1);
	}
}

static bool is_same(struct span packed, struct span original)
{
	struct buf out;
	bool same;

	buf_init(&out, 1 << 24);
	same = unpack(packed, &out) && out.n == original.n &&
	       (out.n == 0 || memcmp(out.p, original.p, out.n) == 0);
	buf_done(&out);
	return same;
}

static void a_whole_comes_back(void)
{
	static const size_t sizes[] = {0, 1, 1000, 16 << 10, 300000};

	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		struct buf original, packed;

		buf_init(&original, 1 << 20);
		buf_init(&packed, 1 << 20);
		noise(&original, sizes[i]);
		buf_str(&packed, "before");
		CHECK(gzip_whole(&packed, buf_view(&original)));
		CHECK_MEM(packed.p, "before", 6);
		CHECK(is_same(span_of(packed.p + 6, packed.n - 6), buf_view(&original)));
		buf_done(&original);
		buf_done(&packed);
	}
}

/* As exports are: nothing may be left in the packer when the last piece is out. */
static void pieces_are_one_member(void)
{
	struct gzip *g = gzip_new();
	struct buf original, packed;

	buf_init(&original, 1 << 20);
	buf_init(&packed, 1 << 20);
	noise(&original, 200000);
	for (size_t at = 0; at < original.n; at += 1000)
		CHECK(gzip_push(g, span_of(original.p + at, 1000), false, &packed));
	CHECK(gzip_push(g, span_of(NULL, 0), true, &packed));
	CHECK(is_same(buf_view(&packed), buf_view(&original)));
	gzip_free(g);
	buf_done(&original);
	buf_done(&packed);
}

static void what_repeats_gets_short(void)
{
	struct buf original, packed;

	buf_init(&original, 1 << 20);
	buf_init(&packed, 1 << 20);
	for (int i = 0; i < 1000; i++)
		buf_printf(&original, "{\"ip\":\"192.0.2.%d\",\"port\":443},", i % 250);
	CHECK(gzip_whole(&packed, buf_view(&original)));
	CHECK(packed.n < original.n / 7);
	buf_done(&original);
	buf_done(&packed);
}

static void what_does_not_fit_leaves_nothing(void)
{
	struct buf original, packed;

	buf_init(&original, 1 << 20);
	buf_init(&packed, 40000);
	noise(&original, 100000);
	buf_str(&packed, "before");
	CHECK(!gzip_whole(&packed, buf_view(&original)));
	CHECK_EQ(packed.n, 6);
	gzip_free(NULL);
	buf_done(&original);
	buf_done(&packed);
}

int main(void)
{
	RUN(a_whole_comes_back);
	RUN(pieces_are_one_member);
	RUN(what_repeats_gets_short);
	RUN(what_does_not_fit_leaves_nothing);
	return test_done();
}
