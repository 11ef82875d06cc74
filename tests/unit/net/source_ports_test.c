/* The choice by sets made here; what /proc says in a network namespace that listens on ports. */
#include "net/source_ports.h"

#include "lib/netns.h"
#include "lib/test.h"

#include <arpa/inet.h>
#include <sys/socket.h>

static bool have_network;

static struct ports all_but(const char *free_ports)
{
	struct ports taken, left;

	ports_clear(&taken);
	ports_clear(&left);
	CHECK(!err_is(ports_parse(&left, span_str(free_ports))));
	for (unsigned port = 0; port <= UINT16_MAX; port++)
		if (!ports_has(&left, (uint16_t)port))
			ports_add(&taken, (uint16_t)port, false);
	return taken;
}

static struct source_ports chosen(const struct ports *taken, uint32_t workers, uint64_t random)
{
	struct source_ports p = {0};

	CHECK(!err_is(source_ports_choose(taken, workers, random, &p)));
	return p;
}

static void every_free_window_gets_its_turn(void)
{
	struct ports taken = all_but("2000-2033,5000-5031");
	unsigned at[65536] = {0};

	for (uint64_t random = 0; random < 400; random++) {
		struct source_ports p = chosen(&taken, 2, random);

		CHECK_EQ(p.n, 32);
		at[p.first]++;
	}
	CHECK_EQ(at[2000], 100);
	CHECK_EQ(at[2001], 100);
	CHECK_EQ(at[2002], 100);
	CHECK_EQ(at[5000], 100);
}

static void takes_fewer_where_there_is_little_room(void)
{
	struct ports taken = all_but("3000-3004,4000");

	CHECK_EQ(chosen(&taken, 2, 0).n, 4);
	CHECK_EQ(chosen(&taken, 1, 0).n, 4);
	CHECK_EQ(chosen(&taken, 1, 1).first, 3001);
}

static void says_that_nothing_is_left(void)
{
	struct ports taken = all_but("80,443,3000,4000");
	struct source_ports p = {7, 7};
	struct err e = source_ports_choose(&taken, 1, 5, &p);

	CHECK_EQ(err_class(e), ERR_LIMIT);
	CHECK(strstr(e.what, "ip_local_port_range"));
	CHECK_EQ(p.first, 7);
	ports_clear(&taken);
	CHECK_EQ(err_class(source_ports_choose(&taken, 40000, 5, &p)), ERR_LIMIT);
}

static void privileged_ports_are_not_used(void)
{
	struct ports taken = all_but("1-1039");

	CHECK_EQ(chosen(&taken, 1, 0).first, 1024);
	CHECK_EQ(chosen(&taken, 1, 1).first, 1024);
}

static void the_last_port_may_be_used(void)
{
	struct ports taken = all_but("65520-65535");

	CHECK_EQ(chosen(&taken, 1, 9).first, 65520);
	CHECK_EQ(chosen(&taken, 1, 9).n, 16);
}

static void slices_share_nothing(void)
{
	struct source_ports p = {61000, 48};
	struct source_ports a = source_ports_slice(&p, 0, 3), b = source_ports_slice(&p, 1, 3),
			    c = source_ports_slice(&p, 2, 3);

	CHECK_EQ(a.first, 61000);
	CHECK_EQ(a.n, 16);
	CHECK_EQ(b.first, 61016);
	CHECK_EQ(c.first, 61032);
	CHECK_EQ(c.n, 16);
}

static void listen_on(uint16_t port, int family)
{
	struct sockaddr_storage any = {.ss_family = (sa_family_t)family};
	int fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);

	((struct sockaddr_in *)&any)->sin_port = htons(port);
	CHECK(
	    bind(fd, (const struct sockaddr *)&any,
		family == AF_INET ? sizeof(struct sockaddr_in) : sizeof(struct sockaddr_in6)) == 0);
	CHECK(listen(fd, 1) == 0);
}

static struct source_ports picked(uint64_t random)
{
	struct source_ports p = {0};

	CHECK(!err_is(source_ports_pick(1, random, &p)));
	return p;
}

static void keeps_out_of_the_kernel_s_way(void)
{
	struct source_ports p;

	if (!have_network)
		SKIP(NO_NETWORK);
	CHECK(netns_shell("echo '1024 65000' > /proc/sys/net/ipv4/ip_local_port_range"));
	CHECK(picked(0).first > 65000);
	CHECK(picked(77).first > 65000);
	listen_on(65100, AF_INET);
	listen_on(65200, AF_INET6);
	/* In steps of less than a window, so each port's turn would come. */
	for (uint64_t random = 0; random < 535; random += 13) {
		p = picked(random);
		CHECK(p.first > 65100 || p.first + p.n - 1 < 65100);
		CHECK(p.first > 65200 || p.first + p.n - 1 < 65200);
	}
}

static void reserved_ports_are_free_ones(void)
{
	struct source_ports p = {0};

	if (!have_network)
		SKIP(NO_NETWORK);
	CHECK(netns_shell("echo '1024 65535' > /proc/sys/net/ipv4/ip_local_port_range"));
	CHECK_EQ(err_class(source_ports_pick(1, 0, &p)), ERR_LIMIT);
	CHECK(netns_shell("echo 7000-7015 > /proc/sys/net/ipv4/ip_local_reserved_ports"));
	p = picked(3);
	CHECK_EQ(p.first, 7000);
	CHECK_EQ(p.n, 16);
}

int main(void)
{
	have_network = netns_pair("true", "true");
	RUN(every_free_window_gets_its_turn);
	RUN(takes_fewer_where_there_is_little_room);
	RUN(says_that_nothing_is_left);
	RUN(privileged_ports_are_not_used);
	RUN(the_last_port_may_be_used);
	RUN(slices_share_nothing);
	RUN(keeps_out_of_the_kernel_s_way);
	RUN(reserved_ports_are_free_ones);
	return test_done();
}
