#include "cli/words.h"

#include "lib/test.h"

#include <stddef.h>

struct some {
	const char *ports;
	bool one_key;
	uint32_t rate;
	struct option_list exclude;
};

static const struct option table[] = {
    {'p', "ports", "LIST", OPTION_TEXT, offsetof(struct some, ports), 0, 0, 0, ""},
    {0, "one-key", NULL, OPTION_FLAG, offsetof(struct some, one_key), 0, 0, 0, ""},
    {0, "rate", "N", OPTION_U32, offsetof(struct some, rate), 0, 0, 0, ""},
    {0, "exclude", "T", OPTION_LIST, offsetof(struct some, exclude), 0, 0, 0, ""},
};

static void a_command_line_comes_back(void)
{
	static const char *targets[] = {"10.0.0.0/8", "it's -odd", ""};
	static const char *excluded[] = {"10.1.0.0/16"};
	struct option_list words = {targets, 3, 3}, argv, again = {0};
	const struct some unsaid = {.rate = 7};
	struct some some = {"443,8443", true, 0, {excluded, 1, 1}}, parsed = {.rate = 7};
	struct buf text, message;

	buf_init(&text, 4096);
	buf_init(&message, 4096);
	words_of_options(table, 4, &some, &unsaid, &words, &text);
	CHECK_STR(buf_text(&text), "--ports 443,8443 --one-key --rate=0 --exclude 10.1.0.0/16 -- "
				   "10.0.0.0/8 'it'\\''s -odd' ''");
	CHECK(words_split(buf_text(&text), &argv));
	CHECK(!err_is(
	    options_parse(table, 4, (int)argv.n, (char **)argv.v, &parsed, &again, &message)));
	CHECK_STR(parsed.ports, "443,8443");
	CHECK(parsed.one_key && parsed.rate == 0 && parsed.exclude.n == 1);
	CHECK_EQ(again.n, 3);
	CHECK_STR(again.v[1], "it's -odd");
	CHECK_STR(again.v[2], "");
	options_done(table, 4, &parsed);
	option_list_done(&again);
	words_done(&argv);
	buf_done(&text);
	buf_done(&message);
}

static void an_open_quote_is_refused(void)
{
	struct option_list argv;

	CHECK(!words_split("a 'b", &argv));
	words_done(&argv);
}

int main(void)
{
	RUN(a_command_line_comes_back);
	RUN(an_open_quote_is_refused);
	return test_done();
}
