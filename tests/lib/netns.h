/*
 * netns.h: a network of a test's own: the test in one namespace, a child in another, and a virtual
 * cable from va (the test's) to vb (the child's). Both are gone when the test ends.
 *
 *	static bool have_network;
 *	have_network = netns_pair("ip addr add 10.9.0.1/24 dev va", "");
 */
#pragma once

#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <unistd.h>

#define NO_NETWORK "no network namespace or virtual cable"

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
	pid = fork();
	if (pid == 0)
		netns_far_side(down[0], up[1], whole);
	if (pid < 0 || read(up[0], &c, 1) != 1 || !netns_cable(pid) || write(down[1], "1", 1) != 1)
		return false;
	if (read(up[0], &c, 1) == 1 && c == '1' && netns_shell(here))
		return true;
	printf("Bail out! the test's network cannot be set up\n");
	exit(1);
}
