/* Files written by hand (capwrite.h), and real ones, read by libpcap too: every byte must agree. */
#include "link/capfile.h"

#include "link/limits.h"

#include "capwrite.h"
#include "lib/test.h"

#include <dirent.h>
#include <zlib.h>

enum { LOG_MAX = 64 << 20 };

/* What was read, and how it ended. */
struct reading {
	struct buf log; /* a line a frame: time link wire_n bytes; or, if as_pcap, a file of them */
	bool as_pcap;
	size_t frames;
	struct err e;
	uint64_t offset;
	bool cut;
};

static void log_frame(struct reading *r, const struct frame *f)
{
	r->frames++;
	if (r->as_pcap) {
		buf_le(&r->log, (uint64_t)f->time_us / 1000000, 4);
		buf_le(&r->log, (uint64_t)f->time_us % 1000000, 4);
		buf_le(&r->log, f->bytes.n, 4);
		buf_le(&r->log, f->wire_n, 4);
	} else {
		buf_printf(&r->log, "%" PRId64 " %u %u ", f->time_us, f->link, f->wire_n);
	}
	buf_span(&r->log, f->bytes);
	if (!r->as_pcap)
		buf_str(&r->log, "\n");
}

static void pull(struct capfile *c, struct reading *r)
{
	struct frame frame;
	bool have = true;

	while (have && !err_is(r->e)) {
		r->e = capfile_next(c, &frame, &have);
		if (!err_is(r->e) && have)
			log_frame(r, &frame);
	}
}

static void read_pieces(struct span file, size_t piece, struct reading *r)
{
	struct capfile *c = NULL;
	size_t n = 1;

	buf_init(&r->log, LOG_MAX);
	r->e = capfile_new(&c);
	while (n > 0 && !err_is(r->e)) {
		size_t room;
		uint8_t *p = capfile_room(c, &room);

		n = piece < room ? piece : room;
		if (n > file.n)
			n = file.n;
		if (n > 0)
			memcpy(p, span_take(&file, n).p, n);
		capfile_wrote(c, n);
		pull(c, r);
	}
	r->offset = capfile_offset(c);
	r->cut = capfile_is_cut(c);
	capfile_free(c);
}

static struct reading read_whole(struct span file)
{
	struct reading r = {0};

	read_pieces(file, SIZE_MAX, &r);
	return r;
}

/* Reads it whole and in small pieces, and then is done with it. */
static void expect(struct capwrite *w, const char *log)
{
	static const size_t pieces[] = {SIZE_MAX, 1, 7};

	for (size_t i = 0; i < sizeof(pieces) / sizeof(*pieces); i++) {
		struct reading r = {0};

		read_pieces(buf_view(&w->b), pieces[i], &r);
		CHECK_STR(buf_text(&r.log), log);
		CHECK(!err_is(r.e));
		CHECK(!r.cut);
		buf_done(&r.log);
	}
	buf_done(&w->b);
}

/* What is before it stays true; the offset is where it breaks. */
static void expect_broken(struct capwrite *w, const char *log, size_t offset, const char *what)
{
	struct reading r = read_whole(buf_view(&w->b));

	CHECK_STR(buf_text(&r.log), log);
	CHECK_EQ(err_class(r.e), ERR_INPUT);
	CHECK_STR(r.e.what, what);
	CHECK_EQ(r.e.at, offset);
	CHECK_EQ(r.offset, offset);
	CHECK(!r.cut);
	buf_done(&r.log);
	buf_done(&w->b);
}

static void pcap_of_every_kind(void)
{
	static const struct {
		uint32_t magic, fraction;
		size_t modified;
	} kinds[] = {{0xa1b2c3d4, 123456, 0}, {0xa1b23c4d, 123456789, 0}, {0xa1b2cd34, 123456, 8}};

	for (int i = 0; i < 6; i++) {
		struct capwrite w;

		cw_init(&w, i & 1);
		cw_pcap(&w, kinds[i / 2].magic, 113);
		cw_pcap_packet(&w, 4102444800, kinds[i / 2].fraction, 5, 1500);
		cw(&w, 99, kinds[i / 2].modified);
		buf_str(&w.b, "hello");
		cw_pcap_packet(&w, 1, 0, 0, 0);
		cw(&w, 99, kinds[i / 2].modified);
		expect(&w, "4102444800123456 113 1500 hello\n1000000 113 0 \n");
	}
}

