/* In a network namespace that leaves few ports, whose connections take all others. */
#include "net/held_ports.h"

#include "lib/netns.h"
#include "lib/test.h"

#include <arpa/inet.h>
#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

static bool have_network;

static bool is_free(uint16_t port, int family)
{
	struct sockaddr_storage any = {.ss_family = (sa_family_t)family};
	int fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	socklen_t n = family == AF_INET ? sizeof(struct sockaddr_in) : sizeof(struct sockaddr_in6);
	bool free_one;

	((struct sockaddr_in *)&any)->sin_port = htons(port);
	free_one = bind(fd, (const struct sockaddr *)&any, n) == 0;
	CHECK(free_one || errno == EADDRINUSE);
	close(fd);
	return free_one;
}

/* Only these. */
static bool leave(const char *free_ports)
{
	char command[256];

	snprintf(command, sizeof(command),
	    "echo '1024 65535' > /proc/sys/net/ipv4/ip_local_port_range; "
	    "echo %s > /proc/sys/net/ipv4/ip_local_reserved_ports",
	    free_ports);
	return netns_shell(command);
}

static bool overlap(const struct source_ports *a, const struct source_ports *b)
{
	return a->first < b->first + b->n && b->first < a->first + a->n;
}

static void no_two_scans_have_the_same(void)
{
	struct held_ports a = {.n = 0}, b = {.n = 0};

	if (!have_network)
		SKIP(NO_NETWORK);
	CHECK(leave("7000-7099"));
	for (uint64_t random = 0; random < 85; random++) {
		struct err e;

		CHECK(!err_is(held_ports_take(1, random, &a)));
		e = held_ports_take(1, random, &b);
		CHECK(!err_is(e) && !overlap(&a.ports, &b.ports));
		CHECK(a.n <= 2 && b.n <= 2);
		held_ports_done(&a);
		held_ports_done(&b);
	}
}

static void who_needs_more_does_not_take_it_from_another(void)
{
	struct held_ports a = {.n = 0}, b = {.n = 0};

	if (!have_network)
		SKIP(NO_NETWORK);
	CHECK(leave("7000-7047"));
	CHECK(!err_is(held_ports_take(3, 0, &a)));
	CHECK_EQ(a.ports.n, 48);
	CHECK(err_is(held_ports_take(1, 0, &b)));
	CHECK_EQ(b.n, 0);
	held_ports_done(&a);
	CHECK(!err_is(held_ports_take(1, 0, &b)));
	CHECK(!err_is(held_ports_take(3, 0, &a)));
	CHECK(!overlap(&a.ports, &b.ports));
	CHECK(a.ports.n < 48);
	held_ports_done(&a);
	held_ports_done(&b);
}

static void both_families_are_held_and_let_go(void)
{
	struct held_ports a = {.n = 0};

	if (!have_network)
		SKIP(NO_NETWORK);
	CHECK(leave("7000-7015"));
	CHECK(!err_is(held_ports_take(1, 0, &a)));
	CHECK_EQ(a.ports.first, 7000);
	CHECK(!is_free(7000, AF_INET));
	CHECK(!is_free(7000, AF_INET6));
	CHECK(!is_free(7015, AF_INET));
	held_ports_done(&a);
	CHECK(is_free(7000, AF_INET) && is_free(7015, AF_INET6));
	held_ports_done(&a);
}

int main(void)
{
	have_network = netns_pair("true", "true");
	RUN(no_two_scans_have_the_same);
	RUN(who_needs_more_does_not_take_it_from_another);
	RUN(both_families_are_held_and_let_go);
	return test_done();
}
