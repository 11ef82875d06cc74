#include "wire/starttls/lines.h"

#include "lib/test.h"

static void patterns(void)
{
	CHECK(lines_match(span_str("220 x"), "220 "));
	CHECK(lines_match(span_str("a1 ok"), "A1 OK"));
	CHECK(lines_match(span_str("530-no"), "5##-"));
	CHECK(!lines_match(span_str("53x-no"), "5##-"));
	CHECK(!lines_match(span_str("22"), "220"));
	CHECK(lines_match(span_str(""), ""));
	CHECK(lines_mention(span_str("220 ProFTPD"), "ftp"));
	CHECK(!lines_mention(span_str("220 ft"), "ftp"));
}

static const struct line_rule rules[] = {
    {LINES_FIRST, "2", "one\r\n", 1},
    {1, "ok", NULL, LINES_TLS},
    {1, "", NULL, 1},
    {0},
};

static void the_first_row_that_fits_is_taken(void)
{
	struct lines lines = {0};
	struct span in = span_str("2\nnot yet\nok\nTLS\n");
	struct buf out;

	buf_init(&out, 100);
	CHECK_EQ(lines_step(&lines, rules, &in, &out), WANT_DONE);
	CHECK_STR(buf_text(&out), "one\r\n");
	CHECK(span_is(in, "TLS\n"));
	CHECK_EQ(lines_step(&lines, rules, &in, &out), WANT_DONE);
	CHECK_EQ(in.n, 4);
	buf_done(&out);
}

static void endless_talk_is_ended(void)
{
	struct lines lines = {.state = 1, .count = LINES_COUNT_MAX - 1};
	struct span in = span_str("a\nb\nok\n");
	struct buf out;

	buf_init(&out, 100);
	CHECK_EQ(lines_step(&lines, rules, &in, &out), WANT_FAILED);
	buf_done(&out);
}

int main(void)
{
	RUN(patterns);
	RUN(the_first_row_that_fits_is_taken);
	RUN(endless_talk_is_ended);
	return test_done();
}
