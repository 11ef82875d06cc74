/*
 * courier.c: one parcel on its way. A log over TCP that took the line may still lose it: syslog
 * knows no answer, so "it was written" is all that can be known.
 */
#include "alert/courier.h"

#include "alert/limits.h"
#include "alert/login.h"

#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { SYSLOG_TIME_S = 10 };

/* A file that is not there, or wrong, may be mended: the mail waits. */
static bool log_in(
    const char *auth_file, struct arena *arena, struct mail_server *server, struct delivery *ret)
{
	char why[LOGIN_WHY_MAX];
	struct login login;

	if (err_is(login_read(auth_file, arena, &login, why))) {
		*ret = (struct delivery){.end = DELIVERY_RETRY};
		snprintf(ret->why, sizeof(ret->why), "%s", why);
		return false;
	}
	server->user = login.user;
	server->password = login.password;
	return true;
}

static void carry_mail(const struct parcel *p, struct delivery *ret)
{
	struct mail_server server = p->mail.server;
	struct arena arena;

	arena_init(&arena, CHANNEL_BYTES_MAX);
	if (!p->mail.auth_file || log_in(p->mail.auth_file, &arena, &server, ret))
		mail_send(
		    &server, &p->mail.mail, p->mail.envelope_from, p->mail.bcc, p->mail.n_bcc, ret);
	arena_done(&arena);
}

/* To each address; where one does not take it, all are asked again, with the same key. */
static void carry_http(const struct courier *c, const struct parcel *p, struct delivery *ret)
{
	struct http_request request = p->request;

	request.guard = c->guard;
	*ret = (struct delivery){.end = DELIVERY_DONE};
	for (size_t i = 0; i < p->n_urls && ret->end == DELIVERY_DONE; i++) {
		request.url = p->urls[i];
		http_send(&request, NULL, ret);
	}
}

static void carry_command(const struct courier *c, const struct parcel *p, struct delivery *ret)
{
	if (c->command) {
		c->command(c->context, p->command.argv, p->command.input, ret);
		return;
	}
	*ret = (struct delivery){.end = DELIVERY_REFUSED};
	snprintf(ret->why, sizeof(ret->why),
	    "this service runs no commands: start it with --commands DIR");
}

/* Syslog. */

static void trouble(struct delivery *ret, const char *what, int errnum)
{
	ret->end = DELIVERY_RETRY;
	snprintf(ret->why, sizeof(ret->why), "%s: %s", what, strerror(errnum));
}

static int local_open(void)
{
	struct sockaddr_un to = {.sun_family = AF_UNIX, .sun_path = "/dev/log"};
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd >= 0 && connect(fd, (struct sockaddr *)&to, sizeof(to)) == 0)
		return fd;
	if (fd >= 0)
		close(fd);
	return -1;
}

static int address_open(const struct addrinfo *a)
{
	const struct timeval limit = {.tv_sec = SYSLOG_TIME_S};
	int fd = socket(a->ai_family, a->ai_socktype | SOCK_CLOEXEC, a->ai_protocol);

	if (fd < 0)
		return -1;
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit)); /* connect's, too */
	if (connect(fd, a->ai_addr, a->ai_addrlen) == 0)
		return fd;
	close(fd);
	return -1;
}

static int remote_open(const struct parcel *p)
{
	const struct addrinfo hints = {
	    .ai_family = AF_UNSPEC,
	    .ai_socktype = p->syslog.way == SYSLOG_TCP ? SOCK_STREAM : SOCK_DGRAM,
	};
	struct addrinfo *found = NULL;
	char port[8];
	int fd = -1;

	snprintf(port, sizeof(port), "%u", p->syslog.port);
	if (getaddrinfo(p->syslog.host, port, &hints, &found) != 0) {
		errno = EHOSTUNREACH;
		return -1;
	}
	for (struct addrinfo *a = found; a && fd < 0; a = a->ai_next)
		fd = address_open(a);
	freeaddrinfo(found);
	return fd;
}

static void carry_syslog(const struct parcel *p, struct delivery *ret)
{
	struct span rest = p->syslog.line;
	int fd = p->syslog.way == SYSLOG_LOCAL ? local_open() : remote_open(p);

	*ret = (struct delivery){.end = DELIVERY_DONE};
	if (fd < 0) {
		trouble(ret, "cannot reach the log", errno);
		return;
	}
	while (rest.n && ret->end == DELIVERY_DONE) {
		ssize_t n = send(fd, rest.p, rest.n, MSG_NOSIGNAL);

		if (n >= 0)
			span_take(&rest, (size_t)n);
		else if (errno != EINTR)
			trouble(ret, "cannot write to the log", errno);
	}
	close(fd);
}

void courier_carry(const struct courier *c, const struct parcel *p, struct delivery *ret)
{
	switch (p->carrier) {
	case CARRIER_MAIL:
		carry_mail(p, ret);
		return;
	case CARRIER_HTTP:
		carry_http(c, p, ret);
		return;
	case CARRIER_COMMAND:
		carry_command(c, p, ret);
		return;
	case CARRIER_SYSLOG:
		carry_syslog(p, ret);
		return;
	default:
		*ret = (struct delivery){.end = DELIVERY_REFUSED};
	}
}
