#include "query/like.h"

#include "lib/test.h"

static const struct {
	const char *pattern, *text;
	bool matches;
} cases[] = {
    {"", "", true},
    {"", "a", false},
    {"*", "", true},
    {"*", "anything", true},
    {"?", "", false},
    {"?", "\xc3\xa9", true},
    {"??", "\xc3\xa9", false},
    {"*.example.com", "WWW.Example.COM", true},
    {"*.example.com", "example.com", false},
    {"a*b*c", "aXbXbYc", true},
    {"a*b*c", "aXbXbY", false},
    {"*ab", "aab", true},
    {"*a*", "bab", true},
    {"a\\*", "a*", true},
    {"a\\*", "ab", false},
    {"\\?x", "?x", true},
    {"a\\", "a\\", true},
    {"abc", "ab", false},
    {"ab", "abc", false},
    {"*\xc3\xa9", "caf\xc3\xa9", true},
};

static void the_whole_text_whatever_the_case(void)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		bool got = like_matches(cases[i].pattern, span_str(cases[i].text));

		if (got != cases[i].matches)
			printf("# \"%s\" and \"%s\"\n", cases[i].pattern, cases[i].text);
		CHECK_EQ(got, cases[i].matches);
	}
}

static void stars_do_not_make_it_slow(void)
{
	static char text[20001];

	memset(text, 'a', sizeof(text) - 1);
	CHECK(!like_matches("*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*ab", span_str(text)));
}

static void check_tidy(const char *pattern, const char *expected, size_t wild)
{
	char into[64];

	CHECK_EQ(like_tidy(pattern, into), wild);
	CHECK_STR(into, expected);
}

static void one_form(void)
{
	check_tidy("a***b?", "a*b?", 2);
	check_tidy("\\a\\*", "a\\*", 0);
	check_tidy("\\**", "\\**", 1);
	check_tidy("a\\", "a\\\\", 0);
}

static void a_text_is_a_pattern_of_itself(void)
{
	static const char text[] = "a*b?c\\";
	char pattern[64], back[64];
	size_t n = like_quote(text, pattern);

	CHECK_EQ(n, strlen(pattern));
	CHECK_STR(pattern, "a\\*b\\?c\\\\");
	CHECK(like_matches(pattern, span_str(text)));
	like_literal(pattern, back);
	CHECK_STR(back, text);
}

int main(void)
{
	RUN(the_whole_text_whatever_the_case);
	RUN(stars_do_not_make_it_slow);
	RUN(one_form);
	RUN(a_text_is_a_pattern_of_itself);
	return test_done();
}
