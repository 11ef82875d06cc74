/*
 * listen.c: one socket a place. Of ":8440", where the machine has IPv6, one socket takes both
 * families; where it has none, IPv4's does.
 */
#include "http/listen.h"

#include "http/limits.h"

#include <errno.h>
#include <netinet/in.h>
#include <unistd.h>

static struct err read_port(struct span text, size_t at, uint16_t *ret_port)
{
	uint32_t port = 0;

	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] < '0' || text.p[i] > '9' || port > 65535)
			return err_input(at + i, "a port is a number from 0 to 65535");
		port = 10 * port + (uint32_t)(text.p[i] - '0');
	}
	if (text.n == 0 || port > 65535)
		return err_input(at, "a port is a number from 0 to 65535");
	*ret_port = (uint16_t)port;
	return OK;
}

/* "[::1]" or "127.0.0.1"; nothing: all of both families. */
static struct err read_host(struct span text, struct addr *ret_addr)
{
	struct addr any = {0};

	if (text.n == 0) {
		*ret_addr = any;
		return OK;
	}
	if (text.n >= 2 && text.p[0] == '[' && text.p[text.n - 1] == ']')
		text = span_of(text.p + 1, text.n - 2);
	else if (memchr(text.p, ':', text.n))
		return err_input(0, "an IPv6 address before a port stands in [brackets]");
	return addr_parse(text, ret_addr);
}

struct err listen_place_parse(struct span text, struct listen_place *ret_place)
{
	const uint8_t *colon = text.n ? memrchr(text.p, ':', text.n) : NULL;
	struct listen_place place = {.addr = addr_from_v4(INADDR_LOOPBACK)};
	size_t host_n = colon ? (size_t)(colon - text.p) : 0;
	size_t port_at = colon ? host_n + 1 : 0;
	struct err e = OK;

	if (colon)
		e = read_host(span_of(text.p, host_n), &place.addr);
	if (!err_is(e))
		e = read_port(span_of(text.p + port_at, text.n - port_at), port_at, &place.port);
	if (!err_is(e))
		*ret_place = place;
	return e;
}

static bool is_unspecified(const struct addr *a)
{
	static const struct addr any;

	return addr_eq(a, &any);
}

static struct err open_of(const struct addr *a, uint16_t port, int *ret_fd)
{
	struct sockaddr_storage sa;
	socklen_t n = addr_to_sockaddr(a, port, &sa);
	int fd = socket(sa.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	int on = 1, off = 0;
	struct err e = OK;

	if (fd < 0)
		return err_io(errno, "cannot listen");
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (sa.ss_family == AF_INET6 && is_unspecified(a))
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof(off));
	if (bind(fd, (struct sockaddr *)&sa, n) < 0 || listen(fd, HTTP_BACKLOG) < 0) {
		e = err_io(errno, "cannot listen");
		close(fd);
		return e;
	}
	*ret_fd = fd;
	return OK;
}

struct err listen_open(const struct listen_place *place, int *ret_fd)
{
	struct err e = open_of(&place->addr, place->port, ret_fd);
	struct addr any_v4 = addr_from_v4(INADDR_ANY);

	if (err_is(e) && err_detail(e) == EAFNOSUPPORT && is_unspecified(&place->addr))
		return open_of(&any_v4, place->port, ret_fd);
	return e;
}

struct err listen_bound(int fd, struct listen_place *ret_place)
{
	struct sockaddr_storage sa;
	socklen_t n = sizeof(sa);
	struct listen_place place;

	if (getsockname(fd, (struct sockaddr *)&sa, &n) < 0)
		return err_io(errno, "listening socket");
	if (!addr_from_sockaddr((struct sockaddr *)&sa, &place.addr, &place.port))
		return err_input(0, "the listening socket is no TCP socket");
	*ret_place = place;
	return OK;
}
