#include "http/secure.h"

#include "http/own_cert.h"

#include "lib/httpd.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <time.h>

static struct httpd httpd;
static struct buf cert, key;

static void handle(void *context, struct http_call *call)
{
	struct buf body;

	(void)context;
	buf_init(&body, 100);
	buf_printf(&body, " %s body=", http_secure(call) ? "secure" : "plain");
	http_answer(call, 200, "text/plain", &body);
	buf_done(&body);
}

static bool count_comes_to(enum http_count which, uint64_t n)
{
	for (int i = 0; i < 500 && http_server_count(httpd.server, which) != n; i++)
		usleep(10000);
	return http_server_count(httpd.server, which) == n;
}

/* TLS, as a browser does it. Returns NULL where it fails. */
static SSL *greet(SSL_CTX *context, int fd, const char *alpn)
{
	SSL *ssl = SSL_new(context);

	SSL_set_fd(ssl, fd);
	if (alpn)
		SSL_set_alpn_protos(ssl, (const uint8_t *)alpn, (unsigned)strlen(alpn));
	if (SSL_connect(ssl) == 1)
		return ssl;
	SSL_free(ssl);
	ERR_clear_error();
	return NULL;
}

/* What is answered inside of TLS, or "". */
static const char *ask_inside(SSL_CTX *context, const char *alpn, const char *request)
{
	static char text[8192];
	int fd = httpd_connect(&httpd), n = 0, got = 1;
	SSL *ssl = greet(context, fd, alpn);

	text[0] = 0;
	if (ssl && SSL_write(ssl, request, (int)strlen(request)) > 0)
		while (got > 0 && n < (int)sizeof(text) - 1 && !strstr(text, "body=")) {
			got = SSL_read(ssl, text + n, (int)sizeof(text) - 1 - n);
			n += got > 0 ? got : 0;
			text[n] = 0;
		}
	SSL_free(ssl);
	close(fd);
	return text;
}

static void make_cert(const char *name)
{
	struct own_cert_spec spec = {.names = &name, .n_names = 1, .now_s = time(NULL)};

	buf_done(&cert);
	buf_done(&key);
	buf_init(&cert, OWN_CERT_PEM_MAX);
	buf_init(&key, OWN_CERT_PEM_MAX);
	CHECK(!err_is(own_cert_make(&spec, &cert, &key)));
}

static void start_tls(void)
{
	make_cert("first.test");
	httpd_start(&httpd, &(struct http_config){.handler = handle,
				.certificate = buf_view(&cert),
				.key = buf_view(&key),
				.limits = {.request_ms = 1000}});
}

static void speaks_tls(void)
{
	static const char request[] = "GET / HTTP/1.1\r\nHost: h.test\r\n\r\n";
	SSL_CTX *context = SSL_CTX_new(TLS_client_method());
	const char *answer;

	start_tls();
	for (int version = TLS1_2_VERSION; version <= TLS1_3_VERSION; version++) {
		SSL_CTX_set_min_proto_version(context, version);
		SSL_CTX_set_max_proto_version(context, version);
		answer = ask_inside(context, "\x02h2\x08http/1.1", request);
		CHECK(strstr(answer, " secure body="));
		CHECK(strstr(answer, "Strict-Transport-Security: max-age="));
	}
	CHECK_STR(ask_inside(context, "\x02h2", request), "");
	answer = ask_inside(context, NULL, "GET / HTTP/1.1\r\nHost: localhost:8440\r\n\r\n");
	CHECK(strstr(answer, " secure body=") && !strstr(answer, "Strict-Transport-Security"));
	SSL_CTX_set_min_proto_version(context, 0);
	SSL_CTX_set_max_proto_version(context, TLS1_1_VERSION);
	SSL_CTX_set_security_level(context, 0);
	CHECK_STR(ask_inside(context, NULL, request), "");
	SSL_CTX_free(context);
	httpd_end(&httpd);
}

/* Nobody who says nothing, or something else, stops those who shake hands. */
static void ends_handshakes_that_do_not_end(void)
{
	int silent, plain;

	start_tls();
	silent = httpd_connect(&httpd);
	plain = httpd_connect(&httpd);
	httpd_say(plain, "GET / HTTP/1.1\r\nHost: h\r\n\r\n");
	CHECK(httpd_ended(plain));
	CHECK(httpd_ended(silent));
	CHECK(count_comes_to(HTTP_COUNT_OPEN, 0));
	close(silent);
	close(plain);
	httpd_end(&httpd);
}

static void changes_its_certificate(void)
{
	SSL_CTX *context = SSL_CTX_new(TLS_client_method());
	int fd;
	SSL *ssl;
	X509 *shown;

	start_tls();
	make_cert("second.test");
	CHECK(!err_is(http_server_certificate(httpd.server, buf_view(&cert), buf_view(&key))));
	CHECK_EQ(err_class(http_server_certificate(httpd.server, buf_view(&cert), span_str("x"))),
	    ERR_INPUT);
	fd = httpd_connect(&httpd);
	ssl = greet(context, fd, NULL);
	shown = ssl ? SSL_get1_peer_certificate(ssl) : NULL;
	CHECK(shown && X509_check_host(shown, "second.test", 0, 0, NULL) == 1);
	X509_free(shown);
	SSL_free(ssl);
	close(fd);
	SSL_CTX_free(context);
	httpd_end(&httpd);
}

int main(void)
{
	RUN(speaks_tls);
	RUN(ends_handshakes_that_do_not_end);
	RUN(changes_its_certificate);
	buf_done(&cert);
	buf_done(&key);
	return test_done();
}
