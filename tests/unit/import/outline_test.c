#include "import/outline.h"

#include "base/base64.h"

#include "certs.h"
#include "lib/test.h"

static struct buf der_of(const char *base64)
{
	struct buf der;
	bool cut;

	buf_init(&der, 4096);
	CHECK(!err_is(base64_decode(&der, span_str(base64), &cut)));
	return der;
}

static void a_whole_one_and_what_follows_it(void)
{
	struct buf der = der_of(LEAF);
	size_t whole = der.n, n = 0;

	CHECK_EQ(outline_extent(buf_view(&der), &n), OUTLINE_WHOLE);
	CHECK_EQ(n, whole);
	buf_str(&der, "more");
	CHECK_EQ(outline_extent(buf_view(&der), &n), OUTLINE_WHOLE);
	CHECK_EQ(n, whole);
	buf_done(&der);
}

static void a_cut_one_anywhere(void)
{
	struct buf der = der_of(LEAF);
	size_t n = 77;

	for (size_t k = 4; k < der.n; k++)
		CHECK_EQ(outline_extent(span_of(der.p, k), &n), OUTLINE_CUT);
	for (size_t k = 0; k < 4; k++)
		CHECK_EQ(outline_extent(span_of(der.p, k), &n), OUTLINE_NONE);
	CHECK_EQ(n, 77);
	CHECK_EQ(outline_extent(span_of("\x31\x00", 2), &n), OUTLINE_NONE);
	CHECK_EQ(outline_extent(span_of("\x30\x80\x00\x00", 4), &n), OUTLINE_NONE);
	CHECK_EQ(outline_extent(span_of("\x30\x85\0\0\0\0\1\0", 8), &n), OUTLINE_NONE);
	buf_done(&der);
}

/* A Name that is one common name. */
static bool is_name(struct span name, const char *cn)
{
	static const char head[] = "\x30\x0c\x31\x0a\x30\x08\x06\x03\x55\x04\x03\x0c\x01";

	return name.n == 14 && memcmp(name.p, head, 13) == 0 && name.p[13] == (uint8_t)cn[0];
}

static void the_two_names_as_long_as_they_are_there(void)
{
	struct buf der = der_of(LEAF);
	struct span issuer = {0}, subject = {0};
	size_t enough = 0;

	for (size_t k = der.n; k > 0; k--) {
		if (!outline_names(span_of(der.p, k), &issuer, &subject))
			break;
		CHECK(is_name(issuer, "I") && is_name(subject, "L"));
		enough = k;
	}
	CHECK(enough > 60 && enough < 120);
	CHECK(!outline_names(span_of("", 0), &issuer, &subject));
	buf_done(&der);
}

int main(void)
{
	RUN(a_whole_one_and_what_follows_it);
	RUN(a_cut_one_anywhere);
	RUN(the_two_names_as_long_as_they_are_there);
	return test_done();
}