static void pcap_checksum_length_is_no_link_type(void)
{
	struct capwrite w;

	cw_init(&w, false);
	cw_pcap(&w, 0xa1b2c3d4, 0x24000001);
	cw_pcap_packet(&w, 1, 0, 1, 1);
	buf_str(&w.b, "x");
	expect(&w, "1000000 1 1 x\n");
}

static void wire_length_is_never_below_captured(void)
{
	struct capwrite w;

	cw_init(&w, false);
	cw_pcap(&w, 0xa1b2c3d4, 1);
	cw_pcap_packet(&w, 1, 0, 3, 2);
	buf_str(&w.b, "abc");
	expect(&w, "1000000 1 3 abc\n");
}

/* Frames of all lengths, many windows of them: what a read cuts comes out whole. */
static void frames_across_reads(void)
{
	static const size_t pieces[] = {SIZE_MAX, 4096, 65537, 7};
	struct capwrite w;

	cw_init(&w, false);
	cw_pcap(&w, 0xa1b2c3d4, 1);
	for (uint32_t i = 0; i < 3000; i++) {
		cw_pcap_packet(&w, i, i, i * 7 % 2999, 3000);
		buf_fill(&w.b, (uint8_t)i, i * 7 % 2999);
	}
	for (size_t i = 0; i < sizeof(pieces) / sizeof(*pieces); i++) {
		struct reading r = {.as_pcap = true};

		read_pieces(buf_view(&w.b), pieces[i], &r);
		CHECK_EQ(r.frames, 3000);
		CHECK_EQ(r.log.n, w.b.n - 24);
		if (r.log.n == w.b.n - 24)
			CHECK_MEM(r.log.p, w.b.p + 24, r.log.n);
		buf_done(&r.log);
	}
	buf_done(&w.b);
}

static void the_longest_frame(void)
{
	struct capwrite w;
	struct reading r;

	cw_init(&w, false);
	cw_pcap(&w, 0xa1b2c3d4, 1);
	for (uint32_t i = 0; i < 5; i++) {
		cw_pcap_packet(&w, i, 0, CAPFILE_FRAME_MAX, CAPFILE_FRAME_MAX);
		buf_fill(&w.b, (uint8_t)i, CAPFILE_FRAME_MAX);
	}
	r = read_whole(buf_view(&w.b));
	CHECK(!err_is(r.e));
	CHECK_EQ(r.frames, 5);
	buf_done(&r.log);
	buf_done(&w.b);
}

static void a_longer_frame_breaks_the_file(void)
{
	struct capwrite w;

	cw_init(&w, false);
	cw_pcap(&w, 0xa1b2c3d4, 1);
	cw_pcap_packet(&w, 1, 0, 1, 1);
	buf_str(&w.b, "x");
	cw_pcap_packet(&w, 1, 0, CAPFILE_FRAME_MAX + 1, 1);
	expect_broken(&w, "1000000 1 1 x\n", 41, "a packet is longer than packets are");
}

static void cut_in_a_packet(void)
{
	struct capwrite w;

	cw_init(&w, false);
	cw_pcap(&w, 0xa1b2c3d4, 1);
	cw_pcap_packet(&w, 1, 0, 3, 3);
	buf_str(&w.b, "abc");
	for (size_t n = 4; n <= w.b.n; n++) {
		struct reading r = read_whole(span_of(w.b.p, n));

		CHECK(!err_is(r.e));
		CHECK_EQ(r.cut, n != 24 && n != w.b.n);
		CHECK_EQ(r.frames, n == w.b.n);
		buf_done(&r.log);
	}
	buf_done(&w.b);
}

