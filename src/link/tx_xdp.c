/*
 * tx_xdp.c: frames leave from memory that the kernel shares (the kernel's af_xdp.rst): we write
 * descriptors into a ring and one sendto(2) makes it take many. No descriptor is checked or copied
 * in, so that a frame costs two thirds of what it does with sendmmsg(2).
 *
 * Always in copy mode, though the driver could do without: zero-copy wants an XDP program on the
 * link, makes most drivers reset their queues, and takes over what a queue receives. A scan must
 * not disturb the traffic of its host. So nothing is attached to the link, and a ring for receiving
 * is there only because the kernel wants one. In copy mode the kernel has copied a frame before it
 * gives the place back; places are therefore counted, not named.
 *
 * The memory is shared, not private: after a fork the worker would write into a copy of its own.
 */
#include "link/limits.h"
#include "link/tx_back.h"

#include <errno.h>
#include <linux/if_xdp.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

/* Memory is registered in chunks, and no frame may cross the border of two. The least there is. */
enum { CHUNK = 2048, FILL_MIN = 1 };
/* Linux 6.17: how many frames one system call may take; 32 without it. */
enum { MAX_TX_SKB_BUDGET = 9 };

struct ring {
	void *map; /* MAP_FAILED: none */
	size_t bytes;
	uint32_t *producer, *consumer;
	void *entries;
};

struct sender {
	struct tx tx;
	int fd;
	struct ring out, back; /* descriptors to be sent; places that are free again */
	uint32_t taken; /* of `out`, by the kernel */
	uint64_t all; /* those taken, since the opening */
};

enum { MEMORY = TX_XDP_FRAMES * sizeof(struct tx_slot) };

static struct err set(int fd, int option, const void *value, size_t n)
{
	if (setsockopt(fd, SOL_XDP, option, value, (socklen_t)n) < 0)
		return err_io(errno, "cannot set up AF_XDP");
	return OK;
}

static struct err register_memory(struct sender *s)
{
	const int how = MAP_SHARED | MAP_ANONYMOUS | MAP_POPULATE;
	struct xdp_umem_reg memory = {.len = MEMORY, .chunk_size = CHUNK};
	void *p = mmap(NULL, MEMORY, PROT_READ | PROT_WRITE, how, -1, 0);

	if (p == MAP_FAILED)
		return err_io(errno, "no memory for frames");
	s->tx.slots = p;
	memory.addr = (uintptr_t)p;
	return set(s->fd, XDP_UMEM_REG, &memory, sizeof(memory));
}

static struct err size_rings(int fd)
{
	const uint32_t frames = TX_XDP_FRAMES, none = FILL_MIN;
	struct err e = set(fd, XDP_UMEM_FILL_RING, &none, sizeof(none));

	if (!err_is(e))
		e = set(fd, XDP_UMEM_COMPLETION_RING, &frames, sizeof(frames));
	if (!err_is(e))
		e = set(fd, XDP_TX_RING, &frames, sizeof(frames));
	/* Older kernels do not know it, and need more calls. */
	(void)!setsockopt(fd, SOL_XDP, MAX_TX_SKB_BUDGET, &frames, sizeof(frames));
	return e;
}

static struct err map_ring(
    struct ring *r, int fd, uint64_t which, const struct xdp_ring_offset *at, size_t entry_bytes)
{
	const int how = MAP_SHARED | MAP_POPULATE;
	uint8_t *p;

	r->bytes = at->desc + TX_XDP_FRAMES * entry_bytes;
	r->map = mmap(NULL, r->bytes, PROT_READ | PROT_WRITE, how, fd, (off_t)which);
	if (r->map == MAP_FAILED)
		return err_io(errno, "cannot map a ring of AF_XDP");
	p = r->map;
	r->producer = (uint32_t *)(void *)(p + at->producer);
	r->consumer = (uint32_t *)(void *)(p + at->consumer);
	r->entries = p + at->desc;
	return OK;
}

static struct err map_rings(struct sender *s)
{
	struct xdp_mmap_offsets at;
	socklen_t n = sizeof(at);
	struct err e;

	if (getsockopt(s->fd, SOL_XDP, XDP_MMAP_OFFSETS, &at, &n) < 0)
		return err_io(errno, "cannot set up AF_XDP");
	e = map_ring(&s->out, s->fd, XDP_PGOFF_TX_RING, &at.tx, sizeof(struct xdp_desc));
	if (!err_is(e))
		e = map_ring(
		    &s->back, s->fd, XDP_UMEM_PGOFF_COMPLETION_RING, &at.cr, sizeof(uint64_t));
	return e;
}

