/*
 * netlink.c: one request, and the kernel's answer in as many pieces as it likes, which are there as
 * soon as they are asked for. It is the kernel who speaks, so the kernel's own macros read it.
 */
#include "net/netlink.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { ANSWER_MAX = 32768 }; /* what the kernel fills at most (netlink(7)) */

static struct err open_socket(int protocol, int *ret_fd)
{
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, protocol);

	if (fd < 0)
		return err_io(errno, "netlink");
	*ret_fd = fd;
	return OK;
}

struct err netlink_open(int *ret_fd)
{
	return open_socket(NETLINK_ROUTE, ret_fd);
}

struct err netlink_open_ipsec(int *ret_fd)
{
	return open_socket(NETLINK_XFRM, ret_fd);
}

static struct err ask(int fd, uint16_t type)
{
	struct {
		struct nlmsghdr head;
		struct ifinfomsg body; /* the longest of them; zeros ask for everything */
	} request = {
	    .head =
		{
		    .nlmsg_len = sizeof(request),
		    .nlmsg_type = type,
		    .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP,
		},
	};

	if (send(fd, &request, sizeof(request), 0) != (ssize_t)sizeof(request))
		return err_io(errno, "netlink");
	return OK;
}

static int errnum_of(const struct nlmsghdr *m)
{
	return -((const struct nlmsgerr *)NLMSG_DATA(m))->error;
}

struct err netlink_dump(int fd, uint16_t type, netlink_row_fn *row, void *context)
{
	struct err e = ask(fd, type);
	_Alignas(struct nlmsghdr) char answer[ANSWER_MAX];

	while (!err_is(e)) {
		ssize_t n = recv(fd, answer, sizeof(answer), 0);
		const struct nlmsghdr *m = (const struct nlmsghdr *)answer;

		if (n <= 0)
			return err_io(n < 0 ? errno : EPROTO, "netlink");
		for (size_t left = (size_t)n; NLMSG_OK(m, left); m = NLMSG_NEXT(m, left)) {
			if (m->nlmsg_type == NLMSG_DONE)
				return OK;
			if (m->nlmsg_type == NLMSG_ERROR)
				return err_io(errnum_of(m), "netlink");
			row(context, m);
		}
	}
	return e;
}

struct err netlink_listen(int *ret_fd)
{
	static const int groups[] = {RTNLGRP_LINK, RTNLGRP_NEIGH, RTNLGRP_IPV4_IFADDR,
	    RTNLGRP_IPV6_IFADDR, RTNLGRP_IPV4_ROUTE, RTNLGRP_IPV6_ROUTE, RTNLGRP_IPV4_RULE,
	    RTNLGRP_IPV6_RULE};
	struct sockaddr_nl own = {.nl_family = AF_NETLINK};
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE);
	bool ok = fd >= 0 && bind(fd, (struct sockaddr *)&own, sizeof(own)) == 0;

	for (size_t i = 0; i < sizeof(groups) / sizeof(groups[0]) && ok; i++)
		ok = setsockopt(fd, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &groups[i],
			 sizeof(groups[i])) == 0;
	if (!ok) {
		struct err e = err_io(errno, "netlink");

		if (fd >= 0)
			close(fd);
		return e;
	}
	*ret_fd = fd;
	return OK;
}

bool netlink_hear(int fd, netlink_row_fn *row, void *context)
{
	_Alignas(struct nlmsghdr) char news[ANSWER_MAX];
	ssize_t n;

	while ((n = recv(fd, news, sizeof(news), 0)) > 0) {
		const struct nlmsghdr *m = (const struct nlmsghdr *)news;

		for (size_t left = (size_t)n; NLMSG_OK(m, left); m = NLMSG_NEXT(m, left))
			row(context, m);
	}
	return n < 0 && errno == EAGAIN;
}

struct err netlink_ask(
    int fd, struct nlmsghdr *request, netlink_row_fn *row, void *context, int *ret_errnum)
{
	_Alignas(struct nlmsghdr) char answer[ANSWER_MAX];
	const struct nlmsghdr *m = (const struct nlmsghdr *)answer;
	ssize_t n = send(fd, request, request->nlmsg_len, 0);

	if (n == (ssize_t)request->nlmsg_len)
		n = recv(fd, answer, sizeof(answer), 0);
	if (n <= 0 || !NLMSG_OK(m, (size_t)n))
		return err_io(n < 0 ? errno : EPROTO, "netlink");
	*ret_errnum = 0;
	if (m->nlmsg_type == NLMSG_ERROR)
		*ret_errnum = errnum_of(m);
	else
		row(context, m);
	return OK;
}

const void *netlink_attr(const struct nlmsghdr *row, size_t header, unsigned short type, size_t n)
{
	size_t at = NLMSG_LENGTH(NLMSG_ALIGN(header));
	const struct rtattr *a = (const struct rtattr *)((const char *)row + at);
	size_t left = row->nlmsg_len > at ? row->nlmsg_len - at : 0;

	for (; RTA_OK(a, left); a = RTA_NEXT(a, left))
		if (a->rta_type == type)
			return RTA_PAYLOAD(a) >= n ? RTA_DATA(a) : NULL;
	return NULL;
}

size_t netlink_addr_bytes(int family)
{
	return family == AF_INET ? 4 : family == AF_INET6 ? 16 : 0;
}

struct addr netlink_addr(int family, const void *bytes)
{
	struct addr a = family == AF_INET ? addr_from_v4(0) : (struct addr){0};
	size_t n = netlink_addr_bytes(family);

	if (bytes)
		memcpy(a.b + sizeof(a.b) - n, bytes, n);
	return a;
}

struct cidr netlink_prefix(int family, const void *bytes, unsigned bits)
{
	return (struct cidr){netlink_addr(family, bytes), bits + (family == AF_INET ? 96u : 0u)};
}
