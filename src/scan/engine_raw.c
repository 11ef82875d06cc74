/*
 * engine_raw.c: a timer sends what the pace allows: first who is there on our own networks
 * (sweep.h), then the walk, segment by segment (segments.h). Answers come by the ears, prove
 * themselves by their cookie, and settle their target; an open port goes to the receiver at once.
 *
 * Our kernel knows nothing of these SYNs and answers each SYN-ACK with a reset, which is what we
 * want: nothing half-open stays behind. So do we, for where a firewall of this machine swallows
 * SYN-ACKs the kernel does not hear of them.
 */
#include "scan/raw.h"

#include "scan/judge.h"
#include "scan/patience.h"

#include <errno.h>
#include <stdlib.h>

enum {
	TICK_US = 1000,
	LOOK_US = 250 * 1000, /* at losses, to change the pace */
	SPAN_US = 250 * 1000,
	SPAN_MIN_US = 50 * 1000,
	DOUBT_US = 8 * 1000 * 1000, /* for evidence of loss, in the beginning or in silence */
	HEARD_US = 250 * 1000, /* for a checkpoint: who is later is missed if we die meanwhile */
	UNNOTICED_US = 1000 * 1000, /* nothing comes through, and nobody has told us yet */
	LINGER_US = 300 * 1000, /* after the last packet: its SYN-ACK must not stay half-open */
};

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

/* Only at the end of a tick: whoever is told may free the engine, in nobody's middle. */
static void check_done(struct raw *r)
{
	if (r->done || r->stopped || r->stall.link || ways_watch_moved(r->ways) || r->next.pass ||
	    !segments_over(&r->segments) || r->pending.n || r->handed.n || r->waits != RAW_NOBODY ||
	    hosts_next_us(r->hosts) != UINT64_MAX || loop_now_us(r->loop) < r->spoke_us + LINGER_US)
		return;
	r->done = true;
	loop_timer_cancel(r->loop, &r->tick);
	r->ops.on_done(r->context);
}

static void neighbour_heard(void *context, const struct frame *frame)
{
	const struct raw *r = context;

	sweep_heard(r->sweep, (int)frame->interface, frame);
}

