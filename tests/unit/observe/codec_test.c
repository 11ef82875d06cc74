#include "observe/codec.h"

#include "lib/test.h"
#include "records.h"

static struct arena arena;
static struct buf out;

static struct span written(size_t k)
{
	struct record r = any_record(k);

	buf_reset(&out);
	CHECK(!err_is(codec_write(&r, &out)));
	return buf_view(&out);
}

static bool reads(struct span in, struct record *ret)
{
	bool whole = false;

	return !err_is(codec_read(&in, &arena, ret, &whole)) && whole && in.n == 0;
}

/* The bytes on the pipe, written down by hand: a change of them needs a new CODEC_VERSION. */
static void golden_bytes(void)
{
	static const char observation[] =
	    "\0\0\0\xb2"
	    "\1\2"
	    "\0\0\0\0\0\0\0\0\0\0\xff\xff\x0a\0\0\1"
	    "\0\0\0\0"
	    "\x01\xbb"
	    "\1"
	    "\0\0\0\x9"
	    "a.example"
	    "\0\0\0\x0c"
	    "host.example"
	    "\0\0\0\0\0\0\0\3"
	    "\0\0\0\0\0\0\3\xe8"
	    "\0\0\0\0\0\0\7\xd0"
	    "\0\1\2\3\4\5\6\7\x8\x9\xa\xb\xc\xd\xe\xf"
	    "\x10\x11\x12\x13\x14\x15\x16\x17\x18\x19\x1a\x1b\x1c\x1d\x1e\x1f"
	    "\0\0\0\2"
	    "\0\0\0\1"
	    "\0\0\0\0"
	    "\0\0\0\0"
	    "\3\3"
	    "\xc0\x2f"
	    "\0\x1d"
	    "\1"
	    "\1"
	    "\1"
	    "\1"
	    "\2"
	    "\x28"
	    "\2"
	    "\0\0\0\2"
	    "h2"
	    "\1"
	    "\0\x8"
	    "\3"
	    "\x80\0\0\0\0\0\0\0"
	    "\x7f\xff\xff\xff\xff\xff\xff\xff"
	    "\0\0\0\x9"
	    "a.example";
	static const char hint[] = "\0\0\0\x29"
				   "\1\x20"
				   "\x20\1\0\0\0\0\0\0\0\0\0\0\0\0\0\1"
				   "\0\0\0\2"
				   "\0\x19"
				   "\1"
				   "\4"
				   "\1"
				   "\0\0\0\xa"
				   "mx.example";
	static const char judge[] =
	    "\0\0\0\x32"
	    "\1\x22"
	    "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
	    "\2"
	    "\0\0\0\3"
	    "one"
	    "\0\0\0\4"
	    "two!";
	static const struct {
		size_t k;
		const char *bytes;
		size_t n;
	} cases[] = {
	    {1, observation, sizeof(observation) - 1},
	    {3,
		"\0\0\0\x19"
		"\1\4"
		"\1"
		"\0\0\0\x12"
		"file limit reached",
		29},
	    {4,
		"\0\0\0\2"
		"\1\5",
		6},
	    {5, hint, sizeof(hint) - 1},
	    {6,
		"\0\0\0\xa"
		"\1\x21"
		"\0\0\0\4"
		"a CA",
		14},
	    {7, judge, sizeof(judge) - 1},
	    {8,
		"\0\0\0\xa"
		"\1\x23"
		"\0\0\0\0\0\0\0\x2a",
		14},
	    {9,
		"\0\0\0\2"
		"\1\x24",
		6},
	    {10,
		"\0\0\0\2"
		"\1\x25",
		6},
	    {12,
		"\0\0\0\x26"
		"\1\6"
		"\1"
		"\1\2\3\4\0\0\0\0\0\0\0\0\0\0\0\0"
		"\0\1\x51\x80"
		"\0\0\0\0\0\x0f\x42\x40"
		"\0\0\0\3"
		"a\tb",
		42},
	    {13,
		"\0\0\0\x1a"
		"\1\7"
		"\0\0\0\3"
		"\0\0\0\2"
		"\0\0\0\0\0\0\0\5"
		"\xff\xff\xff\xff\xff\xff\xff\xff",
		30},
	    {14,
		"\0\0\0\x24"
		"\1\x8"
		"\0\0\0\x71"
		"\0\0\0\0\0\0\0\x0c"
		"\0\0\0\0\0\0\0\0\0\0\xff\xff\x0a\0\0\7"
		"\0\0\0\0"
		"\x01\xbb",
		40},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct span got = written(cases[i].k);

		CHECK_EQ(got.n, cases[i].n);
		if (got.n == cases[i].n)
			CHECK_MEM(got.p, cases[i].bytes, got.n);
	}
}

