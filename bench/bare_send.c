/*
 * bare_send.c: the ceilings that the senders of src/link/tx.h are measured against: what the
 * kernel's three ways to send frames cost, and nothing else. The same SYN again and again, never
 * written anew; it knows nothing of the rest of the house. It runs until it is killed, and whoever
 * wants to know how many there were looks at the link's counters (bench/senders.py).
 *
 *	bare_send mmsg|xdp|live LINK
 */
#include <errno.h>
#include <linux/bpf.h>
#include <linux/if_packet.h>
#include <linux/if_xdp.h>
#include <net/if.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { MMSG_BATCH = 256, XDP_RING = 2048, XDP_CHUNK = 2048, LIVE_BATCH = 64, LIVE_CALL = 1 << 20 };
enum { MAX_TX_SKB_BUDGET = 9 }; /* Linux 6.17: frames that one system call of AF_XDP may take */

/* Ethernet, IPv4 and a SYN from 10.0.0.1 to 198.18.0.1:443. */
static const uint8_t syn[66] = {
    0x02, 0, 0, 0, 0, 0x0b, 0x02, 0, 0, 0, 0, 0x0a, 0x08, 0x00, /* */
    0x45, 0, 0, 52, 0, 0, 0x40, 0, 128, 6, 0x30, 0xa0, 10, 0, 0, 1, 198, 18, 0, 1, /* */
    0xc0, 0, 0x01, 0xbb, 0, 0, 0, 1, 0, 0, 0, 0, 0x80, 2, 0xff, 0xff, 0, 0, 0, 0, /* */
    2, 4, 0x05, 0xb4, 1, 3, 3, 8, 1, 1, 4, 2, /* */
};

static void die(const char *what)
{
	fprintf(stderr, "bare_send: %s: %s\n", what, strerror(errno));
	exit(2);
}

static void send_mmsg(int link)
{
	const struct sockaddr_ll where = {.sll_family = AF_PACKET, .sll_ifindex = link};
	struct iovec part = {.iov_base = (void *)(uintptr_t)syn, .iov_len = sizeof(syn)};
	static struct mmsghdr messages[MMSG_BATCH];
	const int yes = 1;
	int fd = socket(AF_PACKET, SOCK_RAW, 0);

	if (fd < 0 || bind(fd, (const struct sockaddr *)&where, sizeof(where)) < 0 ||
	    setsockopt(fd, SOL_PACKET, PACKET_QDISC_BYPASS, &yes, sizeof(yes)) < 0)
		die("packet socket");
	for (size_t i = 0; i < MMSG_BATCH; i++)
		messages[i].msg_hdr = (struct msghdr){.msg_iov = &part, .msg_iovlen = 1};
	for (;;)
		if (sendmmsg(fd, messages, MMSG_BATCH, 0) < 0 && errno != ENOBUFS)
			die("sendmmsg");
}

static void *map(int fd, uint64_t offset, size_t bytes)
{
	int how = MAP_SHARED | MAP_POPULATE | (fd < 0 ? MAP_ANONYMOUS : 0);
	void *p = mmap(NULL, bytes, PROT_READ | PROT_WRITE, how, fd, (off_t)offset);

	if (p == MAP_FAILED)
		die("mmap");
	return p;
}

static void set_xdp(int fd, int option, const void *value, size_t n)
{
	if (setsockopt(fd, SOL_XDP, option, value, (socklen_t)n) < 0)
		die("AF_XDP");
}

