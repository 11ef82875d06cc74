#include "base/base64.h"

#include "lib/test.h"

/* RFC 4648 10. */
static const char *const vectors[][2] = {{"", ""}, {"f", "Zg=="}, {"fo", "Zm8="}, {"foo", "Zm9v"},
    {"foob", "Zm9vYg=="}, {"fooba", "Zm9vYmE="}, {"foobar", "Zm9vYmFy"}};

static void the_rfc_s_vectors_both_ways(void)
{
	for (size_t i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++) {
		struct buf b;
		bool cut = true;

		buf_init(&b, 100);
		base64_encode(&b, span_str(vectors[i][0]));
		CHECK_STR(buf_text(&b), vectors[i][1]);
		buf_reset(&b);
		CHECK(!err_is(base64_decode(&b, span_str(vectors[i][1]), &cut)));
		CHECK(!cut);
		CHECK_STR(buf_text(&b), vectors[i][0]);
		buf_done(&b);
	}
}

static void every_byte_survives(void)
{
	uint8_t all[256];
	struct buf text, back;
	bool cut;

	for (unsigned i = 0; i < 256; i++)
		all[i] = (uint8_t)i;
	buf_init(&text, 1000);
	buf_init(&back, 1000);
	base64_encode(&text, span_of(all, 256));
	CHECK(!err_is(base64_decode(&back, buf_view(&text), &cut)));
	CHECK_EQ(back.n, 256);
	CHECK_MEM(back.p, all, 256);
	buf_done(&text);
	buf_done(&back);
}

static void lines_are_joined(void)
{
	struct buf b;
	bool cut;

	buf_init(&b, 100);
	CHECK(!err_is(base64_decode(&b, span_str("Zm9v\r\nYm\tE=\n"), &cut)));
	CHECK_STR(buf_text(&b), "fooba");
	CHECK(!cut);
	buf_done(&b);
}

static void what_is_cut_is_kept_and_told(void)
{
	static const struct {
		const char *in, *out;
	} cases[] = {
	    {"Zm9vYg", "foob"}, {"Zm9vYg=", "foob"}, {"Zm9vYmE", "fooba"}, {"Zm9vY", "foo"}};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct buf b;
		bool cut = false;

		buf_init(&b, 100);
		CHECK(!err_is(base64_decode(&b, span_str(cases[i].in), &cut)));
		CHECK(cut);
		CHECK_STR(buf_text(&b), cases[i].out);
		buf_done(&b);
	}
}

static void what_does_not_belong_is_pointed_at(void)
{
	static const struct {
		const char *in;
		uint32_t at;
	} cases[] = {{"Zm9v-mFy", 4}, {"Zm=9", 3}, {"=", 0}, {"Z===", 1}, {"Zg===", 4},
	    {"Zg==Zg==", 4}, {"Zm9v\x80", 4}};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct buf b;
		bool cut;
		struct err e;

		buf_init(&b, 100);
		e = base64_decode(&b, span_str(cases[i].in), &cut);
		CHECK_EQ(err_class(e), ERR_INPUT);
		CHECK_EQ(e.at, cases[i].at);
		buf_done(&b);
	}
}

static void a_full_buffer_is_a_limit(void)
{
	struct buf b;
	bool cut;

	buf_init(&b, 4);
	CHECK_EQ(err_class(base64_decode(&b, span_str("Zm9vYmFy"), &cut)), ERR_LIMIT);
	buf_done(&b);
}

int main(void)
{
	RUN(the_rfc_s_vectors_both_ways);
	RUN(every_byte_survives);
	RUN(lines_are_joined);
	RUN(what_is_cut_is_kept_and_told);
	RUN(what_does_not_belong_is_pointed_at);
	RUN(a_full_buffer_is_a_limit);
	return test_done();
}
