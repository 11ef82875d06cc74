/*
 * gather.c: a small set-associative cache of endpoints, not a map: a file that tries to fill it
 * gets its observations in more pieces, and nothing else happens.
 *
 * A certificate that the writer cut is kept for its names only: it tells whether the leaf is the
 * one that was lost. Without the leaf there is no chain to import, but TLS was there, and that is
 * said.
 */
#include "import/gather.h"

#include "import/limits.h"

#include <stdlib.h>

struct piece {
	size_t at, n; /* in slot.der */
	enum cert_role role;
	bool cut;
};

struct slot {
	bool used;
	uint64_t touched;
	struct observation seen;
	struct buf der;
	size_t n_pieces;
	bool lost; /* a certificate that there was no room for */
	bool leaf_only;
	struct piece pieces[GATHER_CERTS_MAX];
};

struct gather {
	uint64_t clock; /* one tick a piece */
	struct slot *slots[GATHER_SETS][GATHER_WAYS]; /* made when first needed, kept */
};

struct err gather_new(struct gather **ret_gather)
{
	struct gather *g = calloc(1, sizeof(*g));

	if (!g)
		return err_limit("no memory for importing");
	*ret_gather = g;
	return OK;
}

static void slot_free(struct slot *slot)
{
	if (!slot)
		return;
	buf_done(&slot->der);
	free(slot);
}

void gather_free(struct gather *g)
{
	if (!g)
		return;
	for (size_t i = 0; i < GATHER_SETS; i++)
		for (size_t k = 0; k < GATHER_WAYS; k++)
			slot_free(g->slots[i][k]);
	free(g);
}

static struct span piece_der(const struct slot *slot, const struct piece *piece)
{
	return span_of(slot->der.p + piece->at, piece->n);
}

static void emit(struct report *r, const struct slot *slot, enum outcome outcome,
    const struct span *der, size_t n)
{
	struct observation seen = slot->seen;

	seen.outcome = (uint8_t)outcome;
	if (outcome == OUTCOME_PARTIAL)
		seen.flags |= OBS_CHAIN_CUT;
	if (outcome != OUTCOME_NO_CERT) {
		seen.alert_level = 0;
		seen.alert = 0;
	}
	r->counts.observations++;
	if (r->ops->on_observation)
		r->ops->on_observation(r->context, &seen, der, n);
}

/* A leaf alone is all there was only if it issued itself. */
static bool rest_is_unknown(const struct slot *slot, const struct link *leaf)
{
	return slot->leaf_only && !span_eq(leaf->issuer, leaf->subject);
}

/* The chain up to where a certificate was cut. */
static void emit_chain(struct report *r, const struct slot *slot, const struct link *links,
    const struct chain_order *chain)
{
	struct span der[GATHER_CERTS_MAX];
	size_t n = 0;
	bool partial;

	while (n < chain->n && !slot->pieces[chain->at[n]].cut) {
		der[n] = piece_der(slot, &slot->pieces[chain->at[n]]);
		n++;
	}
	partial = n < chain->n || slot->lost || rest_is_unknown(slot, &links[chain->at[0]]);
	emit(r, slot, partial ? OUTCOME_PARTIAL : OUTCOME_CERTIFICATE, der, n);
}

static void slot_emit(struct slot *slot, struct report *r)
{
	struct link links[GATHER_CERTS_MAX];
	struct chain_order chains[GATHER_CERTS_MAX];
	size_t n_chains;

	for (size_t i = 0; i < slot->n_pieces; i++)
		links[i] = (struct link){
		    .der = piece_der(slot, &slot->pieces[i]), .role = slot->pieces[i].role};
	n_chains = order_chains(links, slot->n_pieces, chains);
	for (size_t i = 0; i < n_chains; i++)
		emit_chain(r, slot, links, &chains[i]);
	if (!n_chains && (slot->n_pieces || slot->lost))
		emit(r, slot, OUTCOME_PARTIAL, NULL, 0);
	else if (!n_chains && slot->seen.alert_level)
		emit(r, slot, OUTCOME_NO_CERT, NULL, 0);
	slot->used = false;
}

static void slot_begin(struct slot *slot, const struct origin *o, int64_t when_ms)
{
	slot->used = true;
	slot->n_pieces = 0;
	slot->lost = false;
	slot->leaf_only = o->leaf_only;
	buf_reset(&slot->der);
	slot->seen = (struct observation){
	    .endpoint = o->endpoint,
	    .first_ms = when_ms,
	    .last_ms = when_ms,
	    .count = 1,
	    .evidence = EVIDENCE_IMPORT,
	};
	memcpy(slot->seen.hostname, o->hostname, sizeof(slot->seen.hostname));
}

