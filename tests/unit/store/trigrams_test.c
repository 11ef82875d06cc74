#include "store/trigrams.h"

#include "lib/test.h"

static const char *of_text(struct buf *b, const char *text)
{
	buf_reset(b);
	return trigrams_of_text(b, text) ? buf_text(b) : NULL;
}

static const char *of_pattern(struct buf *b, const char *pattern)
{
	buf_reset(b);
	return trigrams_of_pattern(b, pattern) ? buf_text(b) : NULL;
}

static void a_text_is_asked_for_by_threes(void)
{
	struct buf b;

	buf_init(&b, 4096);
	CHECK_STR(of_text(&b, "vpn"), "\"vpn\"");
	CHECK_STR(of_text(&b, "vpn1"), "\"vpn\" AND \"pn1\"");
	CHECK(of_text(&b, "vp") == NULL);
	CHECK(of_text(&b, "") == NULL);
	buf_done(&b);
}

static void what_json_writes_otherwise_is_left_out(void)
{
	struct buf b;

	buf_init(&b, 4096);
	CHECK(of_text(&b, "a\"b") == NULL);
	CHECK_STR(of_text(&b, "abc\"def"), "\"abc\" AND \"def\"");
	CHECK_STR(of_text(&b, "b\xc3\xbc"
			      "cher"),
	    "\"che\" AND \"her\"");
	buf_done(&b);
}

static void wildcards_part_a_pattern(void)
{
	struct buf b;

	buf_init(&b, 4096);
	CHECK_STR(of_pattern(&b, "mail*.lab"), "\"mai\" AND \"ail\" AND \".la\" AND \"lab\"");
	CHECK(of_pattern(&b, "*a?b*") == NULL);
	CHECK_STR(of_pattern(&b, "abc\\*def\\"), "\"abc\" AND \"def\"");
	buf_done(&b);
}

static void a_long_text_is_cut(void)
{
	char text[1000];
	struct buf b;

	memset(text, 'a', sizeof(text) - 1);
	text[sizeof(text) - 1] = 0;
	buf_init(&b, 4096);
	CHECK(of_text(&b, text) != NULL);
	CHECK(!b.full);
	buf_done(&b);
}

int main(void)
{
	RUN(a_text_is_asked_for_by_threes);
	RUN(what_json_writes_otherwise_is_left_out);
	RUN(wildcards_part_a_pattern);
	RUN(a_long_text_is_cut);
	return test_done();
}