/* One frame, in a chunk of its own, and descriptors that all say it. */
static int open_xdp(struct xdp_mmap_offsets *ret_at)
{
	const uint32_t size = XDP_RING;
	const struct xdp_umem_reg memory = {
	    .addr = (uintptr_t)map(-1, 0, 2 * XDP_CHUNK),
	    .len = 2 * XDP_CHUNK,
	    .chunk_size = XDP_CHUNK,
	};
	socklen_t n = sizeof(*ret_at);
	int fd = socket(AF_XDP, SOCK_RAW, 0);

	memcpy((void *)(uintptr_t)memory.addr, syn, sizeof(syn));
	set_xdp(fd, XDP_UMEM_REG, &memory, sizeof(memory));
	set_xdp(fd, XDP_UMEM_FILL_RING, &size, sizeof(size));
	set_xdp(fd, XDP_UMEM_COMPLETION_RING, &size, sizeof(size));
	set_xdp(fd, XDP_TX_RING, &size, sizeof(size));
	(void)!setsockopt(fd, SOL_XDP, MAX_TX_SKB_BUDGET, &size, sizeof(size));
	if (getsockopt(fd, SOL_XDP, XDP_MMAP_OFFSETS, ret_at, &n) < 0)
		die("AF_XDP");
	return fd;
}

/* Places come back in the ring of completions, and are free again. */
static void send_xdp(int link)
{
	const struct sockaddr_xdp where = {.sxdp_family = AF_XDP, .sxdp_ifindex = (uint32_t)link};
	struct xdp_mmap_offsets at;
	int fd = open_xdp(&at);
	uint8_t *out = map(fd, XDP_PGOFF_TX_RING, at.tx.desc + XDP_RING * sizeof(struct xdp_desc));
	uint8_t *back = map(fd, XDP_UMEM_PGOFF_COMPLETION_RING, at.cr.desc + XDP_RING * 8);
	uint32_t *free_to = (void *)(out + at.tx.producer);
	uint32_t *made = (void *)(back + at.cr.producer), *taken = (void *)(back + at.cr.consumer);

	for (uint32_t i = 0; i < XDP_RING; i++)
		((struct xdp_desc *)(void *)(out + at.tx.desc))[i].len = sizeof(syn);
	if (bind(fd, (const struct sockaddr *)&where, sizeof(where)) < 0)
		die("bind of AF_XDP");
	for (;;) {
		uint32_t done = __atomic_load_n(made, __ATOMIC_ACQUIRE);

		__atomic_store_n(taken, done, __ATOMIC_RELEASE);
		__atomic_store_n(free_to, done + XDP_RING, __ATOMIC_RELEASE);
		if (sendto(fd, NULL, 0, MSG_DONTWAIT, NULL, 0) < 0 && errno != EAGAIN &&
		    errno != EBUSY && errno != ENOBUFS)
			die("sendto of AF_XDP");
	}
}

static int bpf(int command, union bpf_attr *attr)
{
	return (int)syscall(SYS_bpf, command, attr, sizeof(*attr));
}

/* The program says "to that link" and nothing else. */
static void send_live(int link)
{
	const struct bpf_insn program[] = {
	    {.code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_1, .imm = link},
	    {.code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_2},
	    {.code = BPF_JMP | BPF_CALL, .imm = BPF_FUNC_redirect},
	    {.code = BPF_JMP | BPF_EXIT},
	};
	union bpf_attr load = {
	    .prog_type = BPF_PROG_TYPE_XDP,
	    .insns = (uintptr_t)program,
	    .insn_cnt = sizeof(program) / sizeof(*program),
	    .license = (uintptr_t) "Apache-2.0",
	};
	union bpf_attr run = {.test = {
				  .prog_fd = (uint32_t)bpf(BPF_PROG_LOAD, &load),
				  .data_in = (uintptr_t)syn,
				  .data_size_in = sizeof(syn),
				  .repeat = LIVE_CALL,
				  .flags = BPF_F_TEST_XDP_LIVE_FRAMES,
				  .batch_size = LIVE_BATCH,
			      }};

	for (;;)
		if (bpf(BPF_PROG_TEST_RUN, &run) < 0)
			die("live frames");
}

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		void (*send)(int link);
	} kinds[] = {{"mmsg", send_mmsg}, {"xdp", send_xdp}, {"live", send_live}};
	int link = argc == 3 ? (int)if_nametoindex(argv[2]) : 0;

	for (size_t i = 0; link != 0 && i < sizeof(kinds) / sizeof(*kinds); i++)
		if (strcmp(argv[1], kinds[i].name) == 0)
			kinds[i].send(link);
	fprintf(stderr, "usage: bare_send mmsg|xdp|live LINK\n");
	return 2;
}
