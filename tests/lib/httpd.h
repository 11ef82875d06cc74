/*
 * httpd.h: a server of http/ in a thread of its own, and clients that say what a test writes, byte
 * by byte if it must be.
 */
#pragma once

#include "http/listen.h"
#include "http/server.h"

#include "lib/test.h"

#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <unistd.h>

struct httpd {
	struct http_server *server;
	struct listen_place place;
	pthread_t thread;
};

static inline void *httpd_main(void *context)
{
	struct httpd *h = context;
	struct err e = http_server_run(h->server);

	test_check(!err_is(e), __FILE__, __LINE__, "the server runs");
	return NULL;
}

static inline void httpd_start(struct httpd *h, const struct http_config *config)
{
	struct listen_place place = {.addr = addr_from_v4(INADDR_LOOPBACK)};
	struct err e = http_server_new(config, &h->server);
	int fd = -1;

	if (!err_is(e))
		e = listen_open(&place, &fd);
	if (!err_is(e))
		e = listen_bound(fd, &h->place);
	if (!err_is(e))
		e = http_server_listen(h->server, fd);
	if (err_is(e)) {
		printf("Bail out! %s\n", e.what);
		exit(1);
	}
	pthread_create(&h->thread, NULL, httpd_main, h);
}

static inline void httpd_end(struct httpd *h)
{
	http_server_stop(h->server);
	pthread_join(h->thread, NULL);
	http_server_free(h->server);
}

/* A connected socket whose reads end after 5 s. */
static inline int httpd_connect(const struct httpd *h)
{
	struct sockaddr_storage sa;
	socklen_t n = addr_to_sockaddr(&h->place.addr, h->place.port, &sa);
	struct timeval patience = {.tv_sec = 5};
	int fd = socket(sa.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);

	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	test_check(connect(fd, (struct sockaddr *)&sa, n) == 0, __FILE__, __LINE__, "connect");
	return fd;
}

static inline void httpd_say(int fd, const char *text)
{
	size_t n = strlen(text);

	test_check(send(fd, text, n, MSG_NOSIGNAL) == (ssize_t)n, __FILE__, __LINE__, "send");
}

/* Up to n bytes, all of them if `all`; what came. */
static inline size_t httpd_read(int fd, char *to, size_t n, bool all)
{
	size_t have = 0;
	ssize_t got = 1;

	while (have < n && got > 0) {
		got = recv(fd, to + have, n - have, all ? MSG_WAITALL : 0);
		have += got > 0 ? (size_t)got : 0;
		if (!all)
			break;
	}
	return have;
}

/* One answer, terminated, in memory that the next call uses again; "" if the connection ended
 * before anything came. Nothing behind it is taken, unless it comes in chunks. */
static inline const char *httpd_hear(int fd, bool of_head)
{
	enum { ROOM = 8 << 20 };
	static char *text;
	size_t n = 0, got = 1;
	const char *length;

	if (!text)
		text = malloc(ROOM);
	for (; got && n < ROOM - 1 && !(n >= 4 && memcmp(text + n - 4, "\r\n\r\n", 4) == 0);
	     n += got)
		got = httpd_read(fd, text + n, 1, false);
	text[n] = 0;
	length = strcasestr(text, "\r\nContent-Length: ");
	if (of_head || !got)
		return text;
	if (length)
		n += httpd_read(fd, text + n, strtoul(length + 18, NULL, 10), true);
	else if (strcasestr(text, "\r\nTransfer-Encoding: chunked"))
		for (; got && n < ROOM - 1 && memcmp(text + n - 7, "\r\n0\r\n\r\n", 7) != 0;
		     n += got)
			got = httpd_read(fd, text + n, ROOM - 1 - n, false);
	text[n] = 0;
	return text;
}

static inline const char *httpd_ask(int fd, const char *request)
{
	httpd_say(fd, request);
	return httpd_hear(fd, strncmp(request, "HEAD ", 5) == 0);
}

/* On a connection of its own. */
static inline const char *httpd_once(const struct httpd *h, const char *request)
{
	int fd = httpd_connect(h);
	const char *answer = httpd_ask(fd, request);

	close(fd);
	return answer;
}

/* The other side has ended the connection, within 5 s. */
static inline bool httpd_ended(int fd)
{
	char bytes[4096];
	ssize_t n;

	while ((n = recv(fd, bytes, sizeof(bytes), 0)) > 0)
		;
	return n == 0 || errno == ECONNRESET;
}

static inline unsigned httpd_status(const char *answer)
{
	return strncmp(answer, "HTTP/", 5) == 0 ? (unsigned)strtoul(answer + 9, NULL, 10) : 0;
}

static inline const char *httpd_body(const char *answer)
{
	const char *end = strstr(answer, "\r\n\r\n");

	return end ? end + 4 : "";
}
