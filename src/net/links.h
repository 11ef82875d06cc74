/*
 * links.h: the network interfaces of this machine, and which of them speak Ethernet with neighbours
 * that have to be asked for: only there can frames of our own making go.
 */
#pragma once

#include "base/err.h"

#include <net/if.h>

struct link_info {
	int index;
	char name[IFNAMSIZ];
	uint8_t mac[6];
	bool ethernet; /* has a MAC, and asks for its neighbours by ARP and NDP */
	bool loopback, up;
	bool running; /* it is up, and so is what it is plugged into */
};

struct links {
	struct link_info *v;
	size_t n, cap;
	bool cut; /* there are more than LINKS_MAX */
};

/* netlink: of netlink_open(). */
must_use struct err links_read(int netlink, struct links *ret_links);
void links_done(struct links *l);
/* NULL: there is none of that number. */
const struct link_info *links_find(const struct links *l, int index);
