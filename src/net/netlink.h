/*
 * netlink.h: asks the kernel for one of its tables (rtnetlink(7)).
 */
#pragma once

#include "inet/cidr.h"

#include <linux/netlink.h>
#include <linux/rtnetlink.h>

must_use struct err netlink_open(int *ret_fd);
/* For the policies of IPsec (xfrm), which only CAP_NET_ADMIN may ask for. */
must_use struct err netlink_open_ipsec(int *ret_fd);

/* Called for each row of the table. */
typedef void netlink_row_fn(void *context, const struct nlmsghdr *row);
/* type is RTM_GETLINK, RTM_GETROUTE, RTM_GETRULE, RTM_GETNEIGH, RTM_GETADDR; of IPsec,
 * XFRM_MSG_GETPOLICY. Every family. */
must_use struct err netlink_dump(int fd, uint16_t type, netlink_row_fn *row, void *context);

/* To be watched for reading: what changes of links, addresses, routes, rules and neighbours. */
must_use struct err netlink_listen(int *ret_fd);
/* Calls with each change that it has heard. false: there was more than it could hold. */
bool netlink_hear(int fd, netlink_row_fn *row, void *context);

/* One question that has one answer: a row, or the errno that the kernel answers with instead (0
 * where it gave the row). The request is whole, with its attributes. */
must_use struct err netlink_ask(
    int fd, struct nlmsghdr *request, netlink_row_fn *row, void *context, int *ret_errnum);

/* The payload of an attribute of a row, if it is there and has so many bytes. */
const void *netlink_attr(const struct nlmsghdr *row, size_t header, unsigned short type, size_t n);

/* Of a row's family, which is AF_INET, AF_INET6, or one without addresses for us: then 0, and what
 * else is told of it means nothing. */
size_t netlink_addr_bytes(int family);
/* An address of a row, which says nothing of zones. NULL: the family's address of zeros. */
struct addr netlink_addr(int family, const void *bytes);
struct cidr netlink_prefix(int family, const void *bytes, unsigned bits);
