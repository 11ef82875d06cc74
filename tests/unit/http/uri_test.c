#include "http/uri.h"

#include "lib/test.h"

static struct uri uri;
static struct arena arena;

static unsigned parse(const char *target)
{
	arena_done(&arena);
	arena_init(&arena, 64 << 10);
	return uri_parse(span_str(target), &arena, &uri).status;
}

static void decodes_and_resolves_paths(void)
{
	static const struct {
		const char *target, *path;
	} rows[] = {
	    {"/", "/"},
	    {"/a/b", "/a/b"},
	    {"/a%20b", "/a b"},
	    {"/a/./b", "/a/b"},
	    {"/a/../b", "/b"},
	    {"/a/%2e%2E/b", "/b"},
	    {"/a/b/..", "/a/"},
	    {"/a/.", "/a/"},
	    {"/a/...", "/a/..."},
	    {"/..a/.b", "/..a/.b"},
	    {"/%c3%a4", "/\xc3\xa4"},
	    {"/[2001:db8::1]:443", "/[2001:db8::1]:443"},
	    {"/%5B::1%5d:443", "/[::1]:443"},
	    {"/a//b", "/a//b"},
	    {"/a+b", "/a+b"},
	    {"http://host/a?x", "/a"},
	    {"HTTPS://host:8440", "/"},
	    {"http://host?x=1", "/"},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		CHECK_EQ(parse(rows[i].target), 0);
		CHECK_STR(uri.path, rows[i].path);
	}
}

static void refuses_paths_with_two_meanings(void)
{
	static const char *const targets[] = {"", "a", "*", "?x", "/..", "/../a", "/a/../../b",
	    "/%2e%2e", "/%", "/%1", "/%g1", "/%1g", "/a%2fb", "/a%2Fb", "/a%5cb", "/a\\b", "/%00",
	    "/%0a", "/%7f", "/%ff", "/%c3", "/\xc3\xa4", "/a b", "/a#b", "ftp://host/a", "http:/a"};

	for (size_t i = 0; i < sizeof(targets) / sizeof(targets[0]); i++) {
		if (parse(targets[i]) != 400)
			printf("# %s\n", targets[i]);
		CHECK_EQ(parse(targets[i]), 400);
	}
}

static const char *param(const char *name)
{
	for (size_t i = 0; i < uri.n_params; i++)
		if (strcmp(uri.params[i].name, name) == 0)
			return uri.params[i].value;
	return NULL;
}

static void decodes_parameters(void)
{
	CHECK_EQ(
	    parse("/?q=issuer%3A%22R3%22+and+port%3a443&sort=-not_after&&flag&empty=&a=b=c&=v"), 0);
	CHECK_STR(param("q"), "issuer:\"R3\" and port:443");
	CHECK_STR(param("sort"), "-not_after");
	CHECK_STR(param("flag"), "");
	CHECK_STR(param("empty"), "");
	CHECK_STR(param("a"), "b=c");
	CHECK_STR(param(""), "v");
	CHECK(!param("none"));
	CHECK_EQ(uri.n_params, 6);
	CHECK_EQ(parse("/?"), 0);
	CHECK_EQ(uri.n_params, 0);
	CHECK_EQ(parse("/?a=%0a%09"), 0);
}

static void refuses_parameters_that_are_no_text(void)
{
	static char many[2000] = "/?";

	CHECK_EQ(parse("/?a=%00"), 400);
	CHECK_EQ(parse("/?a=%ff"), 400);
	CHECK_EQ(parse("/?%zz=1"), 400);
	CHECK_EQ(parse("/?a=%1"), 400);
	CHECK_EQ(parse("/?a=%7f"), 400);
	for (int i = 0; i < HTTP_PARAMS_MAX; i++)
		strcat(many, "a=1&");
	CHECK_EQ(parse(many), 0);
	strcat(many, "a=1");
	CHECK_EQ(parse(many), 400);
}

int main(void)
{
	RUN(decodes_and_resolves_paths);
	RUN(refuses_paths_with_two_meanings);
	RUN(decodes_parameters);
	RUN(refuses_parameters_that_are_no_text);
	arena_done(&arena);
	return test_done();
}
