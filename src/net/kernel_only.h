/*
 * kernel_only.h: where only the kernel's own sockets go as this machine is set up: where a rule of
 * policy routing looks at ports, which are not known beforehand, and where a policy of IPsec
 * encrypts, which frames of ours would pass by in the clear.
 */
#pragma once

#include "inet/cidr.h"

struct kernel_only_row {
	struct cidr from, to;
	const char *why; /* static */
};

/* Zeroed is empty. */
struct kernel_only {
	struct kernel_only_row *v;
	size_t n, cap;
	bool cut; /* there are more than KERNEL_ONLY_MAX */
};

/* netlink: of netlink_open(). Without CAP_NET_ADMIN the kernel does not tell its IPsec policies:
 * they are as if there were none. */
must_use struct err kernel_only_read(int netlink, struct kernel_only *ret_rows);
void kernel_only_done(struct kernel_only *k);
/* NULL: frames of our own may go there from here. */
const char *kernel_only_why(
    const struct kernel_only *k, const struct addr *from, const struct addr *to);