/* Descriptor and place have the same number for ever: only the length will change. */
static void describe(struct sender *s)
{
	struct xdp_desc *d = s->out.entries;

	for (uint32_t i = 0; i < TX_XDP_FRAMES; i++)
		d[i] = (struct xdp_desc){.addr = i * sizeof(struct tx_slot)};
}

/* The kernel frees the queue of a socket that was closed a little later: EBUSY until then. */
static struct err take_queue(int fd, const struct tx_config *config)
{
	const struct sockaddr_xdp where = {
	    .sxdp_family = AF_XDP,
	    .sxdp_flags = XDP_COPY,
	    .sxdp_ifindex = (uint32_t)config->link,
	    .sxdp_queue_id = config->queue,
	};

	for (int tries = TX_XDP_BIND_TRIES; tries > 0; tries--) {
		if (bind(fd, (const struct sockaddr *)&where, sizeof(where)) == 0)
			return OK;
		if (errno != EBUSY)
			break;
		usleep(TX_XDP_BIND_PAUSE_US);
	}
	return err_io(errno, "cannot send on the interface by AF_XDP");
}

static struct err set_up(struct sender *s, const struct tx_config *config)
{
	struct err e;

	s->fd = socket(AF_XDP, SOCK_RAW | SOCK_CLOEXEC, 0);
	if (s->fd < 0)
		return err_io(errno, "cannot open an AF_XDP socket");
	e = register_memory(s);
	if (!err_is(e))
		e = size_rings(s->fd);
	if (!err_is(e))
		e = map_rings(s);
	if (err_is(e))
		return e;
	describe(s);
	return take_queue(s->fd, config);
}

static void unmap_ring(struct ring *r)
{
	if (r->map != MAP_FAILED)
		munmap(r->map, r->bytes);
}

static void close_sender(struct tx *t)
{
	struct sender *s = (struct sender *)t;

	unmap_ring(&s->out);
	unmap_ring(&s->back);
	if (s->fd >= 0)
		close(s->fd);
	if (t->slots)
		munmap(t->slots, MEMORY);
	free(s);
}

static struct err open_sender(const struct tx_config *config, struct tx **ret_tx)
{
	struct sender *s = malloc(sizeof(*s));
	struct err e;

	if (!s)
		return err_limit("out of memory");
	*s = (struct sender){
	    .tx = {.back = &tx_xdp, .n_slots = TX_XDP_FRAMES},
	    .fd = -1,
	    .out = {.map = MAP_FAILED},
	    .back = {.map = MAP_FAILED},
	};
	e = set_up(s, config);
	if (err_is(e))
		close_sender(&s->tx);
	else
		*ret_tx = &s->tx;
	return e;
}

static void offer(struct sender *s)
{
	struct xdp_desc *d = s->out.entries;

	for (uint32_t i = *s->out.producer; i != s->tx.put; i++)
		d[i & (TX_XDP_FRAMES - 1)].len = (uint32_t)tx_slot(&s->tx, i)->n;
	__atomic_store_n(s->out.producer, s->tx.put, __ATOMIC_RELEASE);
}

static void take_back(struct sender *s)
{
	uint32_t made = __atomic_load_n(s->back.producer, __ATOMIC_ACQUIRE);

	s->tx.done = made;
	__atomic_store_n(s->back.consumer, made, __ATOMIC_RELEASE);
}

/* One call. EBUSY: the frame it came to was lost, those behind it are still there. EAGAIN: some
 * went, or a queue is full, which only `taken` can tell. *ret_moved: another call may do more. */
static struct err push(struct sender *s, bool *ret_moved)
{
	uint32_t before = s->taken;
	bool lost = false;

	if (sendto(s->fd, NULL, 0, MSG_DONTWAIT, NULL, 0) < 0) {
		lost = errno == EBUSY;
		if (!lost && errno != EAGAIN && errno != ENOBUFS && errno != EINTR)
			return err_io(errno, "cannot send");
	}
	s->taken = __atomic_load_n(s->out.consumer, __ATOMIC_ACQUIRE);
	s->all += s->taken - before;
	s->tx.counts.dropped += lost;
	*ret_moved = lost || s->taken != before;
	return OK;
}

/* What the kernel leaves in the ring goes with the next flush. A frame that was lost may show among
 * those taken one call later. */
static struct err flush(struct tx *t)
{
	struct sender *s = (struct sender *)t;
	bool moved = true;
	struct err e = OK;

	offer(s);
	while (moved && s->taken != t->put && !err_is(e))
		e = push(s, &moved);
	take_back(s);
	if (s->all > t->counts.dropped)
		t->counts.sent = s->all - t->counts.dropped;
	return e;
}

const struct tx_back tx_xdp = {
    .name = "AF_XDP",
    .open = open_sender,
    .close = close_sender,
    .flush = flush,
};
