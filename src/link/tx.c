/*
 * tx.c: the ring of places that all senders have in common, and the choice of a sender. Frames are
 * put into a place and leave from it; the back ends (tx_back.h) differ in what makes them leave.
 */
#include "link/tx_back.h"

static const struct tx_back *const backs[] = {
    [TX_MMSG] = &tx_mmsg,
    [TX_XDP] = &tx_xdp,
    [TX_LIVE] = &tx_live,
};

struct err tx_open(const struct tx_config *config, struct tx **ret_tx)
{
	enum tx_kind kind = config->kind == TX_AUTO ? TX_MMSG : config->kind;

	return backs[kind]->open(config, ret_tx);
}

void tx_close(struct tx *t)
{
	if (t)
		t->back->close(t);
}

const char *tx_name(const struct tx *t)
{
	return t->back->name;
}

uint8_t *tx_frame(struct tx *t)
{
	return t->put - t->done < t->n_slots ? tx_slot(t, t->put)->frame : NULL;
}

void tx_put(struct tx *t, size_t n)
{
	tx_slot(t, t->put)->n = n;
	t->put++;
}

struct err tx_flush(struct tx *t)
{
	return t->put == t->done ? OK : t->back->flush(t);
}

struct tx_counts tx_counts(const struct tx *t)
{
	struct tx_counts c = t->counts;
	uint64_t drops = t->back->drops ? t->back->drops(t) : 0;

	if (drops > c.sent)
		drops = c.sent;
	c.sent -= drops;
	c.dropped += drops;
	return c;
}
