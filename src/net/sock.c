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

void sock_abort(int fd)
{
	static const struct linger at_once = {.l_onoff = 1};

	(void)setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
	close(fd);
}

bool sock_is_self(int fd)
{
	struct sockaddr_storage own, peer;
	socklen_t own_n = sizeof(own), peer_n = sizeof(peer);
	struct addr own_addr, peer_addr;
	uint16_t own_port, peer_port;

	if (getsockname(fd, (struct sockaddr *)&own, &own_n) < 0 ||
	    getpeername(fd, (struct sockaddr *)&peer, &peer_n) < 0)
		return false;
	if (!addr_from_sockaddr((struct sockaddr *)&own, &own_addr, &own_port) ||
	    !addr_from_sockaddr((struct sockaddr *)&peer, &peer_addr, &peer_port))
		return false;
	return own_port == peer_port && addr_eq(&own_addr, &peer_addr);
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
	case EACCES: /* a prohibit route; a broadcast address */
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
