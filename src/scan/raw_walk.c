/*
 * raw_walk.c: what a turn of the raw engine sends: the walk, step by step, and aside from it decoys
 * and the second questions of the sample. Who is not there, or whom no route leads to, is settled
 * without a packet; what packets do not reach is handed to the rest, a connect engine.
 */
#include "scan/raw.h"

#include "scan/unreachable.h"

/* What finds no room has lost its turn: it is a loss like others, and mended like them. */
static enum probed probe(struct raw *r, const struct target *t, const struct probe_way *way)
{
	enum probed probed = prober_send(&r->prober, t, way);

	if (probed == PROBE_FULL && !err_is(prober_flush(&r->prober)))
		probed = prober_send(&r->prober, t, way);
	if (probed == PROBE_SENT) {
		r->spoke_us = loop_now_us(r->loop);
		ceilings_spend(&r->ceilings, &t->addr, r->spoke_us);
	}
	r->counts.tried += probed == PROBE_SENT;
	r->counts.busy += probed == PROBE_FULL;
	return probed;
}

/* Nobody is at that address. */
static void absent(struct raw *r, uint64_t step)
{
	if (segments_settle(&r->segments, step, SETTLED_UNASKED) != SETTLED_NOW)
		return;
	r->counts.unreachable++;
	r->counts.absent++;
}

/* Our own routes say so: nobody need be asked. */
static void no_way(struct raw *r, const struct target *t, uint64_t step)
{
	if (segments_settle(&r->segments, step, SETTLED_UNASKED) != SETTLED_NOW)
		return;
	r->counts.unreachable++;
	r->unrouted++;
	raw_tell_unreachable(
	    r, t, unreachable_route(routes_find(r->config.links->routes, &t->addr)));
}

/* To the rest, or when it has room; the walk does not go on before. */
static void hand_over(struct raw *r, uint64_t step)
{
	r->waits = step;
	if (!engine_connect_ask(r->rest, walk_index(&r->walk, step)))
		return;
	r->waits = RAW_NOBODY;
	steps_add(&r->handed, step);
}

/* Those who are not there, or not ours, are settled without a packet. */
static unsigned ask(struct raw *r, const struct target *t, uint64_t now)
{
	uint64_t step = r->next.step;
	unsigned pass = r->next.pass;
	const struct probe_way way = {step, pass, false};
	bool is_mine = walk_is_mine(&r->walk, t);
	enum probed probed = is_mine ? probe(r, t, &way) : PROBE_ELSEWHERE;

	if (probed == PROBE_ELSEWHERE) {
		segments_settle(&r->segments, step, SETTLED_UNASKED);
		if (is_mine)
			hand_over(r, step);
		return is_mine;
	}
	r->counts.taken += pass == 1;
	r->counts.passes = pass > r->counts.passes ? pass : r->counts.passes;
	if (probed == PROBE_ABSENT)
		absent(r, step);
	if (probed == PROBE_NO_WAY)
		no_way(r, t, step);
	if (probed == PROBE_ABSENT || probed == PROBE_NO_WAY)
		return 0;
	r->asked_owed += pass == 2 && step < r->first;
	if (pass == 1)
		sample_asked(&r->sample, step, pace_rate(&r->pace), now);
	return 1;
}

static unsigned ask_second(struct raw *r, uint64_t step)
{
	struct target t = walk_target(&r->walk, step);
	const struct probe_way way = {step, 1, true};

	return probe(r, &t, &way) == PROBE_SENT;
}

/* What is not of the walk; how many. It goes on while the walk is held back: found ports wait for
 * decoys. */
static uint32_t send_asides(struct raw *r, uint32_t allowed, uint64_t now)
{
	const struct probe_way decoy_way = {.pass = 1};
	struct target decoy = {.name = ""};
	uint32_t sent = 0;
	uint64_t step;

	while (sent < allowed && hosts_decoy_due(r->hosts, now, &decoy.addr, &decoy.port))
		sent += probe(r, &decoy, &decoy_way) == PROBE_SENT;
	while (sent < allowed && sample_due(&r->sample, now, &step))
		sent += ask_second(r, step);
	pace_spend(&r->pace, sent);
	return sent;
}

/* The walk is random, so what comes first is nearly always free; where it is not, all that is to be
 * asked are few hosts, and the walk can only wait for them. */
static bool next_step(struct raw *r, struct target *ret_target, uint64_t now)
{
	struct asked *next = &r->next;

	if (!next->pass && !segments_next(&r->segments, &r->limits, now, &next->step, &next->pass))
		return false;
	*ret_target = walk_target(&r->walk, next->step);
	return !walk_is_mine(&r->walk, ret_target) ||
	       ceilings_allow(&r->ceilings, &ret_target->addr, now);
}

/* As many as may go: *ret_sent. True: there is more to send now. */
static bool send_walk(struct raw *r, uint32_t allowed, uint64_t now, uint32_t *ret_sent)
{
	uint64_t tried = r->counts.tried;
	unsigned steps = 0, sent = 0;
	struct target t;
	bool more = true;

	if (r->waits != RAW_NOBODY)
		hand_over(r, r->waits);
	while (r->waits == RAW_NOBODY && sent < allowed && steps++ < STEPS_A_TURN) {
		more = next_step(r, &t, now);
		if (!more)
			break;
		sent += ask(r, &t, now);
		r->next.pass = 0;
	}
	pace_spend(&r->pace, (uint32_t)(r->counts.tried - tried)); /* connections: spend_talks */
	*ret_sent = sent;
	return more && steps > STEPS_A_TURN;
}

/* Somewhere among so many packets. */
static uint32_t place_of_asides(struct raw *r, uint32_t allowed)
{
	uint64_t n = r->ticks++;

	return (uint32_t)(siphash(&r->config.key, &n, sizeof(n)) % (allowed + 1u));
}

/* The first places of a turn are the best ones in the queue of a bottleneck: if the second
 * questions of the sample always had them, they would not be lost like others, and tell of no
 * loss. */
bool raw_send(struct raw *r, uint64_t now)
{
	uint32_t allowed = pace_allows(&r->pace, now), before = 0, after;
	bool is_held = r->paused || r->pending.n >= PENDING_MAX;
	bool walks = !is_held && sweep_done(r->sweep, now), more = false;

	if (walks)
		more = send_walk(r, place_of_asides(r, allowed), now, &before);
	allowed -= before;
	allowed -= send_asides(r, allowed, now);
	if (walks)
		return send_walk(r, allowed, now, &after) || more;
	if (!is_held)
		pace_spend(&r->pace, sweep_step(r->sweep, allowed, now));
	return false;
}
