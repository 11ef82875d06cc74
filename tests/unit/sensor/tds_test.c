#include "sensor/tds.h"

#include "lib/hex.h"

/* What comes out, as text. */
static void run(const char *bytes, size_t piece, const char *want)
{
	struct span in = unhex(bytes), all = in;
	struct tds t = {0};
	uint8_t out[256];
	size_t n = 0;

	while (all.n > 0) {
		struct span part = span_take(&all, piece < all.n ? piece : all.n);

		while (part.n > 0) {
			struct span next = tds_next(&t, &part);

			if (next.n > 0)
				memcpy(out + n, next.p, next.n);
			n += next.n;
		}
	}
	CHECK_STR(hex(out, n), want);
	unhex_free(in);
}

static void headers_are_taken_out(void)
{
	for (size_t piece = 1; piece < 40; piece++) {
		run("1200000a00000100 aabb 1201000900000200 cc 170303000155", piece,
		    "aabbcc170303000155");
		run("0401000b00330100 001122 0401000900330100 44", piece, "00112244");
		run("474554202f0d0a0d0a", piece, "474554202f0d0a0d0a");
	}
}

static void what_is_no_header_is_kept(void)
{
	static const char *const rows[] = {"12", /* held: it may be one */
	    "1202000a00000100aabb", "1201000800000100aabb", "1201000a00000101aabb"};

	run(rows[0], 1, "");
	for (size_t i = 1; i < sizeof(rows) / sizeof(rows[0]); i++)
		for (size_t piece = 1; piece < 12; piece++)
			run(rows[i], piece, rows[i]);
}

static void gaps(void)
{
	struct span in = unhex("1201001000000100 aabb"), next;
	struct tds t = {0};
	struct span part = in;

	next = tds_next(&t, &part);
	CHECK_EQ(next.n, 2);
	CHECK_EQ(tds_gap(&t, 4), 4);
	CHECK_EQ(tds_gap(&t, 2), 2);
	part = in; /* a header again */
	CHECK_EQ(tds_next(&t, &part).n, 2);
	CHECK_EQ(tds_gap(&t, 100), 0); /* who knows where */
	CHECK_EQ(tds_gap(&t, 100), 100);
	unhex_free(in);
}

int main(void)
{
	RUN(headers_are_taken_out);
	RUN(what_is_no_header_is_kept);
	RUN(gaps);
	return test_done();
}
