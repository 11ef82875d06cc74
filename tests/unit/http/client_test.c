#include "http/client.h"

#include "http/own_cert.h"

#include "lib/httpd.h"

#include <time.h>

static struct httpd httpd;
static struct delivery got;
static struct buf reply;

/* Says back what came; the path says how. */
static void handle(void *context, struct http_call *call)
{
	const char *path = http_path(call), *type = http_header(call, "content-type");
	const char *key = http_header(call, "idempotency-key"),
		   *auth = http_header(call, "authorization");
	unsigned status = (unsigned)strtoul(path + 1, NULL, 10);
	struct buf body;

	(void)context;
	buf_init(&body, 8 << 20);
	if (strcmp(path, "/much") == 0)
		buf_fill(&body, 'x', 1 << 20);
	else if (status < 400)
		buf_printf(&body, "%s %s %s %s ", http_method_name(http_method(call)),
		    type ? type : "-", key ? key : "-", auth ? auth : "-");
	else
		buf_str(&body, "no such hook\033[2J\r\nmore");
	if (status < 400)
		buf_span(&body, http_body(call));
	if (status == 429)
		http_set_header(call, "Retry-After", "77");
	if (status == 302)
		http_set_header(call, "Location", "/200");
	http_answer(call, status ? status : 200, "text/plain", &body);
	buf_done(&body);
}

static void start(struct http_config config)
{
	config.handler = handle;
	httpd_start(&httpd, &config);
}

static const char *ask(const char *scheme, const char *path, struct http_request r)
{
	char url[200];

	snprintf(url, sizeof(url), "%s://localhost:%u%s", scheme, httpd.place.port, path);
	r.url = url;
	buf_reset(&reply);
	http_send(&r, &reply, &got);
	return buf_text(&reply);
}

static void posts_and_puts(void)
{
	const struct http_field fields[] = {
	    {"Content-Type", "application/json"}, {"Idempotency-Key", "k1"}};
	struct http_request r = {.headers = fields,
	    .n_headers = 2,
	    .body = span_str("{\"a\":1}"),
	    .user = "u",
	    .password = "p"};

	start((struct http_config){0});
	CHECK_STR(ask("http", "/200", r), "POST application/json k1 Basic dTpw {\"a\":1}");
	CHECK_EQ(got.end, DELIVERY_DONE);
	CHECK_EQ(got.status, 200);
	CHECK_STR(got.why, "");
	r.method = "PUT";
	CHECK_STR(ask("http", "/201", r), "PUT application/json k1 Basic dTpw {\"a\":1}");
	CHECK_EQ(got.status, 201);
	httpd_end(&httpd);
}

static void says_whether_to_try_again(void)
{
	static const struct {
		const char *path;
		enum delivery_end end;
	} rows[] = {
	    {"/204", DELIVERY_DONE},
	    {"/302", DELIVERY_REFUSED},
	    {"/400", DELIVERY_REFUSED},
	    {"/404", DELIVERY_REFUSED},
	    {"/408", DELIVERY_RETRY},
	    {"/429", DELIVERY_RETRY},
	    {"/500", DELIVERY_RETRY},
	    {"/503", DELIVERY_RETRY},
	};

	start((struct http_config){0});
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		ask("http", rows[i].path, (struct http_request){0});
		CHECK_EQ(got.end, rows[i].end);
		CHECK_EQ(got.retry_after_s, strcmp(rows[i].path, "/429") == 0 ? 77 : 0);
		if (strcmp(rows[i].path, "/404") == 0) {
			CHECK(strstr(got.why, "HTTP 404: no such hook"));
			CHECK(!strchr(got.why, '\033') && !strstr(got.why, "more"));
		}
	}
	httpd_end(&httpd);
	ask("http", "/200", (struct http_request){.timeout_ms = 500}); /* nobody listens now */
	CHECK_EQ(got.end, DELIVERY_RETRY);
	ask("ftp", "/", (struct http_request){0});
	CHECK_EQ(got.end, DELIVERY_REFUSED);
}

static void cuts_long_answers(void)
{
	start((struct http_config){0});
	CHECK_EQ(strlen(ask("http", "/much", (struct http_request){0})), HTTP_REPLY_MAX);
	CHECK_EQ(got.end, DELIVERY_DONE);
	httpd_end(&httpd);
}

static void asks_the_guard(void)
{
	struct guard guard = {NULL, 0};
	struct cidr loopback[2];

	CHECK(!err_is(cidr_parse(span_str("127.0.0.0/8"), &loopback[0])));
	CHECK(!err_is(cidr_parse(span_str("::1"), &loopback[1])));
	start((struct http_config){0});
	ask("http", "/200", (struct http_request){.guard = &guard});
	CHECK_EQ(got.end, DELIVERY_REFUSED);
	CHECK(strstr(got.why, "is this machine itself"));
	CHECK_EQ(http_server_count(httpd.server, HTTP_COUNT_REQUESTS), 0);
	guard = (struct guard){loopback, 2};
	ask("http", "/200", (struct http_request){.guard = &guard});
	CHECK_EQ(got.end, DELIVERY_DONE);
	httpd_end(&httpd);
}

static void refuses_headers_that_end_early(void)
{
	const struct http_field fields[] = {{"X", "1\r\nY: 2"}};

	start((struct http_config){0});
	ask("http", "/200", (struct http_request){.headers = fields, .n_headers = 1});
	CHECK_EQ(got.end, DELIVERY_REFUSED);
	CHECK_EQ(http_server_count(httpd.server, HTTP_COUNT_REQUESTS), 0);
	httpd_end(&httpd);
}

static void looks_at_certificates(void)
{
	struct own_cert_spec spec = {.now_s = time(NULL)};
	char file[] = "/tmp/client_ca.XXXXXX";
	int fd = mkstemp(file);
	struct buf cert, key;

	buf_init(&cert, OWN_CERT_PEM_MAX);
	buf_init(&key, OWN_CERT_PEM_MAX);
	CHECK(!err_is(own_cert_make(&spec, &cert, &key)));
	CHECK(write(fd, cert.p, cert.n) == (ssize_t)cert.n);
	start((struct http_config){.certificate = buf_view(&cert), .key = buf_view(&key)});
	ask("https", "/200", (struct http_request){0});
	CHECK_EQ(got.end, DELIVERY_RETRY); /* its owner may mend it */
	CHECK(strstr(got.why, "certificate"));
	ask("https", "/200", (struct http_request){.unverified = true});
	CHECK_EQ(got.end, DELIVERY_DONE);
	ask("https", "/200", (struct http_request){.ca_file = file});
	CHECK_EQ(got.end, DELIVERY_DONE);
	httpd_end(&httpd);
	buf_done(&cert);
	buf_done(&key);
	close(fd);
	unlink(file);
}

int main(void)
{
	CHECK(!err_is(http_client_start()));
	buf_init(&reply, 1 << 20);
	RUN(posts_and_puts);
	RUN(says_whether_to_try_again);
	RUN(cuts_long_answers);
	RUN(asks_the_guard);
	RUN(refuses_headers_that_end_early);
	RUN(looks_at_certificates);
	buf_done(&reply);
	return test_done();
}
