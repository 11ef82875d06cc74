/*
 * tx.h: sends frames of one link as they are, many at a time. They are written where they leave
 * from, so that nothing is copied on our side: tx_frame() lends the next place, tx_put() says how
 * long the frame in it is, tx_flush() sends what was put.
 *
 * Opening needs CAP_NET_RAW; for live frames CAP_NET_ADMIN, CAP_BPF and CAP_SYS_ADMIN. Who has
 * opened may fork and give its rights up: afterwards the sender belongs to one process, which needs
 * none, and only the system calls that are named here:
 *
 *	mmsg	sendmmsg(2)
 *	xdp	sendto(2)
 *	live	bpf(2) with BPF_PROG_TEST_RUN; sendto(2) and recvfrom(2) of netlink
 */
#pragma once

#include "base/err.h"

/* A SYN with an 802.1Q tag over IPv6 has 90 bytes. */
enum { TX_FRAME_MAX = 120 };

enum tx_kind {
	TX_AUTO, /* the best that works */
	TX_MMSG, /* a packet socket that bypasses the queueing discipline */
	TX_XDP, /* AF_XDP, in copy mode; one to each queue of the link */
	TX_LIVE, /* frames of a BPF program's run, if the driver takes such */
};

struct tx_config {
	int link; /* interface index, of one with Ethernet headers */
	enum tx_kind kind;
	uint32_t queue; /* AF_XDP: of the link, and of nobody else */
	/* Of this kind another sender of the link has proved that frames leave (AUTO: none has):
	 * it is not tried again, nor what was tried before it. */
	enum tx_kind proven;
};

struct tx;
/* All but mmsg are tried first, which takes a tenth of a second each (tx_selftest.h). */
must_use struct err tx_open(const struct tx_config *config, struct tx **ret_tx);
void tx_close(struct tx *t);
enum tx_kind tx_kind(const struct tx *t);
/* The same for people. */
const char *tx_name(const struct tx *t);

/* Room for one frame of TX_FRAME_MAX bytes, with anything in it. NULL: full, flush first. If it is
 * full then still, the link is slower than we are: come back some milliseconds later. */
uint8_t *tx_frame(struct tx *t);
/* The frame that tx_frame gave has n bytes, and is to be sent. */
void tx_put(struct tx *t, size_t n);
/* Hands over all that was put. What the kernel would not take is lost, and counted: sending it
 * again at once would meet the same full queue. An error: the link is down or away, and what was
 * put waits for a later flush; live frames only notice the latter. */
must_use struct err tx_flush(struct tx *t);

/* Both together, and what was dropped, only grow. */
struct tx_counts {
	uint64_t sent; /* less later, where frames that vanished are noticed late */
	/* For want of room in a queue. Live frames: as the link tells a few
	 * times a second, which counts those of others, too. */
	uint64_t dropped;
};
struct tx_counts tx_counts(const struct tx *t);
