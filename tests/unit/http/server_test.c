#include "http/server.h"

#include "lib/httpd.h"

#include <stdatomic.h>
#include <time.h>

static struct httpd httpd;
static atomic_uint told_gone, send_failed;

static void answer_text(struct http_call *call, unsigned status, const char *text)
{
	struct buf body;

	buf_init(&body, 1 << 20);
	buf_str(&body, text);
	http_answer(call, status, "text/plain", &body);
	buf_done(&body);
}

/* Says back what was asked. */
static void echo(struct http_call *call)
{
	char peer[ADDR_TEXT_MAX];
	struct addr from = http_peer(call);
	const char *x = http_param(call, "x"), *cookie = http_cookie(call, "session");
	struct buf body;

	buf_init(&body, 2 << 20);
	buf_printf(&body,
	    "%s %s x=%s cookie=%s from=%s %s body=", http_method_name(http_method(call)),
	    http_path(call), x ? x : "-", cookie ? cookie : "-", addr_text(&from, peer),
	    http_secure(call) ? "secure" : "plain");
	buf_span(&body, http_body(call));
	http_answer(call, 200, "text/plain", &body);
	buf_done(&body);
}

static void answer_large(struct http_call *call, size_t n)
{
	struct buf body;

	buf_init(&body, 8 << 20);
	buf_fill(&body, 'a', n);
	http_answer(call, 200, "text/plain", &body);
	buf_done(&body);
}

static void *answer_later(void *context)
{
	usleep(20 * 1000);
	answer_text(context, 200, "later");
	return NULL;
}

static void in_thread(void *(*body)(void *), struct http_call *call)
{
	pthread_t thread;

	CHECK(pthread_create(&thread, NULL, body, call) == 0);
	pthread_detach(thread);
}

static void gone(void *context, struct http_call *call)
{
	(void)context;
	(void)call;
	atomic_fetch_add(&told_gone, 1);
}

/* Megabytes in pieces, as an export sends them. */
static void *export(void *context)
{
	struct http_call *call = context;
	const char *n = http_param(call, "n");
	unsigned long left = n ? strtoul(n, NULL, 10) : 0;
	char piece[10000];
	struct err e = http_stream_begin(call, 200, "text/csv", HTTP_PACE_WAIT);

	CHECK(!err_is(e));
	memset(piece, 'x', sizeof(piece));
	while (!err_is(e) && left) {
		size_t size = left < sizeof(piece) ? left : sizeof(piece);

		e = http_stream_send(call, span_of(piece, size));
		left -= size;
	}
	atomic_fetch_add(&send_failed, err_is(e));
	http_stream_end(call, !http_param(call, "break"));
	return NULL;
}

/* Events until the client is gone. */
static void *events(void *context)
{
	static const char event[] = "event: hello\ndata: {}\n\n";
	struct http_call *call = context;
	struct err e = http_stream_begin(call, 200, "text/event-stream", HTTP_PACE_DROP);
	bool flood = http_param(call, "flood");
	char much[100000];

	CHECK(!err_is(e));
	memset(much, '\n', sizeof(much));
	http_on_gone(call, gone, NULL);
	for (int i = 0; i < 2000 && !err_is(e); i++) {
		e = http_stream_send(call, flood ? span_of(much, sizeof(much)) : span_str(event));
		usleep(flood ? 100 : 5000);
	}
	atomic_fetch_add(&send_failed, err_is(e));
	http_stream_end(call, false);
	return NULL;
}

static void *answer_late(void *context)
{
	usleep(600 * 1000);
	atomic_fetch_add(&send_failed, http_gone(context));
	answer_text(context, 200, "late");
	return NULL;
}

static void with_headers(struct http_call *call)
{
	http_set_header(call, "Content-Security-Policy", "default-src 'self'");
	http_add_header(call, "Set-Cookie", "a=1");
	http_add_header(call, "Set-Cookie", "b=2");
	if (http_param(call, "bad"))
		http_set_header(call, "Location", http_param(call, "bad"));
	if (http_param(call, "secret"))
		http_set_secret(call);
	if (!http_answer_unchanged(call, "W/\"7\""))
		answer_large(call, 5000);
}

