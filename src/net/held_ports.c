/*
 * held_ports.c: sockets that are bound and do no more. All ports of a window are bound at once, so
 * that of two who choose at the same time one must give way; then one in HELD_EACH is enough, for
 * whoever takes a window tries them all.
 */
#include "net/held_ports.h"

#include "net/limits.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

enum { HELD_EACH = SOURCE_PORTS_EACH, TRIES = 64 };

static int bind_v6(int fd, uint16_t port)
{
	const struct sockaddr_in6 where = {.sin6_family = AF_INET6, .sin6_port = htons(port)};
	const int no = 0;

	if (setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &no, sizeof(no)) < 0)
		return -1;
	return bind(fd, (const struct sockaddr *)&where, sizeof(where));
}

static int bind_v4(int fd, uint16_t port)
{
	const struct sockaddr_in where = {.sin_family = AF_INET, .sin_port = htons(port)};

	return bind(fd, (const struct sockaddr *)&where, sizeof(where));
}

/* Of both families, where this machine has both. A descriptor, or -1 and errno. */
static int bound(uint16_t port)
{
	int fd = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0), errnum;
	bool v6 = fd >= 0;

	if (!v6)
		fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0 || (v6 ? bind_v6 : bind_v4)(fd, port) == 0)
		return fd;
	errnum = errno;
	close(fd);
	errno = errnum;
	return -1;
}

/* Of a window that another scan holds, as far as one of its sockets tells. */
static void take_around(struct ports *taken, unsigned port)
{
	for (unsigned p = port - HELD_EACH + 1; p < port + HELD_EACH && p <= UINT16_MAX; p++)
		ports_add(taken, (uint16_t)p, false);
}

/* All of a window. false: somebody has a part of it, which is marked as taken. What this machine
 * does not let us bind for another reason cannot be held, and is used all the same. */
static bool take_all(struct held_ports *h, struct ports *taken)
{
	for (unsigned i = 0; i < h->ports.n; i++) {
		uint16_t port = (uint16_t)(h->ports.first + i);
		int fd = bound(port);

		if (fd < 0 && errno == EADDRINUSE) {
			take_around(taken, port);
			return false;
		}
		if (fd >= 0)
			h->fds[h->n++] = fd;
	}
	return true;
}

static void let_go_all(struct held_ports *h)
{
	while (h->n)
		close(h->fds[--h->n]);
}

static void keep_enough(struct held_ports *h)
{
	size_t kept = 0;

	for (size_t i = 0; i < h->n; i++)
		if (i % HELD_EACH == 0 || i + 1 == h->n)
			h->fds[kept++] = h->fds[i];
		else
			close(h->fds[i]);
	h->n = kept;
}

static struct err take(struct held_ports *h, struct ports *taken, uint32_t workers, uint64_t random)
{
	struct err e = OK;

	for (unsigned i = 0; i < TRIES; i++) {
		e = source_ports_choose(taken, workers, random, &h->ports);
		if (err_is(e) || take_all(h, taken))
			return e;
		let_go_all(h);
	}
	return err_limit("no source ports are left: other programs have them");
}

struct err held_ports_take(uint32_t workers, uint64_t random, struct held_ports *ret_held)
{
	struct held_ports h = {.fds = calloc((size_t)workers * SOURCE_PORTS_EACH, sizeof(int))};
	struct ports taken;
	struct err e;

	if (!h.fds)
		return err_limit("out of memory");
	source_ports_taken(&taken);
	e = take(&h, &taken, workers, random);
	keep_enough(&h);
	if (err_is(e))
		held_ports_done(&h);
	else
		*ret_held = h;
	return e;
}

void held_ports_done(struct held_ports *h)
{
	let_go_all(h);
	free(h->fds);
	*h = (struct held_ports){.n = 0};
}
