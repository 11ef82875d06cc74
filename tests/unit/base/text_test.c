#include "base/text.h"

#include "lib/test.h"

static const char *safe(const char *text)
{
	static char out[200];
	struct buf b;

	buf_init(&b, sizeof(out));
	text_safe(&b, span_str(text));
	snprintf(out, sizeof(out), "%s", buf_text(&b));
	buf_done(&b);
	return out;
}

static const char *clip(const char *text, size_t columns)
{
	static char out[200];
	struct buf b;

	buf_init(&b, sizeof(out));
	text_cell(&b, span_str(text), columns);
	snprintf(out, sizeof(out), "%s", buf_text(&b));
	buf_done(&b);
	return out;
}

/* All characters there are, through one encoder and decoder of a different shape each. */
static void every_character_survives(void)
{
	unsigned wrong = 0;
	struct buf b;

	buf_init(&b, 8);
	for (uint32_t rune = 0; rune <= 0x10ffff; rune++) {
		struct span s;

		if (rune >= 0xd800 && rune <= 0xdfff)
			continue;
		buf_reset(&b);
		text_put(&b, rune);
		s = buf_view(&b);
		wrong += !text_is_utf8(s) || text_next(&s) != rune || s.n != 0;
	}
	CHECK_EQ(wrong, 0);
	buf_done(&b);
}

/* Unicode 3.9, table 3-8 and its neighbours: one replacement for each longest beginning. */
static void malformed_sequences_become_one_replacement_each(void)
{
	static const char bad[] = "\xef\xbf\xbd";
	char expected[64];

	CHECK_STR(safe("a\xff"
		       "b"),
	    "a\xef\xbf\xbd"
	    "b");
	snprintf(expected, sizeof(expected), "%s%s%s", bad, bad, bad);
	CHECK_STR(safe("\xe0\x80\x80"), expected); /* overlong */
	CHECK_STR(safe("\xed\xa0\x80"), expected); /* a surrogate */
	CHECK_STR(safe("\xc0\xaf\x80"), expected); /* no such first byte */
	CHECK_STR(safe("\xf0\x9f\x98"), bad); /* cut short */
	snprintf(expected, sizeof(expected), "%sA", bad);
	CHECK_STR(safe("\xe2\x82"
		       "A"),
	    expected);
	snprintf(expected, sizeof(expected), "%s%s%s%s", bad, bad, bad, bad);
	CHECK_STR(safe("\xf4\x90\x80\x80"), expected); /* above U+10FFFF */
	CHECK(!text_is_utf8(span_str("\xf4\x90\x80\x80")));
	CHECK(text_is_utf8(span_str("z\xc3\xa4h\xe2\x82\xac\xf0\x9f\x98\x80")));
}

static void a_terminal_is_shown_nothing_it_would_obey(void)
{
	CHECK_STR(safe("\x1b[31mred"), "\xef\xbf\xbd[31mred");
	CHECK_STR(safe("a\tb\nc\x7f"), "a\xef\xbf\xbd"
				       "b\xef\xbf\xbd"
				       "c\xef\xbf\xbd");
	CHECK_STR(safe("\xc2\x9b"
		       "31m"),
	    "\xef\xbf\xbd"
	    "31m"); /* C1's CSI */
	CHECK_STR(safe("x\xe2\x80\xae"
		       "gpj"),
	    "x\xef\xbf\xbd"
	    "gpj"); /* right-to-left override */
	CHECK_STR(safe("M\xc3\xbcller GmbH"), "M\xc3\xbcller GmbH");
}

static void width_is_in_columns(void)
{
	CHECK_EQ(text_width(span_str("abc")), 3);
	CHECK_EQ(text_width(span_str("\xc3\xa4")), 1);
	CHECK_EQ(text_width(span_str("e\xcc\x81")), 1); /* e and a combining acute */
	CHECK_EQ(text_width(span_str("\xe4\xb8\xad\xe5\x9b\xbd")), 4); /* two ideographs */
	CHECK_EQ(text_width(span_str("\x1b")), 1);
}

static void cells_are_clipped_and_filled(void)
{
	CHECK_STR(clip("abc", 5), "abc  ");
	CHECK_STR(clip("abcde", 5), "abcde");
	CHECK_STR(clip("abcdef", 5), "abcd\xe2\x80\xa6");
	CHECK_STR(clip("\xe4\xb8\xad\xe5\x9b\xbd", 3), "\xe4\xb8\xad\xe2\x80\xa6");
	CHECK_STR(clip("\xe4\xb8\xad\xe5\x9b\xbd", 2), "\xe2\x80\xa6 ");
	CHECK_STR(clip("abc", 1), "\xe2\x80\xa6");
	CHECK_STR(clip("", 2), "  ");
}

static void case_is_that_of_ascii_only(void)
{
	CHECK(text_same(span_str("WWW.Example-1"), span_str("www.eXAMPLE-1")));
	CHECK(!text_same(span_str("abc"), span_str("abd")));
	CHECK(!text_same(span_str("abc"), span_str("ab")));
	CHECK(!text_same(span_str("@["), span_str("`{")));
	CHECK(!text_same(span_str("\xc3\x84"), span_str("\xc3\xa4")));
	CHECK(text_same(span_of(NULL, 0), span_str("")));
}

int main(void)
{
	RUN(every_character_survives);
	RUN(malformed_sequences_become_one_replacement_each);
	RUN(a_terminal_is_shown_nothing_it_would_obey);
	RUN(width_is_in_columns);
	RUN(case_is_that_of_ascii_only);
	RUN(cells_are_clipped_and_filled);
	return test_done();
}
