#include "http/server.h"

#include "lib/httpd.h"

#include <stdatomic.h>

static struct httpd httpd;
static atomic_uint told_gone;

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

static void handle(void *context, struct http_call *call)
{
	const char *path = http_path(call);

	(void)context;
	if (strcmp(path, "/later") == 0)
		in_thread(answer_later, call);
	else if (strcmp(path, "/large") == 0)
		answer_large(call, 1 << 20);
	else if (strcmp(path, "/none") == 0)
		http_answer(call, 204, NULL, NULL);
	else
		echo(call);
}

static void start(struct http_limits limits)
{
	struct http_config config = {.handler = handle, .limits = limits};

	atomic_store(&told_gone, 0);
	httpd_start(&httpd, &config);
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
	CHECK_EQ(
	    strlen(httpd_body(httpd_ask(fd, "GET /large HTTP/1.1\r\nHost: h\r\n\r\n"))), 1 << 20);
	close(fd);
	httpd_end(&httpd);
}

int main(void)
{
	RUN(answers_on_a_kept_connection);
	return test_done();
}
