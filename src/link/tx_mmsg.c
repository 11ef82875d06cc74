/*
 * tx_mmsg.c: frames leave by a packet socket (packet(7)), many in one sendmmsg(2). It bypasses the
 * queueing discipline: a probe waits in no queue but the card's, and a full one says so at once.
 * That is all the push-back there is, and a frame that meets it is given up: who sends it again in
 * a loop keeps the queue full and a processor busy. Works on every link and every kernel since
 * 3.14.
 */
#include "link/limits.h"
#include "link/tx_back.h"

#include <errno.h>
#include <linux/if_packet.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

struct sender {
	struct tx tx;
	int fd;
	struct tx_slot slots[TX_MMSG_FRAMES];
	struct iovec parts[TX_MMSG_FRAMES];
	struct mmsghdr messages[TX_MMSG_FRAMES];
};

/* Of protocol 0: it hears nothing, not even for a moment. The frame's own header says what it
 * is. */
static struct err open_socket(struct sender *s, int link)
{
	const struct sockaddr_ll where = {.sll_family = AF_PACKET, .sll_ifindex = link};
	const int yes = 1, bytes = TX_MMSG_QUEUE_BYTES;

	s->fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (s->fd < 0)
		return err_io(errno, "cannot open a packet socket");
	if (bind(s->fd, (const struct sockaddr *)&where, sizeof(where)) < 0)
		return err_io(errno, "cannot send on the interface");
	if (setsockopt(s->fd, SOL_PACKET, PACKET_QDISC_BYPASS, &yes, sizeof(yes)) < 0)
		return err_io(errno, "cannot bypass the queueing discipline");
	/* Without the right to, the system's limit (net.core.wmem_max) will do. */
	if (setsockopt(s->fd, SOL_SOCKET, SO_SNDBUFFORCE, &bytes, sizeof(bytes)) < 0 &&
	    setsockopt(s->fd, SOL_SOCKET, SO_SNDBUF, &bytes, sizeof(bytes)) < 0)
		return err_io(errno, "cannot size the send buffer");
	return OK;
}

static void close_sender(struct tx *t)
{
	struct sender *s = (struct sender *)t;

	if (s->fd >= 0)
		close(s->fd);
	free(s);
}

static struct err open_sender(const struct tx_config *config, struct tx **ret_tx)
{
	struct sender *s = calloc(1, sizeof(*s));
	struct err e;

	if (!s)
		return err_limit("out of memory");
	s->tx = (struct tx){.back = &tx_mmsg, .slots = s->slots, .n_slots = TX_MMSG_FRAMES};
	for (size_t i = 0; i < TX_MMSG_FRAMES; i++) {
		s->parts[i].iov_base = s->slots[i].frame;
		s->messages[i].msg_hdr = (struct msghdr){.msg_iov = &s->parts[i], .msg_iovlen = 1};
	}
	e = open_socket(s, config->link);
	if (err_is(e))
		close_sender(&s->tx);
	else
		*ret_tx = &s->tx;
	return e;
}

/* A queue of the card's or of the socket is full; the link itself is well. */
static bool is_full(int errnum)
{
	return errnum == ENOBUFS || errnum == EAGAIN || errnum == ENOMEM;
}

/* Those from `done` on that follow each other in memory, in one call. Each is tried once. */
static struct err send_some(struct sender *s)
{
	struct tx *t = &s->tx;
	uint32_t first = t->done & (TX_MMSG_FRAMES - 1), n = t->put - t->done;
	int sent;

	if (n > TX_MMSG_FRAMES - first)
		n = TX_MMSG_FRAMES - first;
	for (uint32_t i = first; i < first + n; i++)
		s->parts[i].iov_len = s->slots[i].n;
	sent = sendmmsg(s->fd, &s->messages[first], n, 0);
	if (sent > 0) {
		t->counts.sent += (uint32_t)sent;
		t->done += (uint32_t)sent;
	} else if (is_full(errno)) {
		t->counts.dropped++;
		t->done++;
	} else if (errno != EINTR) {
		return err_io(errno, "cannot send");
	}
	return OK;
}

static struct err flush(struct tx *t)
{
	struct err e = OK;

	while (t->done != t->put && !err_is(e))
		e = send_some((struct sender *)t);
	return e;
}

const struct tx_back tx_mmsg = {
    .name = "sendmmsg",
    .open = open_sender,
    .close = close_sender,
    .flush = flush,
};
