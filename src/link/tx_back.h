/*
 * tx_back.h: what the back ends of tx.h share: a ring of places for frames. Where it lies is theirs
 * to say, and when a place is free again.
 */
#pragma once

#include "link/tx.h"

/* A divisor of a page and of what AF_XDP calls a chunk: a frame crosses no border. */
struct tx_slot {
	uint8_t frame[TX_FRAME_MAX];
	uint64_t n;
};
_Static_assert(sizeof(struct tx_slot) == 128, "divides a page");

struct tx_back {
	const char *name;
	struct err (*open)(const struct tx_config *config, struct tx **ret_tx);
	/* Of one that is half open, too; t is not NULL. */
	void (*close)(struct tx *t);
	/* Called when something was put since the last time, or is still to be taken. Moves `done`
	 * and counts. */
	struct err (*flush)(struct tx *t);
};

/* The first member of each back end's own struct. `put` and `done` count slots and wrap as they
 * like: put - done are in use. */
struct tx {
	const struct tx_back *back;
	struct tx_slot *slots;
	uint32_t n_slots; /* a power of two */
	uint32_t put, done;
	struct tx_counts counts, before; /* since the opening; those of the self-test */
};

static inline struct tx_slot *tx_slot(const struct tx *t, uint32_t at)
{
	return &t->slots[at & (t->n_slots - 1)];
}

extern const struct tx_back tx_mmsg, tx_xdp, tx_live;
