/*
 * netns.h: a network of a test's own: the test in one namespace, a child in another, and a virtual
 * cable from va (the test's) to vb (the child's). Both are gone when the test ends.
 *
 *	static bool have_network;
 *	have_network = netns_pair("ip addr add 10.9.0.1/24 dev va", "");
 */
#pragma once

#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#define NO_NETWORK "no network namespace or virtual cable"

static pid_t netns_child;

static inline bool netns_shell(const char *commands)
{
	static char line[20000];

	snprintf(line, sizeof(line), "set -e; %s", commands);
	return system(line) == 0;
}

/* The child: its namespace is there when it has written a byte, and it sets itself up when it has
 * read one; then it only waits for the test's end. */
static inline void netns_far_side(int from, int to, const char *there)
{
	char c = '1';

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (unshare(CLONE_NEWNET) < 0 || write(to, "1", 1) != 1 || read(from, &c, 1) != 1)
		_exit(1);
	c = netns_shell(there) ? '1' : '0';
	if (write(to, &c, 1) != 1)
		_exit(1);
	for (;;)
		pause();
}

/* The kernel notices a second late, at times, that a cable is plugged in, and until then sends
 * nothing by it. */
#define NETNS_CABLE_UP                                                                             \
	"for i in $(seq 150); do ip -o link show vb | grep -q 'state UP' && break; "               \
	"sleep 0.02; done; "

/* MACs are 02:00:00:00:00:01 here and ...:02 there, link-local addresses fe80::1 and fe80::2;
 * nothing else has an address, and nobody speaks of himself. */
static inline bool netns_cable(int pid)
{
	char line[512];

	snprintf(line, sizeof(line),
	    "exec 2>/dev/null; ip link set lo up; ip link add va type veth peer name vb netns %d; "
	    "ip link set va address 02:00:00:00:00:01 addrgenmode none; ip link set va up; "
	    "ip addr add fe80::1/64 dev va nodad",
	    pid);
	return netns_shell(line);
}

/* false: this machine allows no such thing. Commands of the test's own that fail fail the test. */
static inline bool netns_pair(const char *here, const char *there)
{
	static const char far[] =
	    "ip link set lo up; ip link set vb address 02:00:00:00:00:02 addrgenmode none; "
	    "ip link set vb up; ip addr add fe80::2/64 dev vb nodad; " NETNS_CABLE_UP;
	static char whole[16384];
	int up[2], down[2];
	char c = '0';
	pid_t pid;

	snprintf(whole, sizeof(whole), "%s%s", far, there);
	if ((unshare(CLONE_NEWNET) < 0 && unshare(CLONE_NEWUSER | CLONE_NEWNET) < 0) ||
	    pipe(up) < 0 || pipe(down) < 0)
		return false;
	netns_child = pid = fork();
	if (pid == 0)
		netns_far_side(down[0], up[1], whole);
	if (pid < 0 || read(up[0], &c, 1) != 1 || !netns_cable(pid) || write(down[1], "1", 1) != 1)
		return false;
	if (read(up[0], &c, 1) == 1 && c == '1' && netns_shell(here))
		return true;
	printf("Bail out! the test's network cannot be set up\n");
	exit(1);
}

static inline int netns_socket(const char *link)
{
	const struct sockaddr_ll where = {
	    .sll_family = AF_PACKET,
	    .sll_protocol = htons(ETH_P_ALL),
	    .sll_ifindex = (int)if_nametoindex(link),
	};
	const int bytes = 8 << 20; /* some thousands of frames come at once */
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof(bytes)) < 0)
		(void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof(bytes));
	if (fd < 0 || bind(fd, (const struct sockaddr *)&where, sizeof(where)) < 0) {
		printf("Bail out! no packet socket at %s\n", link);
		exit(1);
	}
	return fd;
}

/* A packet socket at the child's end, which does not wait: it hears and says whole frames. The
 * child's kernel hears what it hears. */
static inline int netns_far_socket(void)
{
	char path[64];
	int own = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC), far, fd;

	snprintf(path, sizeof(path), "/proc/%d/ns/net", (int)netns_child);
	far = open(path, O_RDONLY | O_CLOEXEC);
	if (own < 0 || far < 0 || setns(far, CLONE_NEWNET) < 0) {
		printf("Bail out! the far end cannot be entered\n");
		exit(1);
	}
	fd = netns_socket("vb");
	if (setns(own, CLONE_NEWNET) < 0)
		exit(1);
	close(own);
	close(far);
	return fd;
}
