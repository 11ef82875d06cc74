#include "web/ask.h"

#include "lib/httpd.h"
#include "query/field.h"
#include "web/limits.h"

static struct httpd httpd;
static const int64_t now_ms = 1700000000000;

static void listing_tell(struct web_call *c, const struct listing *l)
{
	buf_printf(web_bytes(c, 200, "text/plain"), "%s%s%s%s limit=%zu cursor=%s now=%lld",
	    l->where ? "where" : "all", l->bare ? " bare" : "", l->gone ? " gone" : "",
	    l->sort ? l->descending ? " down" : " up" : "", l->limit, l->cursor ? l->cursor : "-",
	    (long long)l->now_s);
	if (l->sort)
		buf_printf(&c->body, " by %s", field_by_id(l->sort)->name);
}

static void page(struct web_call *c)
{
	struct listing l;

	if (ask_page(c, &l))
		listing_tell(c, &l);
}

static void fields(struct web_call *c)
{
	struct ask_fields f;

	if (!ask_fields(c, &f))
		return;
	buf_printf(web_bytes(c, 200, "text/plain"), "%s", f.chosen ? "chosen" : "default");
	for (size_t i = 0; i < f.n; i++)
		buf_printf(&c->body, " %s", field_by_id(f.v[i])->name);
}

static void facets(struct web_call *c)
{
	struct ask_fields f;

	if (ask_fields_with(c, "fields", FIELD_FACET, &f))
		buf_printf(web_bytes(c, 200, "text/plain"), "%zu", f.n);
}

static void time_of(struct web_call *c)
{
	int64_t ms = 5;

	if (ask_time(c, "from", &ms))
		buf_printf(web_bytes(c, 200, "text/plain"), "%lld", (long long)ms);
}

static const struct {
	const char *path;
	route_fn *fn;
} routes[] = {{"/page", page}, {"/fields", fields}, {"/facets", facets}, {"/time", time_of}};

/* A call as dispatch.c makes it, answered at once. */
static void handle(void *context, struct http_call *http)
{
	struct web_call c = {.http = http, .now_ms = now_ms};

	(void)context;
	arena_init(&c.arena, WEB_CALL_BYTES_MAX);
	buf_init(&c.body, WEB_ANSWER_MAX);
	for (size_t i = 0; i < sizeof(routes) / sizeof(routes[0]); i++)
		if (strcmp(http_path(http), routes[i].path) == 0)
			routes[i].fn(&c);
	http_answer(http, c.status ? c.status : 500, c.type, &c.body);
	buf_done(&c.body);
	arena_done(&c.arena);
}

/* "200 text" */
static const char *ask(const char *what)
{
	static char said[4096];
	char request[1024];
	const char *answer;

	snprintf(request, sizeof(request), "GET %s HTTP/1.1\r\nHost: h\r\n\r\n", what);
	answer = httpd_once(&httpd, request);
	snprintf(said, sizeof(said), "%u %s", httpd_status(answer), httpd_body(answer));
	return said;
}

static void nothing_is_everything(void)
{
	CHECK_STR(ask("/page"), "200 all limit=50 cursor=- now=1700000000");
	CHECK_STR(ask("/page?q=&sort=&limit=&cursor="), "200 all limit=50 cursor= now=1700000000");
}

static void what_is_asked_for_is_asked(void)
{
	CHECK_STR(ask("/page?q=port:443&bare=1&gone=true&sort=-not_after&limit=500&cursor=xyz"),
	    "200 where bare gone down limit=500 cursor=xyz now=1700000000 by not_after");
	CHECK_STR(ask("/page?sort=port"), "200 all up limit=50 cursor=- now=1700000000 by port");
	CHECK_STR(ask("/page?bare=0&gone=no"), "200 all limit=50 cursor=- now=1700000000");
}

/* An error names what is wrong, and where. */
static void what_is_not_understood_is_refused(void)
{
	static const struct {
		const char *what, *status, *text;
	} cases[] = {
	    {"/page?q=isuer:x", "400 ", "\"code\":\"bad-query\""},
	    {"/page?q=isuer:x", "400 ", "\"at\":0,\"n\":5"},
	    {"/page?q=port:443+and+isuer:x", "400 ", "\"at\":13,\"n\":5"},
	    {"/page?sort=nothing", "400 ", "sort: there is no field \\\"nothing\\\""},
	    {"/page?sort=-", "400 ", "sort: there is no field \\\"\\\""},
	    {"/page?sort=names", "400 ", "sort: the field names is not for that"},
	    {"/page?limit=0", "400 ", "limit: a number from 1 to 500 is expected"},
	    {"/page?limit=501", "400 ", "limit: a number from 1 to 500 is expected"},
	    {"/page?limit=%201", "400 ", "limit: a number"},
	    {"/page?limit=9x", "400 ", "limit: a number"},
	    {"/page?limit=99999999999999999999", "400 ", "limit: a number"},
	    {"/fields?fields=port,nothing", "400 ", "fields: there is no field \\\"nothing\\\""},
	    {"/fields?fields=port,,ip", "400 ", "fields: there is no field \\\"\\\""},
	    {"/facets?fields=port,not_after", "400 ", "the field not_after is not for that"},
	    {"/time?from=yesterday", "400 ", "from: a date or a time is expected"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *said = ask(cases[i].what);

		if (strncmp(said, cases[i].status, 4) != 0 || !strstr(said, cases[i].text))
			CHECK_STR(said, cases[i].text);
	}
}

static void fields_come_once_and_in_order(void)
{
	size_t n;
	const struct field *table = field_table(&n);
	char want[1024];

	CHECK_STR(ask("/fields?fields=port,ip,port"), "200 chosen port ip");
	CHECK_STR(ask("/fields?fields=port,"), "200 chosen port");
	CHECK_STR(ask("/facets?fields=issuer,port"), "200 2");
	snprintf(want, sizeof(want), "200 default");
	for (size_t i = 0; i < n; i++)
		if (table[i].flags & FIELD_DEFAULT)
			snprintf(
			    want + strlen(want), sizeof(want) - strlen(want), " %s", table[i].name);
	CHECK_STR(ask("/fields"), want);
}

static void a_time_is_a_date_or_an_instant(void)
{
	CHECK_STR(ask("/time"), "200 5");
	CHECK_STR(ask("/time?from="), "200 5");
	CHECK_STR(ask("/time?from=2026-03-01"), "200 1772323200000");
	CHECK_STR(ask("/time?from=2026-03-01T01:00:00Z"), "200 1772326800000");
}

int main(void)
{
	struct http_config config = {.handler = handle};

	httpd_start(&httpd, &config);
	RUN(nothing_is_everything);
	RUN(what_is_asked_for_is_asked);
	RUN(what_is_not_understood_is_refused);
	RUN(fields_come_once_and_in_order);
	RUN(a_time_is_a_date_or_an_instant);
	httpd_end(&httpd);
	return test_done();
}
