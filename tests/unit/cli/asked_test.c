#include "cli/asked.h"

#include "lib/test.h"

/* The search as it was understood, or what is said of it. Static; until the next call. */
static const char *said(const char *const *v, size_t n, bool point)
{
	static struct buf out;
	const char *words[8];
	struct option_list list = {.v = words, .n = n};
	const struct query *q;
	struct arena arena;

	memcpy(words, v, n * sizeof(*v));
	arena_init(&arena, 1 << 20);
	buf_done(&out);
	buf_init(&out, 4096);
	if (!err_is(asked(&list, 1795318215, point, &arena, &q, &out)) && q)
		query_print(q, &out);
	arena_done(&arena);
	return buf_text(&out);
}

static void the_shells_words_are_one_search(void)
{
	static const char *const words[] = {"issuer:R3", "and", "not", "version:\"TLS 1.3\""};

	CHECK_STR(said(words, 4, false), "issuer:\"R3\" and not version = \"TLS 1.3\"");
	CHECK_STR(said(words, 0, false), "");
}

static void an_error_names_the_character(void)
{
	static const char *const words[] = {"port:443", "isuer:x"};

	CHECK_STR(said(words, 2, false),
	    "no field is called \"isuer\"; did you mean issuer? (character 10)");
}

static void a_caret_stands_under_the_columns_of_what_is_wrong(void)
{
	static const char *const missing[] = {"port:"}, *const wide[] = {"\xe4\xb8\xad", "\t",
							    "port:\xe4\xb8\xad"};

	CHECK_STR(said(missing, 1, true),
	    "a value of port is expected here (character 6)\n  port:\n       ^");
	CHECK_STR(strchr(said(wide, 3, true), '\n'),
	    "\n  \xe4\xb8\xad \xef\xbf\xbd port:\xe4\xb8\xad\n            ^^");
}

int main(void)
{
	RUN(the_shells_words_are_one_search);
	RUN(an_error_names_the_character);
	RUN(a_caret_stands_under_the_columns_of_what_is_wrong);
	return test_done();
}