/* All that has answered is heard before the share of a cohort is taken. */
static void tell_cohorts(struct raw *r, uint64_t now)
{
	if (!segments_cohort_due(&r->segments, &r->limits, now))
		return;
	ear_read(&r->answers);
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

/* A link is down, or leads elsewhere. What was sent a moment before was lost, too. */
static bool is_deaf(struct raw *r, uint64_t now)
{
	bool deaf = r->stall.link || ways_watch_moved(r->ways);

	if (deaf && !r->deaf_us)
		r->deaf_us = now > UNNOTICED_US ? now - UNNOTICED_US : 1;
	if (!deaf && r->deaf_us) {
		segments_deaf(&r->segments, r->deaf_us, now);
		r->deaf_us = 0;
	}
	return deaf;
}

static void ticked(struct loop_timer *t)
{
	struct raw *r = t->context;
	uint64_t now = loop_now_us(r->loop);
	struct loss_now loss;
	bool more;

	if (r->stall.link)
		ways_watch_later(r->ways);
	if (is_deaf(r, now)) {
		flush(r, now);
		loop_timer_arm(r->loop, t, TICK_US);
		return;
	}
	sample_look(&r->sample, r->limits.wait_us, now);
	loss = (struct loss_now){.well = r->full};
	loss.known = sample_loss(&r->sample, &loss.likely, &loss.at_most);
	r->counts.timeout += judge_segments(&r->segments, &r->limits, &loss, now);
	look(r, now);
	r->limits.soon_us = patience_soon_us(&r->sample);
	hosts_patience(r->hosts, r->limits.soon_us);
	tell_cohorts(r, now);
	r->limits.rate = pace_rate(&r->pace);
	r->limits.answers = pace_answers_wanted(&r->pace, now);
	spend_talks(r);
	more = raw_send(r, now);
	flush(r, now);
	if (more)
		loop_timer_soon(r->loop, t);
	else
		loop_timer_arm(r->loop, t, TICK_US);
	check_done(r);
}

/* The interface. */

static struct err start(struct engine *engine)
{
	struct raw *r = (struct raw *)engine;
	struct err e = r->started ? err_bug("scan engine started twice") : OK;

	r->started = true;
	if (!err_is(e))
		e = ear_open(&r->answers, r->loop, r->config.links->ear, raw_heard, r);
	for (size_t i = 0; i < r->config.links->n && !err_is(e); i++)
		e = ear_open(
		    &r->neighbours[i], r->loop, r->config.links->v[i].ear, neighbour_heard, r);
	for (size_t i = r->pending.n; i > 0; i--) /* who is done with at once leaves its place */
		raw_found(r, r->pending.v[i - 1]);
	pace_init(&r->pace, &r->config.pace, loop_now_us(r->loop));
	bucket_init(&r->repeats, REPEATS_RATE, REPEATS_BURST_US);
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
	ear_close(&r->answers);
	for (size_t i = 0; i < RAW_LINKS_MAX; i++)
		ear_close(&r->neighbours[i]);
}

static void release(struct engine *engine)
{
	struct raw *r = (struct raw *)engine;

	stop(engine);
	ways_watch_free(r->ways);
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
}

static uint64_t asked_step(const struct raw *r, unsigned passes)
{
	uint64_t soon_us = r->limits.soon_us < HEARD_US ? r->limits.soon_us : HEARD_US;
	const struct segments_asked asked = {.passes = passes, .heard_us = soon_us};

	return segments_mark(&r->segments, &asked, r->deaf_us ? r->deaf_us : loop_now_us(r->loop));
}

/* More than can be held are found anew. */
static uint64_t low_step(const struct raw *r)
{
	uint64_t low = asked_step(r, 1);

	low = steps_low(&r->pending, ENGINE_HELD_MAX, low);
	low = steps_low(&r->handed, 0, low);
	return r->waits < low ? r->waits : low;
}

static uint64_t index_of(const struct raw *r, uint64_t step)
{
	return step == r->walk.steps ? targets_count(r->walk.targets) : walk_index(&r->walk, step);
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
	uint64_t low = low_step(r), owed;

	/* A third question is for few, and not worth that all are asked a second time again. */
	owed = asked_step(r, 2);

	counts.probes = counts.tried; /* of ours all are */
	counts.probed = counts.taken + r->asked_owed - counts.absent - r->unrouted;
	counts.answered =
	    counts.open + counts.refused + counts.unreachable - counts.absent - r->unrouted;
	engine_counts_add(&counts, &rest);
	counts.low_water = index_of(r, low);
	counts.owed = counts.low_water - index_of(r, owed < low ? owed : low);
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

/* Where many links lead to targets not all are open: what lies behind the others goes to the
 * rest. */
static bool is_open(void *context, int link)
{
	const struct raw *r = context;

	return raw_links_find(r->config.links, link) != NULL;
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

static void way_trouble(void *context, const char *text, bool is_last)
{
	struct raw *r = context;

	if (r->ops.on_trouble && (is_last || !r->stall.link))
		r->ops.on_trouble(r->context, text, is_last);
}

/* How many steps are below these of the configuration. */
static uint64_t steps_below(const struct raw *r, uint64_t index)
{
	uint64_t count = targets_count(r->walk.targets);

	return walk_steps_below(&r->walk, index < count ? index : count);
}

/* Of what an earlier process asked once, ours only, and not what it has found. */
static void owe(struct raw *r, uint64_t from, uint64_t first)
{
	segments_owe(&r->segments, from, loop_now_us(r->loop));
	for (uint64_t step = from; step < first; step++) {
		struct target t = walk_target(&r->walk, step);

		if (!walk_is_mine(&r->walk, &t))
			segments_settle(&r->segments, step, SETTLED_UNASKED);
	}
	for (size_t i = 0; i < r->pending.n; i++)
		segments_settle(&r->segments, r->pending.v[i], SETTLED_UNASKED);
}

static struct err make_segments(struct raw *r)
{
	const struct engine_config *c = &r->config.walk;
	uint64_t first = steps_below(r, c->first);
	uint64_t owed = steps_below(r, c->owed < c->first ? c->first - c->owed : 0);

	if (first - owed > SEGMENTS_OWED_MAX)
		first = owed;
	for (size_t i = r->pending.n; i > 0; i--) /* what is walked again is found again */
		if (r->pending.v[i - 1] >= first)
			steps_remove(&r->pending, r->pending.v[i - 1]);
	r->first = first;
	r->counts.total = walk_mine(&r->walk, first);
	if (!segments_init(&r->segments, first, r->walk.steps) ||
	    !ceilings_init(&r->ceilings, &r->config.ceilings))
		return err_io(ENOMEM, "scan engine");
	owe(r, owed, first);
	return OK;
}

static struct err make(struct raw *r)
{
	const struct engine_config *c = &r->config.walk;
	struct sweep_config sweep = {.targets = c->targets,
	    .routes = r->config.links->routes,
	    .send = send_frame,
	    .reaches = is_open,
	    .context = r,
	    .key = r->config.key,
	    .share = c->share};
	uint64_t step;
	struct err e = walk_init(&r->walk, c->targets, c->seed, &c->share);

	if (!err_is(e))
		e = sweep_new(&sweep, &r->sweep);
	if (!err_is(e))
		e = hosts_new(&r->config.key, &raw_hosts_ops, r, &r->hosts);
	if (!err_is(e))
		e = ways_watch_new(
		    r->loop, r->config.links->routes, c->targets, way_trouble, r, &r->ways);
	if (err_is(e))
		return e;
	for (size_t i = 0; i < c->n_held; i++)
		if (walk_step(&r->walk, c->held[i], &step) && step < r->walk.steps &&
		    !steps_add(&r->pending, step))
			return err_io(ENOMEM, "scan engine");
	prober_init(&r->prober, r->config.links, r->sweep, &r->config.key);
	e = rest_make(r);
	return err_is(e) ? e : make_segments(r);
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
	    .waits = RAW_NOBODY,
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