static void what_is_read_writes_the_same(void)
{
	for (size_t k = 0; k < ANY_RECORDS; k++) {
		struct span before = written(k);
		struct record r = {0};
		struct buf again;

		buf_init(&again, RECORD_MAX);
		CHECK(reads(before, &r));
		CHECK_EQ(r.type, any_record(k).type);
		CHECK(!err_is(codec_write(&r, &again)));
		CHECK(span_eq(buf_view(&again), before));
		buf_done(&again);
	}
}

static void define_keeps_every_field(void)
{
	const struct chain_verdict *v = any_verdict(), *got;
	struct record r = {0};

	CHECK(reads(written(0), &r));
	got = r.define;
	CHECK(got && digest256_eq(&got->id, &v->id));
	CHECK_EQ(got->trust_epoch, 7);
	CHECK(got->cut);
	CHECK_EQ(got->n_certs, 2);
	CHECK(span_is(got->der[1], "nor this"));
	CHECK_STR(got->facts[0]->subject, "CN=a.example,O=\xc3\xa4");
	CHECK_EQ(got->facts[0]->not_after_s, 0x100000000);
	CHECK_EQ(got->facts[0]->key_kind, KEY_EC);
	CHECK_EQ(got->facts[0]->n_sans, 2);
	CHECK_STR(got->facts[0]->sans[1], "10.0.0.1");
	CHECK(!got->facts[0]->is_ca && got->facts[1]->is_ca && got->facts[1]->self_issued);
	CHECK(!got->facts[1]->self_signed && got->facts[1]->unparsed);
	CHECK_EQ(got->facts[1]->not_before_s, -5);
	CHECK_EQ(got->findings[0].until_s, FOREVER_S);
	CHECK_STR(got->findings[0].evidence, "since 2106");
}

static void progress_keeps_every_field(void)
{
	struct progress p = any_progress(), *got;
	struct record r = {0};

	CHECK(reads(written(2), &r));
	got = &r.progress;
	CHECK(got->worker == p.worker && got->total == p.total && got->tried == p.tried);
	CHECK(got->open == p.open && got->refused == p.refused && got->timeout == p.timeout);
	CHECK(got->unreachable == p.unreachable && got->grabs_pending == p.grabs_pending);
	CHECK(got->connections == p.connections && got->low_water == p.low_water);
	CHECK(span_eq(got->held, p.held));
	CHECK(got->probes == p.probes && got->absent == p.absent && got->passes == p.passes);
	CHECK_EQ(got->disbelieved, p.disbelieved);
	CHECK(got->probed == p.probed && got->answered == p.answered);
	CHECK(got->covered == p.covered && got->surveyed == p.surveyed);
}

/* The golden observation, and behind it who, whither and how much was sealed. */
static void a_sensor_adds_what_it_sensed(void)
{
	struct span plain = written(1), sensed = written(11);
	static const char more[] = "\0\0\0\0\0\0\0\0\0\0\xff\xff\x0a\0\0\2"
				   "\0\0\0\0"
				   "\1"
				   "\0\0\3\x8a";

	CHECK_EQ(sensed.n, plain.n + sizeof(more) - 1);
	CHECK_MEM(sensed.p + plain.n, more, sizeof(more) - 1);
}

/* Read in an exact allocation, so that ASan sees a read past the end of what has come. */
static void a_part_of_a_record_waits(void)
{
	for (size_t k = 0; k < ANY_RECORDS; k++) {
		struct span all = written(k);

		for (size_t n = 0; n < all.n; n++) {
			uint8_t *part = malloc(n ? n : 1);
			struct span in = span_of(part, n);
			struct record r;
			bool whole = true;

			memcpy(part, all.p, n);
			CHECK(!err_is(codec_read(&in, &arena, &r, &whole)));
			CHECK(!whole && in.n == n);
			free(part);
		}
	}
}

/* A body that ends too early, or goes on, in a frame of the right length. */
static void a_body_of_another_length_is_bad(void)
{
	for (size_t k = 0; k < ANY_RECORDS; k++) {
		struct span all = written(k);
		uint8_t *copy = malloc(all.n + 1);

		memcpy(copy, all.p, all.n);
		copy[all.n] = 0;
		for (size_t n = 4; n <= all.n + 1; n++) {
			struct span in = span_of(copy, n);
			struct record r;
			bool whole;

			for (int i = 0; i < 4; i++)
				copy[i] = (uint8_t)((n - 4) >> (8 * (3 - i)));
			if (n != all.n)
				CHECK_EQ(err_class(codec_read(&in, &arena, &r, &whole)), ERR_PEER);
			arena_reset(&arena);
		}
		free(copy);
	}
}

