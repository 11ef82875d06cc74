/*
 * caplive_selftest.c: does the kernel do with the fan-out program what we think? Datagrams go to
 * and fro between pairs of loopback addresses; two members listen, and every pair must be with one
 * of them, and neither may be idle. All of 127/8 is ours without asking, IPv6 has but ::1, so IPv4
 * has to stand for both.
 */
#include "link/caplive.h"

#include "base/buf.h"
#include "net/clock.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

enum { PAIRS = 32, MEMBERS = 2, WAIT_US = 500000 };
enum { PAYLOAD = 14 + 20 + 8 }; /* behind Ethernet, IP and UDP: the pair(1) and the way(1) */

struct selftest {
	int udp;
	uint16_t port; /* of both ends */
	struct caplive *members[MEMBERS];
	size_t reading; /* the member that is being read */
	unsigned seen[PAIRS][2][MEMBERS];
	size_t datagrams;
};

static struct err open_udp(struct selftest *t)
{
	struct sockaddr_in any = {.sin_family = AF_INET};
	socklen_t n = sizeof(any);

	t->udp = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (t->udp < 0 || bind(t->udp, (const struct sockaddr *)&any, n) < 0 ||
	    getsockname(t->udp, (struct sockaddr *)&any, &n) < 0)
		return err_io(errno, "self-test of the fan-out");
	t->port = ntohs(any.sin_port);
	return OK;
}

static struct err open_members(struct selftest *t)
{
	char filter[64];
	struct caplive_config config = {
	    .interface = "lo",
	    .filter = filter,
	    .members = MEMBERS,
	    .ring_bytes = 4 << 20,
	};
	const char *problem;

	snprintf(filter, sizeof(filter), "udp src port %u and udp dst port %u", t->port, t->port);
	for (size_t i = 0; i < MEMBERS; i++) {
		struct err e = caplive_open(&config, &t->members[i], &problem);

		if (err_is(e))
			return e;
		config.group = caplive_group(t->members[i]);
	}
	return OK;
}

/* The address of one end of a pair: neighbours on one side, far apart on the other. */
static uint32_t end_of(size_t pair, bool second)
{
	return htonl(
	    second ? 0x7f400001u + (uint32_t)pair * 0x01013u : 0x7f000001u + (uint32_t)pair);
}

/* From an address that we choose: IP_PKTINFO. */
static struct err send_one(const struct selftest *t, uint8_t pair, bool back)
{
	struct sockaddr_in to = {
	    .sin_family = AF_INET,
	    .sin_port = htons(t->port),
	    .sin_addr.s_addr = end_of(pair, !back),
	};
	struct in_pktinfo from = {.ipi_spec_dst.s_addr = end_of(pair, back)};
	_Alignas(struct cmsghdr) uint8_t control[CMSG_SPACE(sizeof(from))] = {0};
	uint8_t payload[2] = {pair, back};
	struct iovec iov = {payload, sizeof(payload)};
	struct msghdr m = {
	    .msg_name = &to,
	    .msg_namelen = sizeof(to),
	    .msg_iov = &iov,
	    .msg_iovlen = 1,
	    .msg_control = control,
	    .msg_controllen = sizeof(control),
	};
	struct cmsghdr *c = CMSG_FIRSTHDR(&m);

	c->cmsg_level = IPPROTO_IP;
	c->cmsg_type = IP_PKTINFO;
	c->cmsg_len = CMSG_LEN(sizeof(from));
	memcpy(CMSG_DATA(c), &from, sizeof(from));
	return sendmsg(t->udp, &m, 0) < 0 ? err_io(errno, "self-test of the fan-out") : OK;
}

static void on_frame(void *context, const struct frame *frame)
{
	struct selftest *t = context;
	const uint8_t *payload = frame->bytes.p + PAYLOAD;

	if (frame->bytes.n < PAYLOAD + 2 || payload[0] >= PAIRS || payload[1] > 1)
		return;
	t->seen[payload[0]][payload[1]][t->reading]++;
	t->datagrams++;
}

static void collect(struct selftest *t)
{
	uint64_t until = clock_mono_us() + WAIT_US;
	struct pollfd fds[MEMBERS];

	for (size_t i = 0; i < MEMBERS; i++)
		fds[i] = (struct pollfd){.fd = caplive_fd(t->members[i]), .events = POLLIN};
	while (t->datagrams < 2 * PAIRS && clock_mono_us() < until) {
		if (poll(fds, MEMBERS, WAIT_US / 1000 / 10) < 0)
			return;
		for (t->reading = 0; t->reading < MEMBERS; t->reading++)
			caplive_read(t->members[t->reading], on_frame, t);
	}
}

static struct err wrong(const char *how)
{
	return err_make(ERR_IO, 0, 0, how);
}

static struct err judge(const struct selftest *t)
{
	size_t pairs[MEMBERS] = {0};

	if (t->datagrams == 0)
		return wrong("the loopback interface carries no packets");
	for (size_t pair = 0; pair < PAIRS; pair++) {
		for (size_t m = 0; m < MEMBERS; m++) {
			if (t->seen[pair][0][m] != t->seen[pair][1][m])
				return wrong(
				    "the two directions of a connection reach different workers");
			if (t->seen[pair][0][m] > 1)
				return wrong("a packet reaches a worker twice");
			pairs[m] += t->seen[pair][0][m];
		}
	}
	if (pairs[0] + pairs[1] != PAIRS)
		return wrong("a packet reaches no worker, or two");
	if (pairs[0] == 0 || pairs[1] == 0)
		return wrong("all packets reach the same worker");
	return OK;
}

static struct err run(struct selftest *t)
{
	struct err e = open_udp(t);

	if (!err_is(e))
		e = open_members(t);
	for (uint8_t pair = 0; pair < PAIRS && !err_is(e); pair++) {
		e = send_one(t, pair, false);
		if (!err_is(e))
			e = send_one(t, pair, true);
	}
	if (err_is(e))
		return e;
	collect(t);
	return judge(t);
}

struct err caplive_selftest(void)
{
	struct selftest t = {.udp = -1};
	struct err e = run(&t);

	for (size_t i = 0; i < MEMBERS; i++)
		caplive_close(t.members[i]);
	if (t.udp >= 0)
		close(t.udp);
	return e;
}
