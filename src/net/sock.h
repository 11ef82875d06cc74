/*
 * sock.h: non-blocking TCP sockets, and what an errno means for a connection.
 */
#pragma once

#include "inet/addr.h"

/* Whose trouble an errno of connect() is. */
enum sock_trouble {
	SOCK_REFUSED, /* the port is closed: an answer */
	SOCK_RESET, /* it was open, and was closed again before we looked */
	SOCK_TIMEOUT, /* no answer */
	SOCK_UNREACHABLE, /* somebody, or our own routing or firewall, says that there is no way */
	SOCK_BUSY, /* this machine has run out of something: later it may work */
	SOCK_LOCAL, /* this machine does not want to, now or later */
};

/*
 * Begins to connect. Returns 0 (connected), EINPROGRESS (writable or hung up tells), or another
 * errno; then there is no descriptor and ret_fd is untouched.
 */
must_use int sock_connect(const struct addr *a, uint16_t port, int *ret_fd);
/* How a connect that was in progress ended: 0 or an errno. Asking takes the answer away. */
must_use int sock_result(int fd);
/* Its close() will leave no TIME_WAIT: what was connected is reset, which costs neither side a
 * port. */
void sock_reset_at_close(int fd);
/* That, and closes it. */
void sock_abort(int fd);
/* A connect to a port of our own may be given that very port and meet itself (RFC 9293 3.5).
 * Whether this one did, which was to lead there. */
bool sock_is_self(int fd, const struct addr *peer, uint16_t port);
enum sock_trouble sock_trouble(int errnum);
/* Of what TCP finds unreachable: it is so because it means all hosts of one of our networks (their
 * prefixes make it so), and no host. Sends nothing. */
bool sock_is_broadcast(const struct addr *a);
/* The address of ours that the kernel would choose; false: it sees no way. Sends nothing. */
bool sock_source(const struct addr *to, struct addr *ret_from);