static void what_is_no_capture(void)
{
	static const char *const texts[] = {"", "x", "\x1f\x8b\x08", "# hello, world\n"};

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		struct capwrite w;

		cw_init(&w, false);
		buf_str(&w.b, texts[i]);
		expect_broken(&w, "", 0, "neither pcap nor pcapng");
	}
}

static void other_versions(void)
{
	struct capwrite w;

	cw_init(&w, false);
	cw_pcap(&w, 0xa1b2c3d4, 1);
	w.b.p[4] = 3;
	expect_broken(&w, "", 0, "a version of pcap other than 2");
	cw_init(&w, true);
	cw_section(&w);
	w.b.p[13] = 2;
	expect_broken(&w, "", 0, "a version of pcapng other than 1");
}

static void pcapng_blocks(void)
{
	for (int big = 0; big < 2; big++) {
		struct capwrite w;

		cw_init(&w, big);
		cw_section(&w);
		cw_interface(&w, 1, 0, -1, 0);
		cw_any(&w, 4, 20); /* names */
		cw_enhanced(&w, 0, 1700000000123456, "one", 1500);
		cw_old(&w, 0, 1700000000123457, "four", 4);
		cw_any(&w, 0x80001234, 0); /* unknown */
		cw_simple(&w, "simple", 6);
		expect(&w, "1700000000123456 1 1500 one\n"
			   "1700000000123457 1 4 four\n"
			   "1700000000123457 1 6 simple\n");
	}
}

static void pcapng_interfaces_have_links_and_clocks(void)
{
	struct capwrite w;

	cw_init(&w, false);
	cw_section(&w);
	cw_interface(&w, 1, 0, 9, 0);
	cw_interface(&w, 113, 0, 3, 0);
	cw_interface(&w, 228, 0, 0x80 | 10, 0);
	cw_interface(&w, 229, 0, 6, -3600);
	cw_interface(&w, 101, 0, 0, 1700000000);
	cw_enhanced(&w, 0, 1700000000123456789, "a", 1);
	cw_enhanced(&w, 1, 1700000000123, "b", 1);
	cw_enhanced(&w, 2, UINT64_C(1700000000) * 1024 + 512, "c", 1);
	cw_enhanced(&w, 3, 1700000000000001, "d", 1);
	cw_enhanced(&w, 4, 5, "e", 1);
	expect(&w, "1700000000123456 1 1 a\n"
		   "1700000000123000 113 1 b\n"
		   "1700000000500000 228 1 c\n"
		   "1699996400000001 229 1 d\n"
		   "1700000005000000 101 1 e\n");
}

static void pcapng_clocks_at_their_ends(void)
{
	struct capwrite w;

	cw_init(&w, false);
	cw_section(&w);
	cw_interface(&w, 1, 0, 0, 0);
	cw_interface(&w, 1, 0, 19, INT64_MIN);
	cw_interface(&w, 1, 0, 0x80 | 63, 0);
	cw_interface(&w, 1, 0, 6, INT64_MAX);
	cw_interface(&w, 1, 0, 0x80, 0);
	cw_enhanced(&w, 0, UINT64_MAX, "a", 1);
	cw_enhanced(&w, 1, UINT64_MAX, "b", 1);
	cw_enhanced(&w, 2, UINT64_MAX, "c", 1);
	cw_enhanced(&w, 3, UINT64_MAX, "d", 1);
	cw_enhanced(&w, 3, 0, "e", 1);
	cw_enhanced(&w, 4, UINT64_MAX, "f", 1);
	expect(&w, "253402300799000000 1 1 a\n"
		   "0 1 1 b\n"
		   "1999999 1 1 c\n"
		   "253402300799000000 1 1 d\n"
		   "253402300799000000 1 1 e\n"
		   "253402300799000000 1 1 f\n");
}

static void pcapng_sections_are_worlds_of_their_own(void)
{
	struct capwrite little, w;

	cw_init(&little, false);
	cw_section(&little);
	cw_interface(&little, 276, 0, -1, 0);
	cw_enhanced(&little, 0, 2, "little", 6);
	cw_init(&w, true);
	cw_section(&w);
	cw_interface(&w, 1, 0, 9, 0);
	cw_enhanced(&w, 0, 1000, "big", 3);
	buf_span(&w.b, buf_view(&little.b));
	buf_done(&little.b);
	expect(&w, "1 1 3 big\n2 276 6 little\n");
}

