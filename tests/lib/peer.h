/*
 * peer.h: a server in a process of its own that does what a script says: connection after
 * connection, step after step. The last script serves all further connections. It counts the
 * connections.
 */
#pragma once

#include "base/buf.h"
#include "inet/addr.h"
#include "lib/test.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum peer_act {
	PEER_END, /* of the script: closes */
	PEER_SAY, /* n bytes */
	PEER_DRIP, /* n bytes, one a segment */
	PEER_HEAR, /* waits for n bytes, or for some if n is 0 */
	PEER_HOLD, /* keeps quiet until the other side goes */
	PEER_RESET,
};

struct peer_step {
	enum peer_act act;
	const void *bytes;
	size_t n;
};

enum { PEER_STEPS_MAX = 12 };

struct peer_script {
	struct peer_step steps[PEER_STEPS_MAX];
};

struct peer {
	struct addr addr;
	uint16_t port;
	pid_t pid;
	int count; /* a byte a connection */
};

static inline void peer_say(int fd, const uint8_t *bytes, size_t n, bool drip)
{
	for (size_t i = 0; drip && i < n; i++) {
		if (send(fd, bytes + i, 1, MSG_NOSIGNAL) < 0)
			return;
		usleep(500);
	}
	if (!drip)
		(void)!send(fd, bytes, n, MSG_NOSIGNAL);
}

static inline void peer_hear(int fd, size_t n)
{
	uint8_t bytes[16384];
	ssize_t got = 1;

	for (size_t have = 0; got > 0 && (have == 0 || have < n); have += (size_t)got)
		got = read(fd, bytes, n && n < sizeof(bytes) ? n : sizeof(bytes));
}

static inline void peer_hold(int fd)
{
	uint8_t byte[256];

	while (read(fd, byte, sizeof(byte)) > 0)
		;
}

static inline void peer_act(int fd, const struct peer_step *step)
{
	static const struct linger at_once = {.l_onoff = 1};

	if (step->act == PEER_SAY || step->act == PEER_DRIP)
		peer_say(fd, step->bytes, step->n, step->act == PEER_DRIP);
	else if (step->act == PEER_HEAR)
		peer_hear(fd, step->n);
	else if (step->act == PEER_HOLD)
		peer_hold(fd);
	else if (step->act == PEER_RESET)
		setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
}

static inline void peer_serve(int listener, int count, const struct peer_script *scripts, size_t n)
{
	static const int one = 1;

	for (size_t i = 0;; i++) {
		const struct peer_script *script = &scripts[i < n ? i : n - 1];
		int fd = accept(listener, NULL, NULL);

		if (fd < 0)
			_exit(1);
		(void)!write(count, "", 1);
		setsockopt(fd, IPPROTO_TCP, 1 /* TCP_NODELAY */, &one, sizeof(one));
		for (size_t k = 0; k < PEER_STEPS_MAX && script->steps[k].act != PEER_END; k++)
			peer_act(fd, &script->steps[k]);
		close(fd);
	}
}

/* On 127.0.0.1, at a port of the system's choice. */
static inline struct peer peer_start(const struct peer_script *scripts, size_t n)
{
	struct sockaddr_in sa = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t size = sizeof(sa);
	int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), count[2];
	struct peer p = {.addr = addr_from_v4(INADDR_LOOPBACK)};

	if (listener < 0 || pipe(count) < 0 || bind(listener, (struct sockaddr *)&sa, size) < 0 ||
	    listen(listener, 64) < 0 || getsockname(listener, (struct sockaddr *)&sa, &size) < 0) {
		perror("peer");
		exit(1);
	}
	p.port = ntohs(sa.sin_port);
	p.count = count[0];
	fcntl(p.count, F_SETFL, O_NONBLOCK);
	p.pid = fork();
	if (p.pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		peer_serve(listener, count[1], scripts, n);
	}
	close(listener);
	close(count[1]);
	return p;
}

/* Ends it; how many connections it had. */
static inline int peer_stop(struct peer *p)
{
	char bytes[256];
	ssize_t n;

	kill(p->pid, SIGKILL);
	waitpid(p->pid, NULL, 0);
	n = read(p->count, bytes, sizeof(bytes));
	close(p->count);
	return n < 0 ? 0 : (int)n;
}

/* A connected socket to it, as an engine would hand over. */
static inline int peer_connect(const struct peer *p)
{
	struct sockaddr_storage to;
	socklen_t n = addr_to_sockaddr(&p->addr, p->port, &to);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || connect(fd, (struct sockaddr *)&to, n) < 0)
		perror("peer_connect");
	else
		fcntl(fd, F_SETFL, O_NONBLOCK);
	return fd;
}

/* A TLS 1.2 server's flight that shows these certificates: ServerHello, Certificate,
 * ServerHelloDone. */
static inline void peer_flight(struct buf *b, const struct span *ders, size_t n)
{
	size_t record, message, list;

	buf_put(b, "\x16\x03\x03", 3);
	record = buf_open(b, 2);
	buf_be(b, 2, 1);
	message = buf_open(b, 3);
	buf_put(b, "\x03\x03", 2);
	buf_fill(b, 0x55, 32);
	buf_be(b, 0, 1); /* session id */
	buf_be(b, 0xc02f, 2); /* ECDHE-RSA-AES128-GCM-SHA256 */
	buf_be(b, 0, 1);
	buf_close(b, message, 3);
	buf_be(b, 11, 1);
	message = buf_open(b, 3);
	list = buf_open(b, 3);
	for (size_t i = 0; i < n; i++) {
		buf_be(b, ders[i].n, 3);
		buf_span(b, ders[i]);
	}
	buf_close(b, list, 3);
	buf_close(b, message, 3);
	buf_put(b, "\x0e\0\0\0", 4);
	buf_close(b, record, 2);
}
