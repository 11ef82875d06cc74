/* In a network namespace of its own, on an Ethernet (a TAP device) with nobody on it. */
#include "net/neigh.h"

#include "net/sock.h"

#include "lib/test.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { HALF = 512, US = 1000000 }; /* of the 1024 entries that a new namespace has */

static bool own_network;

static bool set_addr(int fd, unsigned long request, struct ifreq *ifr, uint32_t addr)
{
	struct sockaddr_in sa = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(addr)};

	memcpy(&ifr->ifr_addr, &sa, sizeof(sa));
	return ioctl(fd, request, ifr) == 0;
}

/* 10.9.0.1/16 on tap0, which is up and swallows everything. */
static bool network_of_our_own(void)
{
	struct ifreq ifr = {.ifr_name = "tap0"};
	int tap, fd;

	if (unshare(CLONE_NEWNET) < 0 && unshare(CLONE_NEWUSER | CLONE_NEWNET) < 0)
		return false;
	tap = open("/dev/net/tun", O_RDWR | O_NONBLOCK);
	ifr.ifr_flags = IFF_TAP | IFF_NO_PI;
	if (tap < 0 || ioctl(tap, TUNSETIFF, &ifr) < 0)
		return false;
	fd = socket(AF_INET, SOCK_DGRAM, 0);
	if (!set_addr(fd, SIOCSIFADDR, &ifr, 0x0a090001) ||
	    !set_addr(fd, SIOCSIFNETMASK, &ifr, 0xffff0000))
		return false;
	ifr.ifr_flags = IFF_UP | IFF_RUNNING;
	return ioctl(fd, SIOCSIFFLAGS, &ifr) == 0 && close(fd) == 0;
}

static struct neigh *fresh(uint32_t share)
{
	struct neigh *n = NULL;

	CHECK(!err_is(neigh_new(share, &n)));
	return n;
}

static int taken(struct neigh *n, uint32_t first, int most, uint64_t now_us)
{
	int yes = 0;

	for (int i = 0; i < most; i++) {
		struct addr a = addr_from_v4(first + (uint32_t)i);

		yes += neigh_take(n, &a, now_us);
	}
	return yes;
}

static void what_is_not_on_link_is_not_counted(void)
{
	struct neigh *n = fresh(1);

	CHECK_EQ(taken(n, 0x7f000001, 5000, US), 5000);
	if (own_network)
		CHECK_EQ(taken(n, 0x0a0a0000, 5000, US), 5000);
	neigh_free(n);
}

static void no_more_than_half_the_table_between_two_counts(void)
{
	struct neigh *n;

	if (!own_network)
		SKIP("no network namespace or TAP device");
	n = fresh(1);
	CHECK_EQ(taken(n, 0x0a090100, 2000, US), HALF);
	CHECK_EQ(taken(n, 0x0a090100, 2000, US + 1000), 0);
	CHECK_EQ(taken(n, 0x0a090100, 2000, 2 * US), HALF);
	neigh_free(n);
}

static void workers_share_the_room(void)
{
	struct neigh *n;

	if (!own_network)
		SKIP("no network namespace or TAP device");
	n = fresh(4);
	CHECK_EQ(taken(n, 0x0a090100, 2000, US), HALF / 4);
	neigh_free(n);
}

enum { DEAD = 100 };

static void unresolved_ones_take_room(void)
{
	struct neigh *n;
	int fds[DEAD];

	if (!own_network)
		SKIP("no network namespace or TAP device");
	n = fresh(1);
	for (uint32_t i = 0; i < DEAD; i++) {
		struct addr a = addr_from_v4(0x0a090200 + i);

		CHECK_EQ(sock_connect(&a, 443, &fds[i]), EINPROGRESS);
	}
	CHECK_EQ(taken(n, 0x0a090100, 2000, US), HALF - DEAD);
	for (int i = 0; i < DEAD; i++)
		close(fds[i]);
	neigh_free(n);
}

/* Those that answered as well, until the kernel may forget them. */
static void young_ones_take_room(void)
{
	char command[128];
	struct neigh *n;

	if (!own_network)
		SKIP("no network namespace or TAP device");
	for (int i = 0; i < DEAD; i++) {
		snprintf(command, sizeof(command),
		    "ip neigh replace 10.9.3.%d lladdr 02:00:00:00:00:01 nud %s dev tap0", i,
		    i % 2 ? "reachable" : "permanent");
		CHECK_EQ(system(command), 0);
	}
	n = fresh(1);
	CHECK_EQ(taken(n, 0x0a090100, 2000, US), HALF - DEAD - DEAD / 2);
	neigh_free(n);
}

static void asking_takes_nothing(void)
{
	const struct addr near = addr_from_v4(0x0a090100), far = addr_from_v4(0x0a0a0000);
	struct neigh *n;
	int room;

	if (!own_network)
		SKIP("no network namespace or TAP device");
	n = fresh(1);
	CHECK(neigh_has_room(n, &near, US) && neigh_has_room(n, &near, US));
	room = taken(n, 0x0a090100, 2000, US);
	CHECK_EQ(room, HALF - DEAD - DEAD / 2);
	CHECK(!neigh_has_room(n, &near, US));
	CHECK(neigh_has_room(n, &far, US));
	neigh_free(n);
}

int main(void)
{
	own_network = network_of_our_own();
	RUN(what_is_not_on_link_is_not_counted);
	RUN(no_more_than_half_the_table_between_two_counts);
	RUN(workers_share_the_room);
	RUN(unresolved_ones_take_room);
	RUN(young_ones_take_room);
	RUN(asking_takes_nothing);
	return test_done();
}
