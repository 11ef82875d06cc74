/*
 * engine_raw.c: a timer sends what the pace allows: first who is there on our own networks
 * (sweep.h), then the walk, segment by segment (segments.h). Answers come by the ears, prove
 * themselves by their cookie, and settle their target; an open port goes to the receiver at once.
 *
 * Our kernel knows nothing of these SYNs and answers each SYN-ACK with a reset, which is what we
 * want: nothing half-open stays behind. So do we, for where a firewall of this machine swallows
 * SYN-ACKs the kernel does not hear of them.
 */
#include "scan/engine_raw.h"

#include "scan/ceilings.h"
#include "scan/hosts.h"
#include "scan/limits.h"
#include "scan/patience.h"
#include "scan/prober.h"
#include "scan/sample.h"
#include "scan/segments.h"
#include "scan/stall.h"
#include "scan/steps.h"
#include "scan/told.h"
#include "scan/unreachable.h"

#include <errno.h>
#include <stdlib.h>

enum {
	TICK_US = 1000,
	ROUTES_US = 60 * 1000 * 1000, /* until we look again at the routers' addresses */
	LOOK_US = 250 * 1000, /* at losses, to change the pace */
	SPAN_US = 250 * 1000,
	SPAN_MIN_US = 50 * 1000,
	DOUBT_US = 8 * 1000 * 1000, /* a crash in the first seconds repeats as much */
	LINGER_US = 300 * 1000, /* after the last packet: its SYN-ACK must not stay half-open */
};

struct ear {
	struct raw *raw;
	struct caplive *live;
	caplive_frame_fn *heard;
	struct watch watch;
};

static const uint64_t NOBODY = UINT64_MAX;

struct raw {
	struct engine engine;
	struct loop *loop;
	struct budget *budget;
	struct engine_raw_config config;
	struct engine_ops ops;
	void *context;
	struct walk walk;
	struct prober prober;
	struct engine *rest; /* connects where packets do not go */
	struct sweep *sweep;
	struct hosts *hosts;
	struct segments segments;
	struct segments_limits limits;
	struct sample sample;
	struct pace pace;
	struct ceilings ceilings;
	struct told told;
	struct stall stall;
	struct engine_counts counts;
	uint64_t unrouted; /* unreachable for no route leads there */
	struct ear answers, neighbours[RAW_LINKS_MAX];
	struct steps pending; /* found, and the receiver has not done with them */
	struct steps handed; /* to the rest, which has not done with them */
	uint64_t waits; /* a step that the rest has no room for; NOBODY: none */
	struct asked {
		uint64_t step;
		unsigned pass;
	} next; /* whose host has met enough for now; pass 0: none */
	struct loop_timer tick;
	uint64_t looked_us, routed_us;
	uint64_t spoke_us; /* the last packet was handed over */
	struct cohort
	    full; /* those of which not surely some were lost, whatever the pace makes of it */
	struct pace_signs signs; /* up to the last look */
	uint64_t talked; /* packets of connections, up to the last tick */
	uint64_t ticks;
	bool started, stopped, paused, done;
};

/* Probes. */

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

static void tell_unreachable(struct raw *r, const struct target *t, int os_error)
{
	if (r->ops.on_unreachable && told_first(&r->told, &t->addr, os_error))
		r->ops.on_unreachable(r->context, &t->addr, t->port, os_error);
}

/* Our own routes say so: nobody need be asked. */
static void no_way(struct raw *r, const struct target *t, uint64_t step)
{
	if (segments_settle(&r->segments, step, SETTLED_UNASKED) != SETTLED_NOW)
		return;
	r->counts.unreachable++;
	r->unrouted++;
	tell_unreachable(r, t, unreachable_route(routes_find(r->config.links->routes, &t->addr)));
}

