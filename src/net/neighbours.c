/*
 * neighbours.c: asks from each of our addresses, because an answer comes from an address of the
 * same scope: a global question brings the address that others know a host by, a link-local one
 * those that have nothing else. Which addresses are one host's is told by the MAC. Whoever answers
 * from an address that is not on his link by our routes is not believed: he would have us scan
 * somebody else.
 */
#include "net/neighbours.h"

#include "base/vec.h"
#include "inet/echo.h"
#include "net/clock.h"
#include "net/limits.h"
#include "net/netlink.h"
#include "net/route.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { QUESTIONS = 2 };

/* An address of ours, or of somebody who answered. */
struct heard {
	struct addr addr;
	int link;
	uint8_t mac[6];
};

struct heard_list {
	struct heard *v;
	size_t n, cap;
	bool full;
};

struct search {
	uint32_t ident;
	int packets; /* a packet socket */
	struct routes *routes;
	struct heard_list ours, theirs;
};

static void add(struct heard_list *l, const struct heard *h)
{
	struct heard *v = vec_room(l->v, l->n, &l->cap, sizeof(*v), NEIGHBOURS_MAX);

	if (!v) {
		l->full = true;
		return;
	}
	l->v = v;
	v[l->n++] = *h;
}

/* Ours. */

static void addr_row(void *context, const struct nlmsghdr *row)
{
	const struct ifaddrmsg *head = NLMSG_DATA(row);
	const void *bytes = netlink_attr(row, sizeof(*head), IFA_ADDRESS, 16);
	struct search *s = context;
	const struct link_info *link = routes_link(s->routes, (int)head->ifa_index);
	struct heard h = {.link = (int)head->ifa_index};

	if (row->nlmsg_type != RTM_NEWADDR || head->ifa_family != AF_INET6 || !bytes)
		return;
	if (!link || !link->ethernet || !link->up ||
	    head->ifa_flags & (IFA_F_TENTATIVE | IFA_F_DADFAILED))
		return;
	h.addr = netlink_addr(AF_INET6, bytes);
	h.addr.zone = addr_is_link_local(&h.addr) ? head->ifa_index : 0;
	memcpy(h.mac, link->mac, sizeof(h.mac));
	add(&s->ours, &h);
}

static struct err ours_read(struct search *s)
{
	int netlink;
	struct err e = netlink_open(&netlink);

	if (err_is(e))
		return e;
	e = routes_new(&s->routes);
	if (!err_is(e))
		e = netlink_dump(netlink, RTM_GETADDR, addr_row, s);
	close(netlink);
	return e;
}

/* Packets. */

enum { NEXT_HEADER_AT = 14 + 6 };

/* ICMPv6 alone: on a busy machine the rest would fill the socket. */
static struct err packets_open(int *ret_fd)
{
	struct sock_filter code[] = {
	    BPF_STMT(BPF_LD | BPF_B | BPF_ABS, NEXT_HEADER_AT),
	    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, IPPROTO_ICMPV6, 0, 1),
	    BPF_STMT(BPF_RET | BPF_K, UINT16_MAX),
	    BPF_STMT(BPF_RET | BPF_K, 0),
	};
	const struct sock_fprog filter = {sizeof(code) / sizeof(code[0]), code};
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, htons(ETH_P_IPV6));

	if (fd < 0)
		return err_io(errno, "cannot ask for IPv6 neighbours");
	if (setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &filter, sizeof(filter)) < 0) {
		close(fd);
		return err_io(errno, "cannot ask for IPv6 neighbours");
	}
	*ret_fd = fd;
	return OK;
}

/* A link that cannot send finds nobody. */
static void ask(const struct search *s, const struct heard *from)
{
	struct sockaddr_ll to = {
	    .sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_IPV6), .sll_ifindex = from->link};
	uint8_t frame[ICMP_FRAME_MAX];
	size_t n = echo_write(frame, from->mac, &from->addr, s->ident);

	(void)sendto(s->packets, frame, n, 0, (const struct sockaddr *)&to, sizeof(to));
	n = echo_write_odd(frame, from->mac, &from->addr, s->ident);
	(void)sendto(s->packets, frame, n, 0, (const struct sockaddr *)&to, sizeof(to));
}