/* One byte changed to a value that its field does not allow. Offsets as in golden_bytes. */
static void a_value_out_of_range_is_bad(void)
{
	static const struct {
		size_t k, at;
		uint8_t value;
	} cases[] = {
	    {4, 4, 2}, /* version */
	    {4, 5, 99}, /* type */
	    {4, 5, 0}, /* type */
	    {4, 0, 1}, /* length */
	    {4, 3, 1}, /* length shorter than a header */
	    {0, 6, 0xff}, /* chain id is not that of its certificates */
	    {0, 48, 'N'}, /* certificate is not that of its digest */
	    {0, 42, 2}, /* a bool */
	    {0, 43, 0}, /* no certificate */
	    {0, 43, 33}, /* more certificates than a chain may have */
	    {1, 28, 0}, /* transport */
	    {1, 28, 9}, /* transport */
	    {1, 33, 0}, /* NUL in a text */
	    {1, 31, 9}, /* a name longer than there is */
	    {1, 66, 1}, /* first after last */
	    {1, 115, 0x80}, /* unknown flag */
	    {1, 126, 0x80}, /* negative errno */
	    {1, 136, 0}, /* evidence */
	    {1, 136, 9}, /* evidence */
	    {1, 137, 0}, /* outcome */
	    {1, 137, 99}, /* outcome */
	    {1, 138, 64}, /* dialect */
	    {1, 139, 64}, /* hello */
	    {1, 140, 3}, /* alert level */
	    {1, 149, 9}, /* more findings than an observation has */
	    {1, 151, 0}, /* finding id */
	    {1, 152, 9}, /* severity */
	    {0, 424, 0x80}, /* since after until */
	    {2, 8, 1}, /* worker 257 */
	    {3, 6, 9}, /* note level */
	    {3, 12, 0}, /* NUL in a note */
	    {5, 28, 64}, /* dialect */
	    {5, 30, 2}, /* a bool */
	    {6, 9, 0}, /* empty, and bytes left over */
	    {7, 38, 0}, /* no certificate */
	    {12, 6, 16}, /* a log that nobody has */
	    {13, 8, 1}, /* worker 259 */
	    {13, 13, 65}, /* more counts than there are */
	    {14, 6, 0x80}, /* no errno */
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct span in = written(cases[i].k);
		struct record r;
		bool whole = true;
		struct err e;

		if (cases[i].at >= out.n || out.p[cases[i].at] == cases[i].value) {
			printf("# case %zu changes nothing\n", i);
			CHECK(false);
			continue;
		}
		out.p[cases[i].at] = cases[i].value;
		e = codec_read(&in, &arena, &r, &whole);
		if (err_class(e) != ERR_PEER)
			printf("# case %zu was believed\n", i);
		CHECK_EQ(err_class(e), ERR_PEER);
		arena_reset(&arena);
	}
}

static void too_large_writes_nothing(void)
{
	struct record r = any_record(0);
	struct buf small;

	buf_init(&small, 300);
	buf_str(&small, "before");
	CHECK_EQ(err_class(codec_write(&r, &small)), ERR_LIMIT);
	CHECK(!small.full);
	CHECK_STR(buf_text(&small), "before");
	buf_done(&small);
}

static void no_memory_is_a_limit_and_no_lie(void)
{
	for (size_t cap = 0; cap < 12000; cap += 97) {
		struct span in = written(0);
		struct arena tight;
		struct record r = {0};
		bool whole = false;
		struct err e;

		arena_init(&tight, cap);
		e = codec_read(&in, &tight, &r, &whole);
		CHECK(err_class(e) == ERR_LIMIT || (!err_is(e) && whole));
		arena_done(&tight);
	}
}

static void a_long_note_is_cut(void)
{
	static char text[3 * NOTE_MAX];
	struct record note = {.type = RECORD_NOTE, .note = {NOTE_INFO, text}}, r = {0};

	memset(text, 'x', sizeof(text) - 1);
	buf_reset(&out);
	CHECK(!err_is(codec_write(&note, &out)));
	CHECK(reads(buf_view(&out), &r));
	CHECK_EQ(strlen(r.note.text), NOTE_MAX);
}

int main(int argc, char **argv)
{
	arena_init(&arena, 1 << 22);
	buf_init(&out, RECORD_MAX);
	if (argc == 3 && strcmp(argv[1], "--seeds") == 0) {
		for (size_t k = 0; k < ANY_RECORDS; k++) {
			char path[4096];
			struct span bytes = written(k);
			FILE *f;

			snprintf(path, sizeof(path), "%s/record-%zu", argv[2], k);
			f = fopen(path, "wb");
			fwrite(bytes.p, 1, bytes.n, f);
			fclose(f);
		}
	}
	RUN(golden_bytes);
	RUN(a_sensor_adds_what_it_sensed);
	RUN(what_is_read_writes_the_same);
	RUN(define_keeps_every_field);
	RUN(progress_keeps_every_field);
	RUN(a_part_of_a_record_waits);
	RUN(a_body_of_another_length_is_bad);
	RUN(a_value_out_of_range_is_bad);
	RUN(too_large_writes_nothing);
	RUN(no_memory_is_a_limit_and_no_lie);
	RUN(a_long_note_is_cut);
	buf_done(&out);
	arena_done(&arena);
	return test_done();
}
