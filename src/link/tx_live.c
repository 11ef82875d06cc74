/*
 * tx_live.c: BPF_PROG_TEST_RUN was made to try an XDP program on a frame; with "live frames" (Linux
 * 5.18) the kernel sends what the program redirects (the kernel's bpf_prog_run.rst). So a program
 * (tx_program.c) takes frame after frame out of memory that it shares with us and redirects it to
 * the link: no socket, no socket buffer, pages used again and again. Half the cost of AF_XDP, where
 * the driver takes redirected frames (ndo_xdp_xmit); where not, they vanish, and only the link's
 * counters know.
 *
 * The kernel enters the program of each run into a table and takes it out again, and waits some 30
 * ms in doing so. One that is there already costs nothing. So it is attached to a link where
 * nothing ever comes: the loopback of a network namespace of its own, that ends with us.
 */
#include "link/limits.h"
#include "link/tx_program.h"
#include "link/tx_stats.h"
#include "net/clock.h"
#include "net/netlink.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/if_link.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

struct sender {
	struct tx tx;
	struct tx_shared *shared; /* MAP_FAILED: none */
	int program, map, netlink;
	int attachment, nowhere; /* to the loopback of that network namespace */
	int link;
	struct tx_stats before; /* when we began, or they did */
	struct tx_counts then; /* ours at that time */
	uint64_t looked_us;
};

static int bpf(int command, union bpf_attr *attr)
{
	return (int)syscall(SYS_bpf, command, attr, sizeof(*attr));
}

static struct err share(struct sender *s)
{
	union bpf_attr map = {
	    .map_type = BPF_MAP_TYPE_ARRAY,
	    .key_size = sizeof(uint32_t),
	    .value_size = sizeof(struct tx_shared),
	    .max_entries = 1,
	    .map_flags = BPF_F_MMAPABLE,
	};

	s->map = bpf(BPF_MAP_CREATE, &map);
	if (s->map < 0)
		return err_io(errno, "cannot share memory with a BPF program");
	s->shared =
	    mmap(NULL, sizeof(struct tx_shared), PROT_READ | PROT_WRITE, MAP_SHARED, s->map, 0);
	if (s->shared == MAP_FAILED)
		return err_io(errno, "cannot share memory with a BPF program");
	s->tx.slots = s->shared->slots;
	return OK;
}

/* A socket keeps the network namespace we are in; the program is attached to its loopback. */
static struct err attach_here(struct sender *s)
{
	union bpf_attr link = {.link_create = {
				   .prog_fd = (uint32_t)s->program,
				   .target_ifindex = 1,
				   .attach_type = BPF_XDP,
				   .flags = XDP_FLAGS_SKB_MODE,
			       }};

	s->nowhere = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	s->attachment = bpf(BPF_LINK_CREATE, &link);
	if (s->nowhere < 0 || s->attachment < 0)
		return err_io(errno, "cannot attach a BPF program");
	return OK;
}

static struct err attach_nowhere(struct sender *s)
{
	int home = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	struct err e = OK;

	if (home < 0)
		return err_io(errno, "cannot find our network namespace");
	if (unshare(CLONE_NEWNET) < 0) {
		e = err_io(errno, "cannot make a network namespace");
	} else {
		e = attach_here(s);
		if (setns(home, CLONE_NEWNET) < 0)
			e = err_io(errno, "cannot go back to our network namespace");
	}
	close(home);
	return e;
}

static struct err set_up(struct sender *s)
{
	struct err e = netlink_open(&s->netlink);

	if (!err_is(e))
		e = tx_stats_read(s->netlink, s->link, &s->before);
	if (!err_is(e))
		e = share(s);
	if (!err_is(e))
		e = tx_program_load(s->map, s->link, &s->program);
	return err_is(e) ? e : attach_nowhere(s);
}

static void close_sender(struct tx *t)
{
	struct sender *s = (struct sender *)t;
	const int fds[] = {s->attachment, s->nowhere, s->program, s->map, s->netlink};

	for (size_t i = 0; i < sizeof(fds) / sizeof(*fds); i++)
		if (fds[i] >= 0)
			close(fds[i]);
	if (s->shared != MAP_FAILED)
		munmap(s->shared, sizeof(*s->shared));
	free(s);
}

static struct err open_sender(const struct tx_config *config, struct tx **ret_tx)
{
	struct sender *s = malloc(sizeof(*s));
	struct err e;

	if (!s)
		return err_limit("out of memory");
	*s = (struct sender){
	    .tx = {.back = &tx_live, .n_slots = TX_LIVE_FRAMES},
	    .shared = MAP_FAILED,
	    .program = -1,
	    .map = -1,
	    .netlink = -1,
	    .attachment = -1,
	    .nowhere = -1,
	    .link = config->link,
	};
	e = set_up(s);
	if (err_is(e))
		close_sender(&s->tx);
	else
		*ret_tx = &s->tx;
	return e;
}

/* The frame that all of them begin as: nothing of it remains. */
static const uint8_t blank[TX_FRAME_MAX];

/* What is dropped behind us, only the link knows: it counts what it drops, or it does not count
 * what it should have sent. Both are of all who send on it. */
static struct err look_at_link(struct sender *s, uint64_t now_us)
{
	struct tx_counts *c = &s->tx.counts;
	uint64_t all = c->sent + c->dropped, taken = all - s->then.sent - s->then.dropped;
	uint64_t sent, lost;
	struct tx_stats now;
	struct err e = tx_stats_read(s->netlink, s->link, &now);

	if (err_is(e))
		return e;
	s->looked_us = now_us;
	if (tx_stats_fell(&s->before, &now)) {
		s->before = now;
		s->then = *c;
		return OK;
	}
	lost = now.dropped - s->before.dropped;
	sent = now.sent - s->before.sent + TX_LIVE_LAG;
	if (taken > sent && taken - sent > lost)
		lost = taken - sent;
	if (lost > taken)
		lost = taken;
	lost += s->then.dropped;
	if (lost > c->dropped)
		*c = (struct tx_counts){.sent = all - lost, .dropped = lost};
	return OK;
}

/* A signal ends a run early. */
static struct err run(struct sender *s)
{
	struct tx *t = &s->tx;
	union bpf_attr run = {.test = {
				  .prog_fd = (uint32_t)s->program,
				  .data_in = (uintptr_t)blank,
				  .data_size_in = sizeof(blank),
				  .repeat = t->put - t->done,
				  .flags = BPF_F_TEST_XDP_LIVE_FRAMES,
			      }};
	uint32_t before = t->done;

	if (bpf(BPF_PROG_TEST_RUN, &run) < 0 && errno != EINTR)
		return err_io(errno, "cannot send");
	t->done = (uint32_t)__atomic_load_n(&s->shared->next, __ATOMIC_ACQUIRE);
	t->counts.sent += t->done - before;
	return OK;
}

static struct err flush(struct tx *t)
{
	struct sender *s = (struct sender *)t;
	uint64_t now_us = clock_mono_us();
	struct err e = OK;

	while (t->done != t->put && !err_is(e))
		e = run(s);
	if (!err_is(e) && now_us - s->looked_us >= TX_LIVE_LOOK_US)
		e = look_at_link(s, now_us);
	return e;
}

const struct tx_back tx_live = {
    .name = "live frames",
    .open = open_sender,
    .close = close_sender,
    .flush = flush,
};
