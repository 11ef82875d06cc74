/*
 * sock.c: a connection costs as few system calls as can be: socket() makes it non-blocking, nothing
 * is set that does not have to be. Closing with a zero linger sends a reset instead of a FIN, so a
 * scan of a /16 leaves no 60 seconds of TIME_WAIT behind that would use up our ports.
 */
#include "net/sock.h"

#include <errno.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

int sock_connect(const struct addr *a, uint16_t port, int *ret_fd)
{
	struct sockaddr_storage to;
	socklen_t n = addr_to_sockaddr(a, port, &to);
	int fd = socket(to.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	int errnum = 0;

	if (fd < 0)
		return errno;
	if (connect(fd, (struct sockaddr *)&to, n) < 0)
		errnum = errno;
	if (errnum == 0 || errnum == EINPROGRESS)
		*ret_fd = fd;
	else
		close(fd);
	return errnum;
}

int sock_result(int fd)
{
	int errnum = 0;
	socklen_t n = sizeof(errnum);

	if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &errnum, &n) < 0)
		return errno;
	return errnum;
}

void sock_reset_at_close(int fd)
{
	static const struct linger at_once = {.l_onoff = 1};

	(void)setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
}

void sock_abort(int fd)
{
	sock_reset_at_close(fd);
	close(fd);
}

/* The kernel itself chooses no privileged port, so for most servers no call is needed. */
bool sock_is_self(int fd, const struct addr *peer, uint16_t port)
{
	struct sockaddr_storage own;
	socklen_t n = sizeof(own);
	struct addr own_addr;
	uint16_t own_port;

	return port >= IPPORT_RESERVED && getsockname(fd, (struct sockaddr *)&own, &n) == 0 &&
	       addr_from_sockaddr((struct sockaddr *)&own, &own_addr, &own_port) &&
	       own_port == port && addr_eq(&own_addr, peer);
}

enum sock_trouble sock_trouble(int errnum)
{
	switch (errnum) {
	case ECONNREFUSED:
		return SOCK_REFUSED;
	case ECONNRESET: /* a reset that answers our SYN would be ECONNREFUSED */
	case EPIPE:
		return SOCK_RESET;
	case ETIMEDOUT:
		return SOCK_TIMEOUT;
	case EHOSTUNREACH:
	case ENETUNREACH:
	case EHOSTDOWN:
	case ENETDOWN:
	case ENONET:
	case EACCES: /* a prohibit route */
	case EPERM: /* our own firewall */
	case EINVAL: /* a blackhole route; a link-local address without its zone */
	case ENOPROTOOPT: /* ICMP: protocol unreachable */
	case EOPNOTSUPP: /* ICMP: source route failed */
	case EPROTO: /* ICMPv6: parameter problem */
		return SOCK_UNREACHABLE;
	case EMFILE:
	case ENFILE:
	case ENOBUFS:
	case ENOMEM:
	case EAGAIN:
	case EADDRINUSE:
	case EADDRNOTAVAIL: /* every ephemeral port to that endpoint is taken */
		return SOCK_BUSY;
	default:
		return SOCK_LOCAL;
	}
}

/* TCP says of it what it says where no way leads; UDP asks for a permission (SO_BROADCAST). */
bool sock_is_broadcast(const struct addr *a)
{
	struct sockaddr_storage to;
	socklen_t n = addr_to_sockaddr(a, 9, &to);
	int fd = socket(to.ss_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	bool is = fd >= 0 && connect(fd, (struct sockaddr *)&to, n) < 0 && errno == EACCES;

	if (fd >= 0)
		close(fd);
	return is;
}

bool sock_source(const struct addr *to, struct addr *ret_from)
{
	struct sockaddr_storage a;
	socklen_t n = addr_to_sockaddr(to, 9, &a);
	int fd = socket(a.ss_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	uint16_t port;
	bool is = fd >= 0 && connect(fd, (struct sockaddr *)&a, n) == 0;

	n = sizeof(a);
	is = is && getsockname(fd, (struct sockaddr *)&a, &n) == 0 &&
	     addr_from_sockaddr((struct sockaddr *)&a, ret_from, &port);
	if (fd >= 0)
		close(fd);
	return is;
}