static void handle(void *context, struct http_call *call)
{
	static const struct {
		const char *path;
		void *(*body)(void *);
	} threads[] = {{"/later", answer_later}, {"/late", answer_late}, {"/export", export},
	    {"/events", events}};
	const char *path = http_path(call);

	(void)context;
	for (size_t i = 0; i < sizeof(threads) / sizeof(threads[0]); i++)
		if (strcmp(path, threads[i].path) == 0) {
			in_thread(threads[i].body, call);
			return;
		}
	if (strcmp(path, "/large") == 0)
		answer_large(call, 4 << 20);
	else if (strcmp(path, "/none") == 0)
		http_answer(call, 204, NULL, NULL);
	else if (strcmp(path, "/headers") == 0)
		with_headers(call);
	else if (strcmp(path, "/constant") == 0)
		http_answer_constant(call, 200, "text/plain", span_str("constant"));
	else
		echo(call);
}

static size_t small_bodies(void *context, enum http_method method, const char *path)
{
	(void)context;
	(void)method;
	return strcmp(path, "/small") == 0 ? 10 : HTTP_BODY_MAX;
}

static void start_with(struct http_config config, struct http_limits limits)
{
	config.handler = handle;
	config.body_max = small_bodies;
	config.limits = limits;
	atomic_store(&told_gone, 0);
	atomic_store(&send_failed, 0);
	httpd_start(&httpd, &config);
}

static void start(struct http_limits limits)
{
	start_with((struct http_config){0}, limits);
}

/* The sum reaches n within 5 s. */
static bool comes_to(atomic_uint *sum, unsigned n)
{
	for (int i = 0; i < 500 && atomic_load(sum) < n; i++)
		usleep(10000);
	return atomic_load(sum) == n;
}

static bool count_comes_to(enum http_count which, uint64_t n)
{
	for (int i = 0; i < 500 && http_server_count(httpd.server, which) != n; i++)
		usleep(10000);
	return http_server_count(httpd.server, which) == n;
}

static int64_t now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

static void answers_on_a_kept_connection(void)
{
	int fd;

	start((struct http_limits){0});
	fd = httpd_connect(&httpd);
	for (int i = 0; i < 3; i++)
		CHECK_STR(
		    httpd_body(httpd_ask(fd, "GET /a%20b/../c?y=1&x=a+%2B HTTP/1.1\r\nHost: h\r\n"
					     "Cookie: a=b; session=s3\r\n\r\n")),
		    "GET /c x=a + cookie=s3 from=127.0.0.1 plain body=");
	CHECK_STR(httpd_body(httpd_ask(fd, "GET /later HTTP/1.1\r\nHost: h\r\n\r\n")), "later");
	CHECK_EQ(httpd_status(httpd_ask(fd, "GET /none HTTP/1.1\r\nHost: h\r\n\r\n")), 204);
	CHECK_STR(
	    httpd_body(httpd_ask(fd, "GET /constant HTTP/1.1\r\nHost: h\r\n\r\n")), "constant");
	CHECK_EQ(
	    strlen(httpd_body(httpd_ask(fd, "GET /large HTTP/1.1\r\nHost: h\r\n\r\n"))), 4 << 20);
	close(fd);
	httpd_end(&httpd);
}

static void answers_pipelined_requests_in_order(void)
{
	int fd;

	start((struct http_limits){0});
	fd = httpd_connect(&httpd);
	httpd_say(fd, "GET /later HTTP/1.1\r\nHost: h\r\n\r\nGET /?x=2 HTTP/1.1\r\nHost: h\r\n\r\n"
		      "GET /later HTTP/1.1\r\nHost: h\r\n\r\n");
	CHECK_STR(httpd_body(httpd_hear(fd, false)), "later");
	CHECK_STR(
	    httpd_body(httpd_hear(fd, false)), "GET / x=2 cookie=- from=127.0.0.1 plain body=");
	CHECK_STR(httpd_body(httpd_hear(fd, false)), "later");
	close(fd);
	httpd_end(&httpd);
}

