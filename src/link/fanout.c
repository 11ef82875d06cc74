/*
 * fanout.c: the kernel asks a program of ours which member a packet is for. The exclusive or of its
 * two addresses does not know which one came first, so it is symmetric on any kernel and any card
 * (the kernel's own hash of the flow was not, in some versions). Ports stay out of it: fragments
 * have none. A product spreads the result, for neighbours differ in few bits. What is not IP, which
 * nobody here reads, is for the first member.
 *
 * Loads relative to the network header find it on packets that come and on those that go. A second
 * tag (802.1ad) is still there when the program runs: X is what has to be stepped over.
 */
#include "link/fanout.h"

#include <errno.h>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <sys/socket.h>

/* Word n behind the step X, of what begins `at` behind the network header, kept in cell n. */
#define LOAD(at, n) BPF_STMT(BPF_LD | BPF_W | BPF_IND, (uint32_t)(SKF_NET_OFF + (at) + 4 * (n)))
#define KEEP(at, n) LOAD(at, n), BPF_STMT(BPF_ST, (n))
/* Cell n goes into the accumulator's exclusive or; afterwards the step is lost. */
#define MIX(n) BPF_STMT(BPF_LDX | BPF_MEM, (n)), BPF_STMT(BPF_ALU | BPF_XOR | BPF_X, 0)
/* 2^32 over the golden ratio. The kernel takes the remainder by the number of members. */
#define SPREAD                                                                                     \
	BPF_STMT(BPF_ALU | BPF_MUL | BPF_K, 0x9e3779b1), BPF_STMT(BPF_ALU | BPF_RSH | BPF_K, 16),  \
	    BPF_STMT(BPF_RET | BPF_A, 0)
#define IS(ethertype, yes, no) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (ethertype), (yes), (no))

enum { V4_LENGTH = 8 };

static const struct sock_filter program[] = {
    BPF_STMT(BPF_LDX | BPF_IMM, 0),
    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (uint32_t)(SKF_AD_OFF + SKF_AD_PROTOCOL)),
    IS(ETH_P_8021Q, 1, 0),
    IS(ETH_P_8021AD, 0, 2),
    BPF_STMT(BPF_LDX | BPF_IMM, 4),
    BPF_STMT(BPF_LD | BPF_H | BPF_ABS, (uint32_t)(SKF_NET_OFF + 2)),
    IS(ETH_P_IP, 2, 0),
    IS(ETH_P_IPV6, 1 + V4_LENGTH, 0),
    BPF_STMT(BPF_RET | BPF_K, 0),
    /* IPv4: addresses at 12 and 16 */
    KEEP(12, 0),
    LOAD(12, 1),
    MIX(0),
    SPREAD,
    /* IPv6: at 8 and 24, of four words each */
    KEEP(8, 0),
    KEEP(8, 1),
    KEEP(8, 2),
    KEEP(8, 3),
    KEEP(8, 4),
    KEEP(8, 5),
    KEEP(8, 6),
    LOAD(8, 7),
    MIX(0),
    MIX(1),
    MIX(2),
    MIX(3),
    MIX(4),
    MIX(5),
    MIX(6),
    SPREAD,
};

static struct err join(int fd, int value)
{
	if (setsockopt(fd, SOL_PACKET, PACKET_FANOUT, &value, sizeof(value)) < 0)
		return err_io(errno, "cannot share packets among workers");
	return OK;
}

static struct err ask_number(int fd, uint32_t *ret_group)
{
	uint32_t value = 0; /* the number and, above it, how packets are shared */
	socklen_t n = sizeof(value);

	if (getsockopt(fd, SOL_PACKET, PACKET_FANOUT, &value, &n) < 0)
		return err_io(errno, "cannot share packets among workers");
	*ret_group = (value & UINT16_MAX) + 1;
	return OK;
}

struct err fanout_join(int fd, uint32_t *group)
{
	struct sock_fprog all = {
	    .len = sizeof(program) / sizeof(*program),
	    .filter = (struct sock_filter *)(uintptr_t)program,
	};
	struct err e;

	if (*group)
		return join(fd, (int)(*group - 1) | PACKET_FANOUT_CBPF << 16);
	/* Another program's group of the same number would take half of our packets. */
	e = join(fd, (PACKET_FANOUT_CBPF | PACKET_FANOUT_FLAG_UNIQUEID) << 16);
	if (!err_is(e) && setsockopt(fd, SOL_PACKET, PACKET_FANOUT_DATA, &all, sizeof(all)) < 0)
		e = err_io(errno, "cannot tell the kernel how to share packets");
	return err_is(e) ? e : ask_number(fd, group);
}
