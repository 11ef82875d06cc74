#include "net/sock.h"

#include "lib/test.h"

#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <unistd.h>

/* A listener on 127.0.0.1; its port. */
static int listen_at(struct addr *ret_addr, uint16_t *ret_port)
{
	struct sockaddr_in sa = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t n = sizeof(sa);
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	CHECK(fd >= 0 && bind(fd, (struct sockaddr *)&sa, n) == 0 && listen(fd, 8) == 0);
	CHECK(getsockname(fd, (struct sockaddr *)&sa, &n) == 0);
	CHECK(addr_from_sockaddr((struct sockaddr *)&sa, ret_addr, ret_port));
	return fd;
}

static int connect_and_wait(const struct addr *a, uint16_t port, int *ret_fd)
{
	int errnum = sock_connect(a, port, ret_fd);
	struct pollfd p = {.fd = *ret_fd, .events = POLLOUT};

	if (errnum != EINPROGRESS)
		return errnum;
	CHECK_EQ(poll(&p, 1, 5000), 1);
	return sock_result(*ret_fd);
}

static void connects_and_aborts_with_a_reset(void)
{
	struct addr a;
	uint16_t port;
	int listener = listen_at(&a, &port), fd = -1, accepted;
	char byte;

	CHECK_EQ(connect_and_wait(&a, port, &fd), 0);
	CHECK(!sock_is_self(fd, &a, port));
	accepted = accept(listener, NULL, NULL);
	sock_abort(fd);
	CHECK(read(accepted, &byte, 1) < 0 && errno == ECONNRESET);
	close(accepted);
	close(listener);
}

static void a_closed_port_refuses(void)
{
	struct addr a;
	uint16_t port;
	int fd = -1;

	close(listen_at(&a, &port));
	CHECK_EQ(sock_trouble(connect_and_wait(&a, port, &fd)), SOCK_REFUSED);
	close(fd);
}

static void a_socket_that_met_itself_is_told(void)
{
	struct sockaddr_in sa = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t n = sizeof(sa);
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	struct addr a;
	uint16_t port;

	CHECK(bind(fd, (struct sockaddr *)&sa, n) == 0);
	CHECK(getsockname(fd, (struct sockaddr *)&sa, &n) == 0);
	CHECK(connect(fd, (struct sockaddr *)&sa, n) == 0);
	CHECK(addr_from_sockaddr((struct sockaddr *)&sa, &a, &port));
	CHECK(sock_is_self(fd, &a, port));
	close(fd);
}

static void every_errno_is_somebodys_trouble(void)
{
	CHECK_EQ(sock_trouble(ECONNREFUSED), SOCK_REFUSED);
	CHECK_EQ(sock_trouble(ECONNRESET), SOCK_RESET);
	CHECK_EQ(sock_trouble(ETIMEDOUT), SOCK_TIMEOUT);
	CHECK_EQ(sock_trouble(EHOSTUNREACH), SOCK_UNREACHABLE);
	CHECK_EQ(sock_trouble(EACCES), SOCK_UNREACHABLE);
	CHECK_EQ(sock_trouble(EMFILE), SOCK_BUSY);
	CHECK_EQ(sock_trouble(EADDRNOTAVAIL), SOCK_BUSY);
	CHECK_EQ(sock_trouble(EAFNOSUPPORT), SOCK_LOCAL);
}

static void a_broadcast_address_is_told_from_no_way(void)
{
	static const struct {
		uint32_t v4;
		bool is;
	} cases[] = {
	    {0x7fffffff, true}, {0xffffffff, true}, {0x7f000001, false}, {0xe0000001, false}};
	struct addr six = {.b = {[15] = 1}};
	int fd = -1;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct addr a = addr_from_v4(cases[i].v4);

		CHECK_EQ(sock_is_broadcast(&a), cases[i].is);
		if (cases[i].is)
			CHECK_EQ(sock_connect(&a, 443, &fd), ENETUNREACH);
	}
	CHECK(!sock_is_broadcast(&six));
}

int main(void)
{
	RUN(connects_and_aborts_with_a_reset);
	RUN(a_closed_port_refuses);
	RUN(a_socket_that_met_itself_is_told);
	RUN(every_errno_is_somebodys_trouble);
	RUN(a_broadcast_address_is_told_from_no_way);
	return test_done();
}