static void takes_bodies(void)
{
	static char large[HTTP_BODY_MAX + 2];
	const char *answer;
	int fd;

	start((struct http_limits){0});
	fd = httpd_connect(&httpd);
	answer = httpd_ask(fd, "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello");
	CHECK(strstr(answer, "body=hello"));
	answer = httpd_ask(fd, "PUT / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
			       "3\r\nhel\r\n2\r\nlo\r\n0\r\nTrailer: t\r\n\r\n");
	CHECK(strstr(answer, "PUT / ") && strstr(answer, "body=hello"));
	httpd_say(
	    fd, "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
	CHECK_EQ(httpd_status(httpd_hear(fd, true)), 100);
	CHECK(strstr(httpd_ask(fd, "ok"), "body=ok"));
	CHECK_EQ(httpd_status(httpd_ask(fd, "POST /small HTTP/1.1\r\nHost: h\r\n"
					    "Content-Length: 11\r\n\r\n01234567890")),
	    413);
	close(fd);
	fd = httpd_connect(&httpd);
	memset(large, 'x', sizeof(large) - 1);
	httpd_say(fd, "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1048577\r\n\r\n");
	CHECK_EQ(httpd_status(httpd_ask(fd, large)), 413);
	close(fd);
	httpd_end(&httpd);
}

static void answers_head_without_a_body(void)
{
	const char *answer;
	int fd;

	start((struct http_limits){0});
	fd = httpd_connect(&httpd);
	answer = httpd_ask(fd, "HEAD /constant HTTP/1.1\r\nHost: h\r\n\r\n");
	CHECK_EQ(httpd_status(answer), 200);
	CHECK(strstr(answer, "Content-Length: 8\r\n"));
	CHECK_STR(
	    httpd_body(httpd_ask(fd, "GET /constant HTTP/1.1\r\nHost: h\r\n\r\n")), "constant");
	close(fd);
	httpd_end(&httpd);
}

/* Whatever two readers could read in two ways, and what is plainly wrong. */
static void refuses_what_is_not_sound(void)
{
	static const struct {
		const char *request;
		unsigned status;
	} cases[] = {
	    {"GET / HTTP/1.1\r\n\r\n", 400},
	    {"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400},
	    {"GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", 400},
	    {"GET /%zz HTTP/1.1\r\nHost: h\r\n\r\n", 400},
	    {"GET /../x HTTP/1.1\r\nHost: h\r\n\r\n", 400},
	    {"GET /%2e%2e/x HTTP/1.1\r\nHost: h\r\n\r\n", 400},
	    {"GET /a%2fb HTTP/1.1\r\nHost: h\r\n\r\n", 400},
	    {"GET /a%00b HTTP/1.1\r\nHost: h\r\n\r\n", 400},
	    {"GET /%ff HTTP/1.1\r\nHost: h\r\n\r\n", 400},
	    {"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n"
	     "0\r\n\r\n",
		400},
	    {"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\nok", 400},
	    {"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: +2\r\n\r\nok", 400},
	    {"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: -2\r\n\r\nok", 400},
	    {"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 2x\r\n\r\nok", 400},
	    {"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
		501},
	    {"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: xchunked\r\n\r\n", 501},
	    {"POST / HTTP/1.1\r\nHost: h\r\nContent-Length : 2\r\n\r\nok", 400},
	    {"BREW / HTTP/1.1\r\nHost: h\r\n\r\n", 501},
	    {"OPTIONS / HTTP/1.1\r\nHost: h\r\n\r\n", 501},
	    {"GET / HTTP/2.0\r\nHost: h\r\n\r\n", 400},
	    {"GET / HTTP/0.9\r\nHost: h\r\n\r\n", 505},
	    {"GET / HTTP/1.1x\r\nHost: h\r\n\r\n", 400},
	    {"GET / HTTP/1.1\r\nHost: h\r\nExpect: more\r\n\r\n", 417},
	};

	start((struct http_limits){0});
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int fd = httpd_connect(&httpd);
		unsigned status = httpd_status(httpd_ask(fd, cases[i].request));

		if (status != cases[i].status)
			printf("# %zu: %u, not %u: %s\n", i, status, cases[i].status,
			    cases[i].request);
		CHECK_EQ(status, cases[i].status);
		CHECK(httpd_ended(fd)); /* what follows is not read as a request */
		close(fd);
	}
	CHECK_EQ(http_server_count(httpd.server, HTTP_COUNT_REQUESTS), 0);
	httpd_end(&httpd);
}

static void refuses_heads_that_are_too_large(void)
{
	static char request[HTTP_HEAD_MAX + 1000] = "GET / HTTP/1.1\r\nHost: h\r\nX: ";
	unsigned status;
	size_t n = strlen(request);

	start((struct http_limits){0});
	memset(request + n, 'x', HTTP_HEAD_MAX);
	strcpy(request + n + HTTP_HEAD_MAX, "\r\n\r\n");
	status = httpd_status(httpd_once(&httpd, request));
	CHECK(status == 431 || status == 413 || status == 400);
	n = (size_t)sprintf(request, "GET / HTTP/1.1\r\nHost: h\r\n");
	for (int i = 0; i < HTTP_HEADERS_MAX + 1; i++)
		n += (size_t)sprintf(request + n, "X%d: 1\r\n", i);
	strcpy(request + n, "\r\n");
	CHECK_EQ(httpd_status(httpd_once(&httpd, request)), 431);
	CHECK_EQ(http_server_count(httpd.server, HTTP_COUNT_REQUESTS), 0);
	httpd_end(&httpd);
}

static void says_what_browsers_must_not_do(void)
{
	static const char *const lines[] = {"X-Content-Type-Options: nosniff\r\n",
	    "X-Frame-Options: DENY\r\n", "Referrer-Policy: no-referrer\r\n",
	    "Content-Security-Policy: default-src 'none';", "Cache-Control: private, no-cache\r\n"};
	const char *answer;

	start((struct http_limits){0});
	answer = httpd_once(&httpd, "GET / HTTP/1.1\r\nHost: h\r\n\r\n");
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		CHECK(strstr(answer, lines[i]));
	CHECK(!strstr(answer, "Strict-Transport-Security"));
	answer = httpd_once(&httpd, "GET /headers HTTP/1.1\r\nHost: h\r\n\r\n");
	CHECK(strstr(answer, "Content-Security-Policy: default-src 'self'\r\n"));
	CHECK(!strstr(answer, "default-src 'none'"));
	CHECK(strstr(answer, "Set-Cookie: a=1\r\n") && strstr(answer, "Set-Cookie: b=2\r\n"));
	answer = httpd_once(&httpd, "GET /headers?bad=a%0d%0aX:1 HTTP/1.1\r\nHost: h\r\n\r\n");
	CHECK_EQ(httpd_status(answer), 500);
	CHECK(!strstr(answer, "X:1"));
	httpd_end(&httpd);
}

static void packs_what_gains_and_holds_no_secret(void)
{
	const char *answer;

	start((struct http_limits){0});
	answer = httpd_once(
	    &httpd, "GET /headers HTTP/1.1\r\nHost: h\r\nAccept-Encoding: br, gzip\r\n\r\n");
	CHECK(strstr(answer, "Content-Encoding: gzip\r\n") &&
	      strstr(answer, "Vary: Accept-Encoding\r\n"));
	CHECK_MEM(httpd_body(answer), "\x1f\x8b", 2);
	answer = httpd_once(&httpd, "GET /headers HTTP/1.1\r\nHost: h\r\n\r\n");
	CHECK(!strstr(answer, "Content-Encoding"));
	CHECK_EQ(strlen(httpd_body(answer)), 5000);
	answer = httpd_once(
	    &httpd, "GET /headers HTTP/1.1\r\nHost: h\r\nAccept-Encoding: gzip;q=0\r\n\r\n");
	CHECK(!strstr(answer, "Content-Encoding"));
	answer = httpd_once(
	    &httpd, "GET /headers?secret HTTP/1.1\r\nHost: h\r\nAccept-Encoding: gzip\r\n\r\n");
	CHECK(!strstr(answer, "Content-Encoding") && strstr(answer, "Cache-Control: no-store\r\n"));
	httpd_end(&httpd);
}

static void knows_what_the_client_has(void)
{
	const char *answer;

	start((struct http_limits){0});
	answer = httpd_once(
	    &httpd, "GET /headers HTTP/1.1\r\nHost: h\r\nIf-None-Match: \"6\", \"7\"\r\n\r\n");
	CHECK_EQ(httpd_status(answer), 304);
	CHECK(strstr(answer, "ETag: W/\"7\"\r\n"));
	CHECK_STR(httpd_body(answer), "");
	answer =
	    httpd_once(&httpd, "GET /headers HTTP/1.1\r\nHost: h\r\nIf-None-Match: \"6\"\r\n\r\n");
	CHECK_EQ(httpd_status(answer), 200);
	httpd_end(&httpd);
}

static void believes_proxies_that_it_knows(void)
{
	static const char request[] =
	    "GET / HTTP/1.1\r\nHost: h\r\nX-Forwarded-For: 203.0.113.9, 192.0.2.1\r\n"
	    "X-Forwarded-For: 10.0.0.2\r\nX-Forwarded-Proto: https\r\n\r\n";
	struct cidr proxies[2];
	const char *answer;

	CHECK(!err_is(cidr_parse(span_str("127.0.0.0/8"), &proxies[0])));
	CHECK(!err_is(cidr_parse(span_str("10.0.0.0/8"), &proxies[1])));
	start((struct http_limits){0});
	CHECK(strstr(httpd_once(&httpd, request), "from=127.0.0.1 plain"));
	httpd_end(&httpd);
	start_with(
	    (struct http_config){.proxies = proxies, .n_proxies = 2}, (struct http_limits){0});
	answer = httpd_once(&httpd, request);
	CHECK(strstr(answer, "from=192.0.2.1 secure"));
	CHECK(strstr(answer, "Strict-Transport-Security: "));
	httpd_end(&httpd);
}

static void streams_an_export(void)
{
	const char *answer;
	int fd;

	start((struct http_limits){0});
	fd = httpd_connect(&httpd);
	answer = httpd_ask(fd, "GET /export?n=3000000 HTTP/1.1\r\nHost: h\r\n\r\n");
	CHECK(strstr(answer, "Transfer-Encoding: chunked\r\n"));
	CHECK(strlen(httpd_body(answer)) > 3000000);
	CHECK_STR(
	    httpd_body(httpd_ask(fd, "GET /constant HTTP/1.1\r\nHost: h\r\n\r\n")), "constant");
	close(fd);
	/* HTTP/1.0 has no chunks: the end of the connection is the end. */
	fd = httpd_connect(&httpd);
	answer = httpd_ask(fd, "GET /export?n=30 HTTP/1.0\r\n\r\n");
	CHECK(!strstr(answer, "chunked"));
	CHECK(httpd_ended(fd));
	close(fd);
	answer = httpd_once(
	    &httpd, "GET /export?n=3000000 HTTP/1.1\r\nHost: h\r\nAccept-Encoding: gzip\r\n\r\n");
	CHECK(strstr(answer, "Content-Encoding: gzip\r\n"));
	CHECK_EQ(atomic_load(&send_failed), 0);
	CHECK(count_comes_to(HTTP_COUNT_STREAMS, 0));
	httpd_end(&httpd);
}

static void cuts_a_stream_that_is_not_whole(void)
{
	char bytes[4096];
	size_t n;
	int fd;

	start((struct http_limits){0});
	fd = httpd_connect(&httpd);
	httpd_say(fd, "GET /export?n=20&break HTTP/1.1\r\nHost: h\r\n\r\n");
	n = httpd_read(fd, bytes, sizeof(bytes) - 1, true);
	bytes[n] = 0;
	CHECK(!strstr(bytes, "\r\n0\r\n\r\n"));
	close(fd);
	httpd_end(&httpd);
}

/* A client that does not read: the sender waits, gives up, and everybody else is served. */
static void drops_a_client_that_does_not_read(void)
{
	int fd;

	start((struct http_limits){.drain_ms = 300});
	fd = httpd_connect(&httpd);
	httpd_say(fd, "GET /export?n=300000000 HTTP/1.1\r\nHost: h\r\n\r\n");
	usleep(50 * 1000);
	CHECK_STR(httpd_body(httpd_once(&httpd, "GET /constant HTTP/1.1\r\nHost: h\r\n\r\n")),
	    "constant");
	CHECK(comes_to(&send_failed, 1));
	CHECK(count_comes_to(HTTP_COUNT_OPEN, 0));
	close(fd);
	fd = httpd_connect(&httpd);
	httpd_say(fd, "GET /large HTTP/1.1\r\nHost: h\r\n\r\n");
	CHECK(count_comes_to(HTTP_COUNT_OPEN, 1) && count_comes_to(HTTP_COUNT_OPEN, 0));
	close(fd);
	httpd_end(&httpd);
}

static void tells_when_the_client_of_events_leaves(void)
{
	int fd;

	start((struct http_limits){0});
	fd = httpd_connect(&httpd);
	httpd_say(fd, "GET /events HTTP/1.1\r\nHost: h\r\n\r\n");
	CHECK_EQ(httpd_status(httpd_hear(fd, true)), 200);
	CHECK_EQ(http_server_count(httpd.server, HTTP_COUNT_STREAMS), 1);
	CHECK_EQ(atomic_load(&told_gone), 0);
	close(fd);
	CHECK(comes_to(&told_gone, 1));
	CHECK(comes_to(&send_failed, 1));
	CHECK(count_comes_to(HTTP_COUNT_STREAMS, 0));
	httpd_end(&httpd);
}

static void drops_a_client_that_is_behind_with_events(void)
{
	int fd;

	start((struct http_limits){0});
	fd = httpd_connect(&httpd);
	httpd_say(fd, "GET /events?flood HTTP/1.1\r\nHost: h\r\n\r\n");
	CHECK(comes_to(&send_failed, 1));
	CHECK(count_comes_to(HTTP_COUNT_OPEN, 0));
	close(fd);
	httpd_end(&httpd);
}

/* One byte each 20 ms is no pause, but the request has to be whole in time all the same. */
static void ends_requests_that_drip(void)
{
	static const char *const begins[] = {"GET / HTTP/1.1\r\nHost: h\r\nX: ",
	    "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 9999\r\n\r\n"};

	start((struct http_limits){.request_ms = 400});
	for (size_t i = 0; i < 2; i++) {
		int fd = httpd_connect(&httpd);
		int64_t began = now_ms();
		char byte;

		httpd_say(fd, begins[i]);
		while (recv(fd, &byte, 1, MSG_DONTWAIT) < 0 && errno == EAGAIN &&
		       now_ms() - began < 3000) {
			(void)!send(fd, "x", 1, MSG_NOSIGNAL);
			usleep(20 * 1000);
		}
		CHECK(now_ms() - began < 1500 && now_ms() - began >= 300);
		close(fd);
	}
	CHECK_EQ(http_server_count(httpd.server, HTTP_COUNT_TIMEOUTS), 2);
	CHECK(count_comes_to(HTTP_COUNT_OPEN, 0));
	httpd_end(&httpd);
}

static void ends_idle_connections(void)
{
	int64_t began;
	int fd;

	start((struct http_limits){.idle_ms = 300});
	fd = httpd_connect(&httpd);
	CHECK_STR(
	    httpd_body(httpd_ask(fd, "GET /constant HTTP/1.1\r\nHost: h\r\n\r\n")), "constant");
	began = now_ms();
	CHECK(httpd_ended(fd));
	CHECK(now_ms() - began >= 200 && now_ms() - began < 2000);
	CHECK_EQ(http_server_count(httpd.server, HTTP_COUNT_TIMEOUTS), 0);
	close(fd);
	httpd_end(&httpd);
}

static void gives_up_on_a_handler(void)
{
	int fd;

	start((struct http_limits){.work_ms = 200});
	fd = httpd_connect(&httpd);
	CHECK_EQ(httpd_status(httpd_ask(fd, "GET /late HTTP/1.1\r\nHost: h\r\n\r\n")), 504);
	CHECK(httpd_ended(fd));
	close(fd);
	CHECK(comes_to(&send_failed, 1)); /* the handler could have known */
	httpd_end(&httpd);
}

/* More slow clients than there is room: who asks something gets in all the same. */
static void makes_room_for_who_asks(void)
{
	enum { ROOM = 20, SLOW = 50 };
	int slow[SLOW];

	start((struct http_limits){.connections = ROOM, .connections_of_one = 1000});
	for (int i = 0; i < SLOW; i++) {
		slow[i] = httpd_connect(&httpd);
		httpd_say(slow[i], "GET / HTTP/1.1\r\nHost: h\r\nX: ");
	}
	for (int i = 0; i < 5; i++)
		CHECK_STR(
		    httpd_body(httpd_once(&httpd, "GET /constant HTTP/1.1\r\nHost: h\r\n\r\n")),
		    "constant");
	CHECK(http_server_count(httpd.server, HTTP_COUNT_PUSHED_OUT) >= SLOW - ROOM);
	CHECK(http_server_count(httpd.server, HTTP_COUNT_OPEN) <= ROOM);
	for (int i = 0; i < SLOW; i++)
		close(slow[i]);
	httpd_end(&httpd);
}

static void limits_one_address(void)
{
	enum { OF_ONE = 5 };
	int fds[OF_ONE], more;

	start((struct http_limits){.connections_of_one = OF_ONE});
	for (int i = 0; i < OF_ONE; i++) {
		fds[i] = httpd_connect(&httpd);
		CHECK_EQ(httpd_status(httpd_ask(fds[i], "GET / HTTP/1.1\r\nHost: h\r\n\r\n")), 200);
	}
	more = httpd_connect(&httpd);
	CHECK(httpd_ended(more));
	CHECK_EQ(http_server_count(httpd.server, HTTP_COUNT_REFUSED), 1);
	close(more);
	close(fds[0]);
	CHECK(count_comes_to(HTTP_COUNT_OPEN, OF_ONE - 1));
	more = httpd_connect(&httpd);
	CHECK_EQ(httpd_status(httpd_ask(more, "GET / HTTP/1.1\r\nHost: h\r\n\r\n")), 200);
	close(more);
	for (int i = 1; i < OF_ONE; i++)
		close(fds[i]);
	httpd_end(&httpd);
}

static void finishes_work_when_it_stops(void)
{
	int fd, idle;

	start((struct http_limits){0});
	idle = httpd_connect(&httpd);
	fd = httpd_connect(&httpd);
	httpd_say(fd, "GET /late HTTP/1.1\r\nHost: h\r\n\r\n");
	CHECK(count_comes_to(HTTP_COUNT_REQUESTS, 1));
	http_server_stop(httpd.server);
	CHECK_STR(httpd_body(httpd_hear(fd, false)), "late");
	CHECK(httpd_ended(idle));
	close(fd);
	close(idle);
	httpd_end(&httpd);
}

int main(void)
{
	RUN(answers_on_a_kept_connection);
	RUN(answers_pipelined_requests_in_order);
	RUN(takes_bodies);
	RUN(answers_head_without_a_body);
	RUN(refuses_what_is_not_sound);
	RUN(refuses_heads_that_are_too_large);
	RUN(says_what_browsers_must_not_do);
	RUN(packs_what_gains_and_holds_no_secret);
	RUN(knows_what_the_client_has);
	RUN(believes_proxies_that_it_knows);
	RUN(streams_an_export);
	RUN(cuts_a_stream_that_is_not_whole);
	RUN(drops_a_client_that_does_not_read);
	RUN(tells_when_the_client_of_events_leaves);
	RUN(drops_a_client_that_is_behind_with_events);
	RUN(ends_requests_that_drip);
	RUN(ends_idle_connections);
	RUN(gives_up_on_a_handler);
	RUN(makes_room_for_who_asks);
	RUN(limits_one_address);
	RUN(finishes_work_when_it_stops);
	return test_done();
}
