/*
 * raw_answers.c: an answer proves itself by its cookie, which names no target: address and port do,
 * and the walk knows which of its steps those are. It settles the step, tells the sample, and, if
 * it says open, goes to the receiver, unless its host says so of every port (hosts.h).
 */
#include "scan/raw.h"

#include "scan/unreachable.h"

enum { RESETS = 2 }; /* of each SYN-ACK: ours and our kernel's */

void raw_tell_unreachable(struct raw *r, const struct target *t, int os_error)
{
	if (r->ops.on_unreachable && told_first(&r->told, &t->addr, os_error))
		r->ops.on_unreachable(r->context, &t->addr, t->port, os_error);
}

static void tell_open(struct raw *r, uint64_t step)
{
	struct target t = walk_target(&r->walk, step);
	const struct open open = {t.addr, t.port, -1, walk_index(&r->walk, step), t.name, t.alone};

	r->ops.on_open(r->context, &open);
}

void raw_found(struct raw *r, uint64_t step)
{
	struct target t = walk_target(&r->walk, step);

	switch (hosts_opened(r->hosts, &t.addr, r->config.is_usual(t.port), step)) {
	case HOSTS_GO:
		tell_open(r, step);
		break;
	case HOSTS_HOLD:
		break;
	case HOSTS_LIAR:
		steps_remove(&r->pending, step);
		break;
	}
}

/* What was held. */
static void host_known(void *context, uint64_t step, bool is_liar)
{
	struct raw *r = context;

	if (is_liar)
		steps_remove(&r->pending, step);
	else
		tell_open(r, step);
}

static void host_lies(void *context, const struct addr *a)
{
	struct raw *r = context;

	if (r->ops.on_liar)
		r->ops.on_liar(r->context, a);
}

static bool is_scanned(void *context, const struct addr *a, uint16_t port)
{
	const struct raw *r = context;

	return targets_covers(r->walk.targets, a, port);
}

const struct hosts_ops raw_hosts_ops = {
    .on_settled = host_known, .on_liar = host_lies, .is_scanned = is_scanned};

static void settled(struct raw *r, const struct answer *a, uint64_t step)
{
	struct target t = walk_target(&r->walk, step);

	switch (a->kind) {
	case ANSWER_OPEN:
		r->counts.open++;
		if (steps_add(&r->pending, step))
			raw_found(r, step);
		else
			r->counts.mishaps[MISHAP_FORGOTTEN]++;
		break;
	case ANSWER_CLOSED:
		r->counts.refused++;
		break;
	case ANSWER_UNREACHABLE:
		r->counts.unreachable++;
		raw_tell_unreachable(r, &t, unreachable_errno(a));
		break;
	case ANSWER_NONE:
		break;
	}
}

static enum settled_by settled_by(const struct answer *a, const struct probe_way *way)
{
	if (a->kind == ANSWER_UNREACHABLE)
		return unreachable_for_good(unreachable_errno(a)) ? SETTLED_ERROR
								  : SETTLED_DOUBTFUL;
	return way->pass == 1 && !way->second ? SETTLED_FIRST_ANSWER : SETTLED_LATER_ANSWER;
}

/* False: we know it already. */
static bool answered(struct raw *r, const struct answer *a, uint64_t step)
{
	const struct probe_way way = prober_way(&r->prober, a, step);
	enum settled known = segments_settle(&r->segments, step, settled_by(a, &way));
	bool is_news = known != SETTLED_BEFORE && known != SETTLED_UNKNOWN, is_second = false;

	if (a->kind != ANSWER_UNREACHABLE)
		is_second = sample_answered(
		    &r->sample, step, way.second, a->kind == ANSWER_CLOSED, loop_now_us(r->loop));
	r->counts.timeout -= known == SETTLED_LATE;
	r->counts.unreachable -= known == SETTLED_AFTER_ALL;
	r->counts.taken += known == SETTLED_OWED;
	r->counts.total += known == SETTLED_OWED;
	r->asked_owed -= known == SETTLED_OWED && r->asked_owed;
	if (is_news)
		settled(r, a, step);
	return is_news || is_second;
}

struct hearing {
	struct raw *raw;
	struct answer answer;
	bool is_news;
};

/* One of the targets at the address and port that answered. */
static bool heard_of(void *context, uint64_t k)
{
	struct hearing *h = context;
	uint64_t step;

	if (walk_find(&h->raw->walk, k, &step))
		h->is_news |= answered(h->raw, &h->answer, step);
	return true;
}

/* Of further passes, decoys, and whom our reset did not reach. A host may repeat itself for ever:
 * there are few resets for that, and what they cost neither slows down the scan nor holds up its
 * end. */
static void reset_again(struct raw *r, const struct answer *a)
{
	uint64_t now = loop_now_us(r->loop), wait_us;

	if (ceilings_allow(&r->ceilings, &a->from, now) && bucket_take(&r->repeats, now, &wait_us))
		(void)prober_reset(&r->prober, a);
}

/* Where each port is open, there are as many of them as of probes. */
static void reset(struct raw *r, const struct answer *a)
{
	if (!prober_reset(&r->prober, a))
		return;
	r->spoke_us = loop_now_us(r->loop);
	pace_spend(&r->pace, RESETS);
	for (unsigned i = 0; i < RESETS; i++)
		ceilings_spend(&r->ceilings, &a->from, r->spoke_us);
}

void raw_heard(void *context, const struct frame *frame)
{
	struct raw *r = context;
	struct hearing h = {.raw = r, .answer = answer_read(frame)};
	struct answer *a = &h.answer;

	if (a->kind == ANSWER_NONE || !prober_knows(&r->prober, a))
		return;
	if (addr_is_link_local(&a->from))
		a->from.zone = frame->interface;
	hosts_decoy_answer(r->hosts, &a->from, a->port, a->kind == ANSWER_OPEN);
	targets_find(r->walk.targets, &a->from, a->port, heard_of, &h);
	if (a->kind == ANSWER_OPEN && h.is_news)
		reset(r, a);
	else if (a->kind == ANSWER_OPEN)
		reset_again(r, a);
}
