/*
 * limits.h: this room's maxima.
 */
#pragma once

enum {
	/* A read of a capture file: large enough that the system call costs nothing, small enough
	 * that the frames are still in the cache when somebody looks at them. */
	CAPFILE_READ_BYTES = 256 << 10,
	/* A frame: what tcpdump takes at most (MAXIMUM_SNAPLEN), and four times any GRO frame. */
	CAPFILE_FRAME_MAX = 256 << 10,
	/* A block of pcapng that we read: a frame, and as much again of comments. Those that we
	 * skip may be of any length. */
	CAPFILE_BLOCK_MAX = 2 * CAPFILE_FRAME_MAX,
	/* Interfaces of a section: a capture of a big host's containers has some hundreds. */
	CAPFILE_INTERFACES_MAX = 1 << 16,

	/* A ring of one worker: a second of 500 Mbit/s, should the worker be held up so long. */
	CAPLIVE_RING_BYTES = 64 << 20,
	CAPLIVE_RING_BYTES_MAX = 1 << 30,
	/* A frame may fill a block; the kernel hands it over when the next frame does not fit, or
	 * so much later: an alert waits no longer. */
	CAPLIVE_BLOCK_BYTES = 1 << 20,
	CAPLIVE_BLOCK_WAIT_MS = 20,

	/* Frames of one sendmmsg: the call is then a hundredth of their cost, and they and what
	 * describes them stay in the processor's second cache. */
	TX_MMSG_FRAMES = 256,
	/* What the card has not sent yet, with the kernel's own data: 4,096 frames or so, as many
	 * as the longest rings of cards. The usual 208 KiB would be full before the ring is. */
	TX_MMSG_QUEUE_BYTES = 4 << 20,
	/* Frames on their way in an AF_XDP ring, as many as most cards take. 256 KiB of memory that
	 * is locked, of which systems grant 8 MiB a user, or 64 KiB in the past. */
	TX_XDP_FRAMES = 2048,
	/* For the kernel to free a queue that the last run had; an RCU grace period or two. */
	TX_XDP_BIND_TRIES = 20,
	TX_XDP_BIND_PAUSE_US = 5000,
	/* Frames of one run of the program, 512 KiB: what a run costs beside its frames is then
	 * that of thirty of them. */
	TX_LIVE_FRAMES = 4096,
	/* How often the link is asked what became of them, and how many may have left that it has
	 * not counted yet: two of the longest rings. */
	TX_LIVE_LOOK_US = 100000,
	TX_LIVE_LAG = 8192,
	/* A few in a hundredth of a second pass for a link's own noise, so many do not; every
	 * card's queue has room for them. On a busy link some more, in pieces of so many. */
	TX_SELFTEST_FRAMES = 64,
	TX_SELFTEST_FRAMES_MAX = 2048,
	TX_SELFTEST_ROUNDS = 4,
	/* Cards that gather interrupts, and count then, do so for a millisecond at most. */
	TX_SELFTEST_WINDOW_US = 10000,
};