static void pcapng_interfaces_end_with_their_section(void)
{
	struct capwrite w;
	size_t at;

	cw_init(&w, false);
	cw_section(&w);
	cw_interface(&w, 1, 0, -1, 0);
	cw_section(&w);
	at = w.b.n;
	cw_enhanced(&w, 0, 0, "x", 1);
	expect_broken(&w, "", at, "a packet of an interface that was not described");
}

static void pcapng_simple_packets_end_at_the_snaplen(void)
{
	struct capwrite w;

	cw_init(&w, false);
	cw_section(&w);
	cw_interface(&w, 1, 5, -1, 0);
	cw_simple(&w, "12345678", 1000);
	cw_simple(&w, "123", 3);
	expect(&w, "0 1 1000 12345\n0 1 3 123\n");
}

/* Secrets, names, a vendor's own: longer than the window, between two packets. */
static void pcapng_long_blocks_are_skipped(void)
{
	struct capwrite w;
	struct reading r;

	cw_init(&w, false);
	cw_section(&w);
	cw_interface(&w, 1, 0, -1, 0);
	cw_enhanced(&w, 0, 1, "a", 1);
	cw_any(&w, 10, 3 << 20);
	cw_enhanced(&w, 0, 2, "b", 1);
	r = read_whole(buf_view(&w.b));
	CHECK_STR(buf_text(&r.log), "1 1 1 a\n2 1 1 b\n");
	CHECK(!r.cut);
	CHECK_EQ(r.offset, w.b.n);
	buf_done(&r.log);
	r = read_whole(span_of(w.b.p, 1 << 20));
	CHECK_STR(buf_text(&r.log), "1 1 1 a\n");
	CHECK(r.cut);
	buf_done(&r.log);
	buf_done(&w.b);
}

