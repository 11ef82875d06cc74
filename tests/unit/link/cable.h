/* cable.h: a network namespace of our own with a virtual cable in it, from va to vb. */
#pragma once

#include <linux/ethtool.h>
#include <linux/if_packet.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <sched.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#define NO_NETWORK "no network namespace or virtual cable"

static inline bool shell(const char *command)
{
	return system(command) == 0;
}

/* False: cannot be had here. Nobody but us says a word there. */
static inline bool cable_lay(void)
{
	if (unshare(CLONE_NEWNET) < 0 && unshare(CLONE_NEWUSER | CLONE_NEWNET) < 0)
		return false;
	return shell("exec 2>/dev/null; ip link set lo up && "
		     "ip link add va type veth peer name vb && "
		     "for i in va vb; do sysctl -qw net.ipv6.conf.$i.disable_ipv6=1; "
		     "ip link set $i arp off up || exit 1; done");
}

/* The far end takes redirected frames if it gathers what it receives (GRO), and not otherwise. */
static inline bool cable_redirects(const char *name, bool yes)
{
	struct ethtool_value gro = {.cmd = ETHTOOL_SGRO, .data = yes};
	struct ifreq ifr = {.ifr_data = (char *)&gro};
	int fd = socket(AF_INET, SOCK_DGRAM, 0);
	bool done;

	memcpy(ifr.ifr_name, name, strlen(name));
	done = fd >= 0 && ioctl(fd, SIOCETHTOOL, &ifr) == 0;
	close(fd);
	return done;
}

/* A raw socket at an end, which hears frames of this protocol (in network byte order; 0: none);
 * -1: no such end. */
static inline int cable_end(const char *name, uint16_t protocol)
{
	const struct sockaddr_ll where = {
	    .sll_family = AF_PACKET,
	    .sll_protocol = protocol,
	    .sll_ifindex = (int)if_nametoindex(name),
	};
	int fd = socket(AF_PACKET, SOCK_RAW, 0);

	if (fd < 0 || bind(fd, (const struct sockaddr *)&where, sizeof(where)) < 0)
		return -1;
	return fd;
}