/* To the rest, or when it has room; the walk does not go on before. */
static void hand_over(struct raw *r, uint64_t step)
{
	r->waits = step;
	if (!engine_connect_ask(r->rest, walk_index(&r->walk, step)))
		return;
	r->waits = NOBODY;
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

	if (r->waits != NOBODY)
		hand_over(r, r->waits);
	while (more && r->waits == NOBODY && sent < allowed && steps++ < STEPS_A_TURN) {
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

/* Since the beginning. */
static struct pace_signs signs_now(const struct raw *r)
{
	struct tx_counts sent = prober_counts(&r->prober);

	return (struct pace_signs){
	    .given = sent.sent + sent.dropped + r->counts.busy,
	    .lost = sent.dropped + r->counts.busy + raw_links_unheard(r->config.links),
	    .sample = r->sample.soon,
	};
}

static void signs_less(struct pace_signs *s, const struct pace_signs *before)
{
	s->given -= before->given;
	s->lost -= before->lost;
	s->sample.both -= before->sample.both;
	s->sample.one -= before->sample.one;
}

static void look(struct raw *r, uint64_t now)
{
	struct pace_signs signs;

	if (now - r->looked_us < LOOK_US)
		return;
	r->looked_us = now;
	signs = signs_now(r);
	signs_less(&signs, &r->signs);
	pace_look(&r->pace, &signs, now);
	r->signs = signs_now(r);
	r->limits.wait_us = patience_us(&r->sample);
	if (now - r->routed_us < ROUTES_US)
		return;
	r->routed_us = now;
	if (err_is(routes_refresh(r->config.links->routes)))
		r->counts.mishaps[MISHAP_ROUTERS]++;
}

/* What the receiver sends is of the same pace. A connection of the rest that finds nothing open is
 * no talk, but one packet. */
static void spend_talks(struct raw *r)
{
	struct engine_counts rest = engine_counts(r->rest);
	uint64_t packets = budget_taken(r->budget) * ENGINE_PACKETS_A_TALK -
			   (rest.tried - rest.open) * (ENGINE_PACKETS_A_TALK - 1);

	pace_spend(&r->pace, (uint32_t)(packets - r->talked));
	r->talked = packets;
}

static void check_done(struct raw *r)
{
	if (r->done || r->stopped || r->stall.link || r->next.pass ||
	    !segments_over(&r->segments) || r->pending.n || r->handed.n || r->waits != NOBODY ||
	    hosts_next_us(r->hosts) != UINT64_MAX || loop_now_us(r->loop) < r->spoke_us + LINGER_US)
		return;
	r->done = true;
	loop_timer_cancel(r->loop, &r->tick);
	r->ops.on_done(r->context);
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
static bool send_some(struct raw *r, uint64_t now)
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

/* Answers. */

static void tell_open(struct raw *r, uint64_t step)
{
	struct target t = walk_target(&r->walk, step);
	const struct open open = {t.addr, t.port, -1, walk_index(&r->walk, step), t.name, t.alone};

	r->ops.on_open(r->context, &open);
}

/* Open, unless its host says so of every port. */
static void found(struct raw *r, uint64_t step)
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

static const struct hosts_ops hosts_ops = {
    .on_settled = host_known, .on_liar = host_lies, .is_scanned = is_scanned};

static void settled(struct raw *r, const struct answer *a, uint64_t step)
{
	struct target t = walk_target(&r->walk, step);

	switch (a->kind) {
	case ANSWER_OPEN:
		r->counts.open++;
		if (steps_add(&r->pending, step))
			found(r, step);
		else
			r->counts.mishaps[MISHAP_FORGOTTEN]++;
		break;
	case ANSWER_CLOSED:
		r->counts.refused++;
		break;
	case ANSWER_UNREACHABLE:
		r->counts.unreachable++;
		tell_unreachable(r, &t, unreachable_errno(a));
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

static void answered(struct raw *r, const struct answer *a, uint64_t step)
{
	const struct probe_way way = prober_way(&r->prober, a, step);
	enum settled known = segments_settle(&r->segments, step, settled_by(a, &way));

	if (a->kind != ANSWER_UNREACHABLE)
		sample_answered(
		    &r->sample, step, way.second, a->kind == ANSWER_CLOSED, loop_now_us(r->loop));
	r->counts.timeout -= known == SETTLED_LATE;
	r->counts.unreachable -= known == SETTLED_AFTER_ALL;
	if (known != SETTLED_BEFORE && known != SETTLED_UNKNOWN)
		settled(r, a, step);
}

struct hearing {
	struct raw *raw;
	struct answer answer;
};

/* One of the targets at the address and port that answered. */
static bool heard_of(void *context, uint64_t k)
{
	struct hearing *h = context;
	uint64_t step;

	if (walk_find(&h->raw->walk, k, &step))
		answered(h->raw, &h->answer, step);
	return true;
}

static void neighbour_heard(void *context, const struct frame *frame)
{
	const struct ear *ear = context;

	sweep_heard(ear->raw->sweep, (int)frame->interface, frame);
}

static void heard(void *context, const struct frame *frame)
{
	const struct ear *ear = context;
	struct raw *r = ear->raw;
	struct hearing h = {r, answer_read(frame)};
	struct answer *a = &h.answer;

	if (a->kind == ANSWER_NONE || !prober_knows(&r->prober, a))
		return;
	if (addr_is_link_local(&a->from))
		a->from.zone = frame->interface;
	hosts_decoy_answer(r->hosts, &a->from, a->port, a->kind == ANSWER_OPEN);
	targets_find(r->walk.targets, &a->from, a->port, heard_of, &h);
	if (a->kind == ANSWER_OPEN && prober_reset(&r->prober, a))
		r->spoke_us = loop_now_us(r->loop);
}

/* A loop that was busy elsewhere has left answers in the ears: they are read before the share of a
 * cohort is taken. */
static void tell_cohorts(struct raw *r, uint64_t now)
{
	if (!segments_cohort_due(&r->segments, &r->limits, now))
		return;
	caplive_read(r->answers.live, heard, &r->answers);
	while (segments_cohort_due(&r->segments, &r->limits, now)) {
		struct cohort c = segments_cohort(&r->segments);

		pace_cohort(&r->pace, &c, now);
		if (cohort_surely_passing(&c, &r->full) >= 1)
			cohort_remember(&r->full, &c);
	}
}

static void flush(struct raw *r, uint64_t now)
{
	bool failed = err_is(prober_flush(&r->prober));
	const char *news = stall_look(&r->stall, failed ? r->prober.stuck : NULL, now);

	if (news && r->ops.on_trouble)
		r->ops.on_trouble(r->context, news, r->stall.given_up);
}

static void ticked(struct loop_timer *t)
{
	struct raw *r = t->context;
	uint64_t now = loop_now_us(r->loop);
	struct segments_loss loss;
	bool more;

	if (r->stall.link) {
		flush(r, now);
		loop_timer_arm(r->loop, t, TICK_US);
		return;
	}
	sample_look(&r->sample, r->limits.wait_us, now);
	loss = (struct segments_loss){.well = r->full};
	loss.known = sample_loss(&r->sample, &loss.likely, &loss.at_most);
	r->counts.timeout += segments_judge(&r->segments, &r->limits, &loss, now);
	look(r, now);
	r->limits.soon_us = patience_soon_us(&r->sample);
	hosts_patience(r->hosts, r->limits.soon_us);
	tell_cohorts(r, now);
	r->limits.rate = pace_rate(&r->pace);
	r->limits.answers = pace_answers_wanted(&r->pace, now);
	spend_talks(r);
	more = send_some(r, now);
	flush(r, now);
	if (more)
		loop_timer_soon(r->loop, t);
	else
		loop_timer_arm(r->loop, t, TICK_US);
	check_done(r);
}

static void ear_ready(struct watch *w, unsigned events)
{
	struct ear *ear = w->context;

	(void)events;
	caplive_read(ear->live, ear->heard, ear);
	check_done(ear->raw);
}

static struct err ear_watch(
    struct raw *r, struct ear *ear, struct caplive *live, caplive_frame_fn *heard_by)
{
	*ear = (struct ear){.raw = r, .live = live, .heard = heard_by};
	ear->watch = (struct watch){
	    .fd = caplive_fd(live), .events = LOOP_READ, .ready = ear_ready, .context = ear};
	return watch_add(r->loop, &ear->watch);
}

/* The interface. */

static struct err start(struct engine *engine)
{
	struct raw *r = (struct raw *)engine;
	struct err e = r->started ? err_bug("scan engine started twice") : OK;

	r->started = true;
	if (!err_is(e))
		e = ear_watch(r, &r->answers, r->config.links->ear, heard);
	for (size_t i = 0; i < r->config.links->n && !err_is(e); i++)
		e = ear_watch(r, &r->neighbours[i], r->config.links->v[i].ear, neighbour_heard);
	for (size_t i = r->pending.n; i > 0; i--) /* who is done with at once leaves its place */
		tell_open(r, r->pending.v[i - 1]);
	pace_init(&r->pace, &r->config.pace, loop_now_us(r->loop));
	loop_timer_arm(r->loop, &r->tick, TICK_US);
	return err_is(e) ? e : engine_start(r->rest);
}

static void stop(struct engine *engine)
{
	struct raw *r = (struct raw *)engine;

	r->stopped = true;
	if (r->rest)
		engine_stop(r->rest);
	loop_timer_cancel(r->loop, &r->tick);
	watch_remove(&r->answers.watch);
	for (size_t i = 0; i < RAW_LINKS_MAX; i++)
		watch_remove(&r->neighbours[i].watch);
}

static void release(struct engine *engine)
{
	struct raw *r = (struct raw *)engine;

	stop(engine);
	sweep_free(r->sweep);
	hosts_free(r->hosts);
	segments_done(&r->segments);
	told_done(&r->told);
	ceilings_done(&r->ceilings);
	raw_links_close(r->config.links);
	steps_done(&r->pending);
	steps_done(&r->handed);
	engine_free(r->rest);
	free(r);
}

static void finished(struct engine *engine, uint64_t index)
{
	struct raw *r = (struct raw *)engine;
	uint64_t step;

	if (!walk_step(&r->walk, index, &step))
		return;
	steps_remove(&r->pending, step);
	if (steps_remove(&r->handed, step))
		engine_finished(r->rest, index);
	check_done(r);
}

/* More than can be held are found anew. */
static uint64_t low_step(const struct raw *r)
{
	uint64_t low = segments_low(&r->segments);

	low = steps_low(&r->pending, ENGINE_HELD_MAX, low);
	low = steps_low(&r->handed, 0, low);
	return r->waits < low ? r->waits : low;
}

static void add_mishaps(const struct raw *r, uint64_t mishaps[MISHAPS])
{
	struct tx_counts sent = prober_counts(&r->prober);

	mishaps[MISHAP_UNSENT] += sent.dropped + r->counts.busy;
	mishaps[MISHAP_UNHEARD] += raw_links_unheard(r->config.links);
	mishaps[MISHAP_NEIGHBOURS] += sweep_counts(r->sweep).no_room;
	mishaps[MISHAP_UNHELD] += hosts_counts(r->hosts).unheld;
}

/* By the whole sample: what was known of it when a segment ended was less. */
static void estimate(const struct raw *r, struct engine_counts *counts)
{
	const struct survey *survey = &r->segments.survey;

	if (r->sample.open.both + r->sample.open.one == 0)
		return;
	counts->surveyed = survey_asked(survey) * 1000;
	counts->covered =
	    (uint64_t)(survey_covered(survey, recapture_loss(&r->sample.open)) * 1000);
}

static struct engine_counts counts(const struct engine *engine)
{
	const struct raw *r = (const struct raw *)engine;
	struct engine_counts counts = r->counts, rest = engine_counts(r->rest);
	uint64_t low = low_step(r);

	counts.probes = counts.tried; /* of ours all are */
	counts.probed = counts.taken - counts.absent - r->unrouted;
	counts.answered =
	    counts.open + counts.refused + counts.unreachable - counts.absent - r->unrouted;
	engine_counts_add(&counts, &rest);
	counts.low_water =
	    low == r->walk.steps ? targets_count(r->walk.targets) : walk_index(&r->walk, low);
	if (segments_over(&r->segments))
		counts.total = counts.taken;
	estimate(r, &counts);
	counts.disbelieved = hosts_counts(r->hosts).disbelieved;
	add_mishaps(r, counts.mishaps);
	return counts;
}

/* What is found above the mark, a resume finds anew. */
static size_t held(const struct engine *engine, uint64_t ret_index[ENGINE_HELD_MAX])
{
	const struct raw *r = (const struct raw *)engine;
	uint64_t low = low_step(r);
	size_t n = 0;

	for (size_t i = 0; i < r->pending.n && i < ENGINE_HELD_MAX; i++)
		if (r->pending.v[i] < low)
			ret_index[n++] = walk_index(&r->walk, r->pending.v[i]);
	return n;
}

static void pause_walk(struct engine *engine, bool paused)
{
	struct raw *r = (struct raw *)engine;

	r->paused = paused;
	engine_pause(r->rest, paused);
}

static const struct engine_kind kind = {
    .start = start,
    .stop = stop,
    .free = release,
    .finished = finished,
    .counts = counts,
    .pause = pause_walk,
    .held = held,
};

static bool send_frame(void *context, int link, const uint8_t *bytes, size_t n)
{
	struct raw *r = context;
	struct raw_link *l = raw_links_find(r->config.links, link);
	uint8_t *frame = l ? tx_frame(l->tx) : NULL;

	if (!frame)
		return false;
	memcpy(frame, bytes, n);
	tx_put(l->tx, n);
	return true;
}

/* From the rest. */

static void rest_open(void *context, const struct open *open)
{
	struct raw *r = context;

	r->ops.on_open(r->context, open);
}

static void rest_closed(void *context, uint64_t index)
{
	struct raw *r = context;
	uint64_t step;

	if (walk_step(&r->walk, index, &step))
		steps_remove(&r->handed, step);
	check_done(r);
}

static void rest_unreachable(void *context, const struct addr *a, uint16_t port, int os_error)
{
	struct raw *r = context;

	if (r->ops.on_unreachable)
		r->ops.on_unreachable(r->context, a, port, os_error);
}

static const struct engine_ops rest_ops = {
    .on_open = rest_open, .on_unreachable = rest_unreachable, .on_closed = rest_closed};

static struct err rest_make(struct raw *r)
{
	struct engine_config config = r->config.walk;

	config.fed = true;
	return engine_connect_new(r->loop, r->budget, &config, &rest_ops, r, &r->rest);
}

static struct err make(struct raw *r)
{
	const struct engine_config *c = &r->config.walk;
	struct sweep_config sweep = {.targets = c->targets,
	    .routes = r->config.links->routes,
	    .send = send_frame,
	    .context = r,
	    .key = r->config.key,
	    .share = c->share};
	uint64_t count = targets_count(c->targets), first, step;
	struct err e = walk_init(&r->walk, c->targets, c->seed, &c->share);

	if (!err_is(e))
		e = sweep_new(&sweep, &r->sweep);
	if (!err_is(e))
		e = hosts_new(&r->config.key, &hosts_ops, r, &r->hosts);
	if (err_is(e))
		return e;
	for (size_t i = 0; i < c->n_held; i++)
		if (walk_step(&r->walk, c->held[i], &step) && step < r->walk.steps &&
		    !steps_add(&r->pending, step))
			return err_io(ENOMEM, "scan engine");
	prober_init(&r->prober, r->config.links, r->sweep, &r->config.key);
	first = walk_steps_below(&r->walk, c->first < count ? c->first : count);
	r->counts.total = walk_mine(&r->walk, first);
	e = rest_make(r);
	if (err_is(e))
		return e;
	return segments_init(&r->segments, first, r->walk.steps) &&
		       ceilings_init(&r->ceilings, &r->config.ceilings)
		   ? OK
		   : err_io(ENOMEM, "scan engine");
}

struct err engine_raw_new(struct loop *loop, struct budget *budget,
    const struct engine_raw_config *config, const struct engine_ops *ops, void *context,
    struct engine **ret_engine)
{
	struct raw *r = calloc(1, sizeof(*r));
	struct err e;

	if (!r) {
		raw_links_close(config->links);
		return err_io(ENOMEM, "scan engine");
	}
	*r = (struct raw){.engine = {&kind},
	    .loop = loop,
	    .budget = budget,
	    .config = *config,
	    .ops = *ops,
	    .context = context,
	    .waits = NOBODY,
	    .limits = {.wait_us = patience_us(&r->sample),
		.doubt_us = DOUBT_US,
		.span_us = SPAN_US,
		.span_min_us = SPAN_MIN_US,
		.soon_us = patience_soon_us(&r->sample),
		.missed = 1 - config->coverage,
		.passes = PASSES_MAX}};
	r->tick = (struct loop_timer){.fire = ticked, .context = r};
	e = make(r);
	if (err_is(e))
		release(&r->engine);
	else
		*ret_engine = &r->engine;
	return e;
}
