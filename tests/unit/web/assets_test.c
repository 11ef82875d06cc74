#include "web/assets.h"

#include "lib/httpd.h"

static const struct page_file files[] = {
    {"/", "text/html", "\"p1\"", false, {(const uint8_t *)"plain page", 10, false},
	{(const uint8_t *)"packed", 6, false}},
    {"/assets/x-1.js", "text/javascript", "\"x1\"", true, {(const uint8_t *)"plain", 5, false},
	{(const uint8_t *)"packed", 6, false}},
};

static struct httpd httpd;

static void handle(void *context, struct http_call *call)
{
	(void)context;
	for (size_t i = 0; i < 2; i++)
		if (strcmp(files[i].path, http_path(call)) == 0) {
			asset_answer(call, &files[i]);
			return;
		}
	asset_answer_without(call);
}

static void begin(void)
{
	struct http_config config = {.handler = handle};

	httpd_start(&httpd, &config);
}

static bool has(const char *answer, const char *line)
{
	return strcasestr(answer, line) != NULL;
}

/* Text of strangers that got into the page could not run, nor be sent anywhere. */
static void the_page_may_do_nothing_else(void)
{
	const char *answer;

	begin();
	answer = httpd_once(&httpd, "GET / HTTP/1.1\r\nHost: h\r\n\r\n");
	CHECK_EQ(httpd_status(answer), 200);
	CHECK_STR(httpd_body(answer), "plain page");
	CHECK(has(answer, "\r\nContent-Type: text/html\r\n"));
	CHECK(has(answer, "\r\nContent-Security-Policy: default-src 'none'; script-src 'self'; "));
	CHECK(has(answer, "connect-src 'self'") && has(answer, "frame-ancestors 'none'"));
	CHECK(!has(answer, "unsafe-inline") && !has(answer, "unsafe-eval"));
	CHECK(has(answer, "\r\nX-Content-Type-Options: nosniff\r\n"));
	httpd_end(&httpd);
}

static void only_names_with_a_digest_are_kept_for_ever(void)
{
	const char *answer;

	begin();
	answer = httpd_once(&httpd, "GET / HTTP/1.1\r\nHost: h\r\n\r\n");
	CHECK(has(answer, "\r\nCache-Control: no-cache\r\n"));
	CHECK(has(answer, "\r\nETag: \"p1\"\r\n"));
	answer = httpd_once(&httpd, "GET /assets/x-1.js HTTP/1.1\r\nHost: h\r\n\r\n");
	CHECK(has(answer, "\r\nCache-Control: public, max-age=31536000, immutable\r\n"));
	httpd_end(&httpd);
}

static void who_has_it_is_not_sent_it_again(void)
{
	const char *answer;

	begin();
	answer = httpd_once(
	    &httpd, "GET / HTTP/1.1\r\nHost: h\r\nIf-None-Match: \"p0\", \"p1\"\r\n\r\n");
	CHECK_EQ(httpd_status(answer), 304);
	CHECK_STR(httpd_body(answer), "");
	CHECK(has(answer, "\r\nCache-Control: no-cache\r\n"));
	answer = httpd_once(&httpd, "GET / HTTP/1.1\r\nHost: h\r\nIf-None-Match: \"p0\"\r\n\r\n");
	CHECK_EQ(httpd_status(answer), 200);
	httpd_end(&httpd);
}

static void it_is_packed_for_who_takes_it(void)
{
	const char *answer;

	begin();
	answer = httpd_once(
	    &httpd, "GET /assets/x-1.js HTTP/1.1\r\nHost: h\r\nAccept-Encoding: br, gzip\r\n\r\n");
	CHECK(has(answer, "\r\nContent-Encoding: gzip\r\n"));
	CHECK_STR(httpd_body(answer), "packed");
	CHECK(has(answer, "\r\nVary: Accept-Encoding\r\n"));
	answer = httpd_once(
	    &httpd, "GET /assets/x-1.js HTTP/1.1\r\nHost: h\r\nAccept-Encoding: gzip;q=0\r\n\r\n");
	CHECK(!has(answer, "\r\nContent-Encoding:"));
	CHECK(has(answer, "\r\nVary: Accept-Encoding\r\n"));
	CHECK_STR(httpd_body(answer), "plain");
	httpd_end(&httpd);
}

static void without_a_page_it_says_how_to_get_one(void)
{
	const char *answer;

	begin();
	answer = httpd_once(&httpd, "GET /nothing HTTP/1.1\r\nHost: h\r\n\r\n");
	CHECK_EQ(httpd_status(answer), 404);
	CHECK(has(answer, "\r\nContent-Type: text/plain; charset=utf-8\r\n"));
	CHECK(strstr(httpd_body(answer), "/openapi.yaml"));
	httpd_end(&httpd);
}

/* Whatever this program was built with. */
static void what_is_built_in_is_found_by_its_path(void)
{
	CHECK(asset_find("/no/such/file") == NULL);
	CHECK_EQ(asset_find("/") != NULL, asset_has_page());
	for (const struct page_file *file = page_files; file->path; file++) {
		CHECK(asset_find(file->path) == file);
		CHECK(file->etag[0] == '"' && file->packed.n > 0 && file->packed.p[0] == 0x1f);
	}
}

int main(void)
{
	RUN(the_page_may_do_nothing_else);
	RUN(only_names_with_a_digest_are_kept_for_ever);
	RUN(who_has_it_is_not_sent_it_again);
	RUN(it_is_packed_for_who_takes_it);
	RUN(without_a_page_it_says_how_to_get_one);
	RUN(what_is_built_in_is_found_by_its_path);
	return test_done();
}