static void pcapng_broken_blocks(void)
{
	static const struct {
		size_t at; /* in the packet block, to be overwritten with */
		uint32_t value;
		const char *what;
	} cases[] = {
	    {4, 8, "a block of a length that no block has"},
	    {4, 37, "a block of a length that no block has"},
	    {4, CAPFILE_BLOCK_MAX + 4, "a block is longer than blocks of its kind are"},
	    {8, 1, "a packet of an interface that was not described"},
	    {20, 9, "a packet is longer than its block"},
	    {20, UINT32_MAX, "a packet is longer than its block"},
	    {36, 44, "a block whose two lengths differ"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct capwrite w;
		size_t at;

		cw_init(&w, true);
		cw_section(&w);
		cw_interface(&w, 1, 0, -1, 0);
		cw_enhanced(&w, 0, 1, "a", 1);
		at = w.b.n;
		cw_enhanced(&w, 0, 2, "12345678", 8);
		buf_store_be(w.b.p + at + cases[i].at, cases[i].value, 4);
		expect_broken(&w, "1 1 1 a\n", at, cases[i].what);
	}
}

static void pcapng_short_blocks(void)
{
	static const struct {
		uint32_t type;
		const char *what;
	} cases[] = {
	    {6, "a packet block is too short"},
	    {2, "a packet block is too short"},
	    {3, "a packet block is too short"},
	    {1, "a description of an interface is too short"},
	    {0x0a0d0d0a, "a section whose byte order cannot be told"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct capwrite w;
		size_t at;

		cw_init(&w, false);
		cw_section(&w);
		at = w.b.n;
		cw_any(&w, cases[i].type, 0);
		expect_broken(&w, "", at, cases[i].what);
	}
}

static void pcapng_clocks_too_fine(void)
{
	static const int resolutions[] = {20, 127, 0x80 | 64, 0xff};

	for (size_t i = 0; i < sizeof(resolutions) / sizeof(*resolutions); i++) {
		struct capwrite w;
		size_t at;

		cw_init(&w, false);
		cw_section(&w);
		at = w.b.n;
		cw_interface(&w, 1, 0, resolutions[i], 0);
		expect_broken(&w, "", at, "an interface's clock is finer than 64 bits can count");
	}
}

static void pcapng_too_many_interfaces(void)
{
	struct capwrite w;
	struct reading r;

	cw_init(&w, false);
	cw_section(&w);
	for (int i = 0; i <= CAPFILE_INTERFACES_MAX; i++)
		cw_interface(&w, 1, 0, -1, 0);
	r = read_whole(buf_view(&w.b));
	CHECK_STR(r.e.what, "more interfaces than any machine has");
	buf_done(&r.log);
	buf_done(&w.b);
}

/* A member of its own, appended. */
static void pack(struct buf *ret, struct span plain)
{
	z_stream z = {0};
	uint8_t *at = buf_room(ret, plain.n + 1024);

	CHECK_EQ(deflateInit2(&z, 6, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY), Z_OK);
	z.next_in = (uint8_t *)(uintptr_t)plain.p;
	z.avail_in = (unsigned)plain.n;
	z.next_out = at;
	z.avail_out = (unsigned)plain.n + 1024;
	CHECK_EQ(deflate(&z, Z_FINISH), Z_STREAM_END);
	buf_wrote(ret, plain.n + 1024 - z.avail_out);
	deflateEnd(&z);
}

/* Two packets, the second in a member of its own. */
static void packed_pcap(struct capwrite *ret)
{
	struct capwrite w;

	cw_init(&w, false);
	cw_init(ret, false);
	cw_pcap(&w, 0xa1b2c3d4, 1);
	cw_pcap_packet(&w, 1, 0, 3, 3);
	buf_str(&w.b, "one");
	pack(&ret->b, buf_view(&w.b));
	buf_reset(&w.b);
	cw_pcap_packet(&w, 2, 0, 3, 3);
	buf_str(&w.b, "two");
	pack(&ret->b, buf_view(&w.b));
	buf_done(&w.b);
}

static void gzip_members(void)
{
	struct capwrite w;

	packed_pcap(&w);
	expect(&w, "1000000 1 3 one\n2000000 1 3 two\n");
}

static void gzip_rubbish_behind(void)
{
	struct capwrite w;

	packed_pcap(&w);
	buf_fill(&w.b, 0, 700000);
	expect(&w, "1000000 1 3 one\n2000000 1 3 two\n");
}

static void gzip_of_gzip_is_no_capture(void)
{
	struct capwrite inner, w;

	packed_pcap(&inner);
	cw_init(&w, false);
	pack(&w.b, buf_view(&inner.b));
	buf_done(&inner.b);
	expect_broken(&w, "", 0, "neither pcap nor pcapng");
}

static void gzip_cut_and_broken(void)
{
	struct capwrite w;
	struct reading r;

	packed_pcap(&w);
	r = read_whole(span_of(w.b.p, w.b.n - 1));
	CHECK_STR(buf_text(&r.log), "1000000 1 3 one\n2000000 1 3 two\n");
	CHECK(!err_is(r.e));
	CHECK(r.cut);
	buf_done(&r.log);
	w.b.p[w.b.n - 8] ^= 1; /* its checksum */
	expect_broken(&w, "1000000 1 3 one\n2000000 1 3 two\n", 62, "the gzip stream is broken");
}

/* Ten times the window, from a few packed bytes. */
static void gzip_of_much(void)
{
	struct capwrite w, packed;
	struct reading r;

	cw_init(&w, false);
	cw_pcap(&w, 0xa1b2c3d4, 1);
	for (uint32_t i = 0; i < 20; i++) {
		cw_pcap_packet(&w, i, 0, CAPFILE_FRAME_MAX, CAPFILE_FRAME_MAX);
		buf_fill(&w.b, (uint8_t)i, CAPFILE_FRAME_MAX);
	}
	cw_init(&packed, false);
	pack(&packed.b, buf_view(&w.b));
	r = (struct reading){.as_pcap = true};
	read_pieces(buf_view(&packed.b), 100, &r);
	CHECK(!err_is(r.e) && !r.cut);
	CHECK_EQ(r.log.n, w.b.n - 24);
	if (r.log.n == w.b.n - 24)
		CHECK_MEM(r.log.p, w.b.p + 24, r.log.n);
	buf_done(&r.log);
	buf_done(&packed.b);
	buf_done(&w.b);
}

/* The whole output of a command, or of a file. */
static void slurp(FILE *f, struct buf *ret)
{
	uint8_t *at;
	size_t n = 1;

	buf_init(ret, LOG_MAX);
	while (f && n > 0 && (at = buf_room(ret, 65536))) {
		n = fread(at, 1, 65536, f);
		buf_wrote(ret, n);
	}
}

/* libpcap reads it and writes what it read as microsecond pcap. */
static bool same_as_libpcap(const char *path)
{
	struct reading r = {.as_pcap = true};
	struct buf file, theirs;
	FILE *f = fopen(path, "rb");
	char *command = NULL;
	bool same;

	slurp(f, &file);
	if (f)
		fclose(f);
	CHECK(asprintf(&command, "gzip -dcf '%s' | tcpdump -r - -w - 2>/dev/null", path) > 0);
	f = popen(command, "r");
	free(command);
	slurp(f, &theirs);
	if (f)
		pclose(f);
	read_pieces(buf_view(&file), SIZE_MAX, &r);
	same = theirs.n > 24 && !err_is(r.e) && theirs.n - 24 == r.log.n &&
	       memcmp(theirs.p + 24, r.log.p, r.log.n) == 0;
	if (!same)
		printf("# %s: %zu frames, %s\n", path, r.frames, r.e.what ? r.e.what : "no error");
	buf_done(&r.log);
	buf_done(&theirs);
	buf_done(&file);
	return same;
}

static size_t compare_folder(const char *below)
{
	char folder[4096], path[8192];
	struct dirent *entry;
	size_t files = 0;
	DIR *dir;

	snprintf(folder, sizeof(folder), "%s", test_path(below));
	dir = opendir(folder);
	while (dir && (entry = readdir(dir))) {
		if (!strstr(entry->d_name, ".pcap") && !strstr(entry->d_name, ".trace"))
			continue;
		snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
		CHECK(same_as_libpcap(path));
		files++;
	}
	if (dir)
		closedir(dir);
	return files;
}

static void real_captures_as_libpcap_reads_them(void)
{
	if (system("tcpdump --version >/dev/null 2>&1") != 0)
		SKIP("no tcpdump");
	if (compare_folder("../../shared/data/zeek/traces/tls") == 0)
		SKIP("../shared/data is not there");
	CHECK(compare_folder("../../shared/data/zeek/traces/quic") > 0);
}

int main(void)
{
	RUN(pcap_of_every_kind);
	RUN(pcap_checksum_length_is_no_link_type);
	RUN(wire_length_is_never_below_captured);
	RUN(frames_across_reads);
	RUN(the_longest_frame);
	RUN(a_longer_frame_breaks_the_file);
	RUN(cut_in_a_packet);
	RUN(what_is_no_capture);
	RUN(other_versions);
	RUN(pcapng_blocks);
	RUN(pcapng_interfaces_have_links_and_clocks);
	RUN(pcapng_clocks_at_their_ends);
	RUN(pcapng_sections_are_worlds_of_their_own);
	RUN(pcapng_interfaces_end_with_their_section);
	RUN(pcapng_simple_packets_end_at_the_snaplen);
	RUN(pcapng_long_blocks_are_skipped);
	RUN(pcapng_broken_blocks);
	RUN(pcapng_short_blocks);
	RUN(pcapng_clocks_too_fine);
	RUN(pcapng_too_many_interfaces);
	RUN(gzip_members);
	RUN(gzip_rubbish_behind);
	RUN(gzip_of_gzip_is_no_capture);
	RUN(gzip_cut_and_broken);
	RUN(gzip_of_much);
	RUN(real_captures_as_libpcap_reads_them);
	return test_done();
}
