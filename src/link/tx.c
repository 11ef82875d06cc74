/*
 * tx.c: the ring of places that all senders have in common, and the choice of a sender. Frames are
 * put into a place and leave from it; the back ends (tx_back.h) differ in what makes them leave.
 */
#include "link/tx_back.h"
#include "link/tx_selftest.h"

static const struct tx_back *const backs[] = {
    [TX_MMSG] = &tx_mmsg,
    [TX_XDP] = &tx_xdp,
    [TX_LIVE] = &tx_live,
};

/* A packet socket says what it does not send; the others have to prove that they do. */
static struct err open_kind(enum tx_kind kind, const struct tx_config *config, struct tx **ret_tx)
{
	struct tx *t;
	struct err e = backs[kind]->open(config, &t);

	if (err_is(e))
		return e;
	if (kind != TX_MMSG && kind != config->proven)
		e = tx_selftest(t, config->link);
	if (err_is(e)) {
		tx_close(t);
		return e;
	}
	t->before = t->counts;
	*ret_tx = t;
	return OK;
}

struct err tx_open(const struct tx_config *config, struct tx **ret_tx)
{
	static const enum tx_kind best_first[] = {TX_LIVE, TX_XDP, TX_MMSG};
	bool worse = config->proven == TX_AUTO; /* than what was proved */
	struct err e = OK;

	if (config->kind != TX_AUTO)
		return open_kind(config->kind, config, ret_tx);
	for (size_t i = 0; i < sizeof(best_first) / sizeof(*best_first); i++) {
		worse |= best_first[i] == config->proven;
		if (!worse)
			continue;
		e = open_kind(best_first[i], config, ret_tx);
		if (!err_is(e))
			break;
	}
	return e;
}

void tx_close(struct tx *t)
{
	if (t)
		t->back->close(t);
}

enum tx_kind tx_kind(const struct tx *t)
{
	enum tx_kind kind = TX_MMSG;

	while (backs[kind] != t->back)
		kind++;
	return kind;
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
	return (struct tx_counts){
	    .sent = t->counts.sent - t->before.sent,
	    .dropped = t->counts.dropped - t->before.dropped,
	};
}