static bool same_endpoint(const struct endpoint *a, const struct endpoint *b)
{
	return addr_eq(&a->addr, &b->addr) && a->port == b->port && a->transport == b->transport &&
	       strcmp(a->name, b->name) == 0;
}

static size_t set_of(const struct endpoint *e)
{
	uint32_t h = e->port;

	for (size_t i = 0; i < sizeof(e->addr.b); i++)
		h = (h ^ e->addr.b[i]) * 16777619u;
	return (h ^ h >> 16) % GATHER_SETS;
}

/* The slot of the endpoint, or one without any, or the one whose turn it is to leave; NULL: no
 * memory. */
static struct slot *slot_for(struct gather *g, const struct endpoint *e)
{
	struct slot **set = g->slots[set_of(e)], *oldest = NULL;

	for (size_t k = 0; k < GATHER_WAYS; k++) {
		if (!set[k]) {
			set[k] = calloc(1, sizeof(*set[k]));
			if (set[k])
				buf_init(&set[k]->der, GATHER_BYTES_MAX);
			return set[k];
		}
		if (set[k]->used && same_endpoint(&set[k]->seen.endpoint, e))
			return set[k];
		if (!oldest || set[k]->touched < oldest->touched)
			oldest = set[k];
	}
	return oldest;
}

static struct slot *slot_touch(struct gather *g, struct report *r, const struct origin *o)
{
	struct slot *slot = slot_for(g, &o->endpoint);
	int64_t when_ms = o->when_ms ? o->when_ms : r->when_ms;
	bool same;

	if (!slot) {
		r->no_memory = true;
		return NULL;
	}
	same = slot->used && same_endpoint(&slot->seen.endpoint, &o->endpoint) &&
	       when_ms <= slot->seen.last_ms + GATHER_WINDOW_MS &&
	       when_ms >= slot->seen.first_ms - GATHER_WINDOW_MS;
	if (!same && slot->used)
		slot_emit(slot, r);
	if (!same)
		slot_begin(slot, o, when_ms);
	if (when_ms < slot->seen.first_ms)
		slot->seen.first_ms = when_ms;
	if (when_ms > slot->seen.last_ms)
		slot->seen.last_ms = when_ms;
	slot->touched = ++g->clock;
	return slot;
}

static bool known(const struct slot *slot, struct span der)
{
	for (size_t i = 0; i < slot->n_pieces; i++)
		if (span_eq(piece_der(slot, &slot->pieces[i]), der))
			return true;
	return false;
}

void gather_cert(struct gather *g, struct report *r, const struct origin *o, struct span der,
    enum cert_role role, bool cut)
{
	struct slot *slot = slot_touch(g, r, o);
	size_t at = slot ? slot->der.n : 0;

	if (!slot)
		return;
	if (known(slot, der)) {
		r->counts.duplicates++;
		return;
	}
	if (slot->n_pieces < GATHER_CERTS_MAX)
		buf_span(&slot->der, der);
	if (slot->n_pieces == GATHER_CERTS_MAX || slot->der.full) {
		slot->der.full = false;
		slot->lost = true;
		return;
	}
	slot->pieces[slot->n_pieces++] = (struct piece){at, der.n, role, cut};
}

void gather_alert(
    struct gather *g, struct report *r, const struct origin *o, uint8_t level, uint8_t alert)
{
	struct slot *slot = slot_touch(g, r, o);

	if (!slot)
		return;
	slot->seen.alert_level = level;
	slot->seen.alert = alert;
}

void gather_handshake(
    struct gather *g, struct report *r, const struct origin *o, uint16_t version, uint16_t cipher)
{
	struct slot *slot = slot_touch(g, r, o);

	if (!slot)
		return;
	slot->seen.version = version;
	slot->seen.cipher = cipher;
}

/* The used slot that has been waiting longest; NULL: none is. */
static struct slot *next_slot(struct gather *g)
{
	struct slot *next = NULL;

	for (size_t i = 0; i < GATHER_SETS; i++)
		for (size_t k = 0; k < GATHER_WAYS; k++) {
			struct slot *slot = g->slots[i][k];

			if (slot && slot->used && (!next || slot->touched < next->touched))
				next = slot;
		}
	return next;
}

void gather_flush(struct gather *g, struct report *r)
{
	struct slot *slot;

	while ((slot = next_slot(g)))
		slot_emit(slot, r);
}
