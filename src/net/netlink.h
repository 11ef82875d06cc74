/*
 * netlink.h: asks the kernel for one of its tables (rtnetlink(7)).
 */
#pragma once

#include "base/err.h"

#include <linux/netlink.h>
#include <linux/rtnetlink.h>

must_use struct err netlink_open(int *ret_fd);

/* Called for each row of the table. */
typedef void netlink_row_fn(void *context, const struct nlmsghdr *row);
/* type is RTM_GETLINK, RTM_GETROUTE, RTM_GETRULE or RTM_GETNEIGH. Every family. */
must_use struct err netlink_dump(int fd, uint16_t type, netlink_row_fn *row, void *context);

/* One question that has one answer: a row, or the errno that the kernel answers with instead (0
 * where it gave the row). The request is whole, with its attributes. */
must_use struct err netlink_ask(
    int fd, struct nlmsghdr *request, netlink_row_fn *row, void *context, int *ret_errnum);

/* The payload of an attribute of a row, if it is there and has so many bytes. */
const void *netlink_attr(const struct nlmsghdr *row, size_t header, unsigned short type, size_t n);