static void ask_all(const struct search *s)
{
	for (size_t i = 0; i < s->ours.n; i++)
		ask(s, &s->ours.v[i]);
}

static void take(struct search *s, const struct frame *f, int link)
{
	struct heard h = {.link = link};
	const struct route *route;

	if (!echo_read(f, s->ident, &h.addr, h.mac))
		return;
	if (addr_is_link_local(&h.addr))
		h.addr.zone = (uint32_t)link;
	route = routes_find(s->routes, &h.addr);
	if (route->kind == ROUTE_ON_LINK && route->link == link)
		add(&s->theirs, &h);
}

static void hear(struct search *s)
{
	uint8_t bytes[2048];
	struct sockaddr_ll from;
	socklen_t from_n = sizeof(from);
	ssize_t n;

	while ((n = recvfrom(
		    s->packets, bytes, sizeof(bytes), 0, (struct sockaddr *)&from, &from_n)) > 0) {
		struct frame f = {.link = LINK_ETHERNET,
		    .wire_n = (uint32_t)n,
		    .bytes = span_of(bytes, (size_t)n)};

		from_n = sizeof(from);
		take(s, &f, from.sll_ifindex);
	}
}

static void listen_for(struct search *s, uint64_t wait_us)
{
	uint64_t until_us = clock_mono_us() + wait_us, now_us;
	struct pollfd wait = {.fd = s->packets, .events = POLLIN};

	while ((now_us = clock_mono_us()) < until_us) {
		poll(&wait, 1, (int)((until_us - now_us) / 1000) + 1);
		hear(s);
	}
}

/* Theirs. */

/* By host, and the link-local ones of each last. */
static int by_host(const void *a, const void *b)
{
	const struct heard *x = a, *y = b;
	int order = (x->link > y->link) - (x->link < y->link);

	if (!order)
		order = memcmp(x->mac, y->mac, sizeof(x->mac));
	return order ? order : addr_is_link_local(&x->addr) - addr_is_link_local(&y->addr);
}

static int by_addr(const void *a, const void *b)
{
	return addr_cmp(&((const struct heard *)a)->addr, &((const struct heard *)b)->addr);
}

/* Is it link-local, of a host whose first address is not? */
static bool is_spare(const struct heard *host, const struct heard *h)
{
	return host->link == h->link && memcmp(host->mac, h->mac, sizeof(h->mac)) == 0 &&
	       addr_is_link_local(&h->addr) && !addr_is_link_local(&host->addr);
}

static void drop_spare(struct heard_list *l)
{
	size_t n = 0;

	if (l->n)
		qsort(l->v, l->n, sizeof(*l->v), by_host);
	for (size_t i = 0; i < l->n; i++)
		if (n == 0 || !is_spare(&l->v[n - 1], &l->v[i]))
			l->v[n++] = l->v[i];
	l->n = n;
}

static void tell(struct heard_list *l, neighbour_fn *found, void *context)
{
	drop_spare(l);
	if (l->n)
		qsort(l->v, l->n, sizeof(*l->v), by_addr);
	for (size_t i = 0; i < l->n; i++)
		if (i == 0 || !addr_eq(&l->v[i - 1].addr, &l->v[i].addr))
			found(context, &l->v[i].addr);
}

static struct err search(struct search *s, uint64_t wait_us)
{
	struct err e = packets_open(&s->packets);

	if (!err_is(e))
		e = ours_read(s);
	for (unsigned i = 0; i < QUESTIONS && !err_is(e); i++) {
		ask_all(s);
		listen_for(s, wait_us / QUESTIONS);
	}
	if (!err_is(e) && s->theirs.full)
		e = err_limit("too many IPv6 neighbours");
	return e;
}

struct err neighbours_find(uint32_t ident, uint64_t wait_us, neighbour_fn *found, void *context)
{
	struct search s = {.ident = ident, .packets = -1};
	struct err e = search(&s, wait_us);

	if (!err_is(e))
		tell(&s.theirs, found, context);
	if (s.packets >= 0)
		close(s.packets);
	routes_free(s.routes);
	free(s.ours.v);
	free(s.theirs.v);
	return e;
}
