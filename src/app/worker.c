/*
 * worker.c: wires one worker: engine (finds open ports) -> grab (talks) -> judging -> keeper. It
 * stops finding while the keeper cannot follow, and tells its counts and its low-water mark a few
 * times a second.
 */
#include "app/worker.h"

#include "app/channel.h"
#include "app/hints.h"
#include "app/judging.h"
#include "app/limits.h"
#include "app/reasons.h"
#include "grab/grab.h"
#include "net/conntrack.h"
#include "net/neigh.h"
#include "scan/engine_raw.h"
#include "wire/key_shares.h"
#include "wire/services.h"

#include <stdio.h>
#include <stdlib.h>

struct worker {
	const struct scan_plan *plan;
	uint32_t index;
	struct loop *loop;
	struct channel *keeper;
	struct budget *budget;
	struct conntrack *conntrack;
	struct neigh *neigh;
	struct reasons reasons;
	struct dns *dns;
	struct key_shares *shares;
	struct hints *hints;
	struct judging *judging;
	struct grab *grab;
	struct engine *engine;
	struct loop_timer progress;
	uint64_t run;
	struct buf held;
	bool grab_busy, done;
	struct err error;
};

static void worker_fail(struct worker *w, struct err e)
{
	if (err_is(e) && !err_is(w->error))
		w->error = e;
	if (err_is(e))
		loop_stop(w->loop);
}

static void tell(struct worker *w, const struct record *record)
{
	worker_fail(w, channel_send(w->keeper, record));
}

_Static_assert((int)ENGINE_HELD_MAX == (int)PROGRESS_HELD_MAX, "a checkpoint has room for all");

/* Open ports that the grabber has not done with, as a checkpoint has them. */
static struct span held_of(struct worker *w)
{
	uint64_t index[ENGINE_HELD_MAX];
	size_t n = engine_held(w->engine, index);

	w->held.n = 0;
	for (size_t i = 0; i < n; i++)
		progress_held_put(&w->held, index[i]);
	return buf_view(&w->held);
}

static void tell_progress(struct worker *w)
{
	struct engine_counts n = engine_counts(w->engine);
	struct record record = {.type = RECORD_PROGRESS};

	record.progress = (struct progress){
	    .worker = w->index,
	    .total = n.total,
	    .tried = n.tried,
	    .open = n.open,
	    .refused = n.refused,
	    .timeout = n.timeout,
	    .unreachable = n.unreachable,
	    .grabs_pending = grab_pending(w->grab),
	    .connections = budget_taken(w->budget),
	    .low_water = n.low_water,
	    .owed = n.owed,
	    .held = held_of(w),
	    .probes = n.probes,
	    .probed = n.probed,
	    .answered = n.answered,
	    .absent = n.absent,
	    .disbelieved = n.disbelieved,
	    .covered = n.covered,
	    .surveyed = n.surveyed,
	    .passes = n.passes,
	};
	tell(w, &record);
}

static void tell_note(struct worker *w, enum note_level level, const char *text)
{
	tell(w, &(struct record){.type = RECORD_NOTE, .note = {.level = level, .text = text}});
}

/* That some packets do not leave is how a rate is found; one in a hundred is worth a word. */
static void add_mishaps(struct worker *w)
{
	struct engine_counts n = engine_counts(w->engine);

	for (uint32_t i = 0; i < MISHAPS; i++)
		if (n.mishaps[i] > (i == MISHAP_UNSENT ? n.probes / 100 : 0))
			reasons_add(&w->reasons,
			    &(struct reason){.why = ENGINE_MISHAP + i, .hosts = n.mishaps[i]});
}

static void tell_done(struct worker *w)
{
	if (w->done)
		return;
	w->done = true;
	loop_timer_cancel(w->loop, &w->progress);
	tell_progress(w);
	add_mishaps(w);
	for (size_t i = 0; i < w->reasons.n; i++)
		tell(w, &(struct record){.type = RECORD_REASON, .reason = w->reasons.each[i]});
	tell(w, &(struct record){.type = RECORD_DONE});
}

static void progress_fire(struct loop_timer *t)
{
	struct worker *w = t->context;

	tell_progress(w);
	loop_timer_arm(w->loop, t, PROGRESS_DELAY_US);
}

/* From the engine. */

static void on_open(void *context, const struct open *open)
{
	struct worker *w = context;
	struct grab_task task = {
	    .addr = open->addr,
	    .port = open->port,
	    .fd = open->fd,
	    .tag = open->index,
	    .may_speak = open->alone || !service_is_fragile(open->port),
	    .name = open->name,
	};

	grab_start(w->grab, &task);
}

static void on_done(void *context)
{
	tell_done(context);
}

static void on_unreachable(void *context, const struct addr *a, uint16_t port, int os_error)
{
	struct worker *w = context;

	reasons_add(&w->reasons, &(struct reason){(uint32_t)os_error, 1, *a, port});
}

static void on_liar(void *context, const struct addr *a)
{
	struct worker *w = context;

	reasons_add(&w->reasons, &(struct reason){ENGINE_LIES, 1, *a, 0});
}

static void on_trouble(void *context, const char *text, bool is_last)
{
	tell_note(context, is_last ? NOTE_ERROR : NOTE_WARNING, text);
}

static const struct engine_ops engine_ops = {
    .on_open = on_open,
    .on_done = on_done,
    .on_unreachable = on_unreachable,
    .on_liar = on_liar,
    .on_trouble = on_trouble,
};

/* From the grabber. */

/* Nothing new is begun while the keeper cannot follow, or what was found waits for its turn. */
static void pace(struct worker *w)
{
	engine_pause(w->engine, w->grab_busy || channel_congested(w->keeper));
}

static void on_busy(void *context, bool busy)
{
	struct worker *w = context;

	w->grab_busy = busy;
	pace(w);
}

static void on_observed(void *context, struct observation *obs, const struct span *der, size_t n)
{
	struct worker *w = context;
	const char *asked = obs->flags & OBS_NAME_FROM_PTR ? "" : obs->endpoint.name;

	obs->run = w->run;
	worker_fail(w, judging_observed(w->judging, obs, asked, der, n));
	pace(w);
}

static void on_finished(void *context, uint64_t tag)
{
	struct worker *w = context;

	engine_finished(w->engine, tag);
}

static struct grab_hint on_hint(
    void *context, const struct addr *a, uint16_t port, const char *name)
{
	struct worker *w = context;
	struct grab_hint hint = hints_find(w->hints, a, port, name);

	/* A second certificate that was added since would never be found: each run asks another
	 * part of the endpoints anew. */
	if ((a->b[15] + port + w->run) % ONE_KEY_RUNS == 0)
		hint.one_key = false;
	return hint;
}

static const struct grab_ops grab_ops = {
    .observed = on_observed, .finished = on_finished, .busy = on_busy, .hint = on_hint};

/* From the keeper. */

static void start(struct worker *w, uint64_t run)
{
	w->run = run;
	loop_timer_arm(w->loop, &w->progress, PROGRESS_DELAY_US);
	worker_fail(w, engine_start(w->engine));
}

static void stop(struct worker *w)
{
	engine_stop(w->engine);
	tell_done(w);
}

static void take_hint(struct worker *w, const struct hint *hint)
{
	struct grab_hint known = {.starttls = hint->starttls,
	    .hello = hint->hello,
	    .known = true,
	    .one_key = hint->one_key};

	hints_add(w->hints, &hint->addr, hint->port, hint->name, &known);
}

static void on_record(void *context, struct channel *c, const struct record *record)
{
	struct worker *w = context;

	(void)c;
	/* The codec has let through only what a keeper says or a worker says; of the latter nothing
	 * is expected here. */
	if (record->type == RECORD_HINT)
		take_hint(w, record->hint);
	else if (record->type == RECORD_ISSUER)
		worker_fail(w, judging_issuer(w->judging, record->issuer));
	else if (record->type == RECORD_JUDGE)
		worker_fail(w, judging_again(w->judging, record->judge));
	else if (record->type == RECORD_START)
		start(w, record->start_run);
	else if (record->type == RECORD_STOP)
		stop(w);
	else if (record->type == RECORD_BYE)
		loop_stop(w->loop);
	else
		worker_fail(w, err_bug("the keeper said what only a worker says"));
}

static void on_drained(void *context, struct channel *c)
{
	(void)c;
	pace(context);
}

static void on_closed(void *context, struct channel *c, struct err e)
{
	struct worker *w = context;

	(void)c;
	/* Why a keeper went away, it has said itself, or the warden will. */
	worker_fail(w, e);
	loop_stop(w->loop);
}

static const struct channel_ops keeper_ops = {
    .record = on_record, .drained = on_drained, .closed = on_closed};

/* The share of one worker in what the plan allows to all; never nothing. */
static uint32_t share(const struct worker *w, uint32_t whole)
{
	uint32_t part = whole / w->plan->workers;

	return part ? part : 1;
}

static void on_conntrack(void *context, const char *line)
{
	tell_note(context, NOTE_WARNING, line);
}

/* New connections per second; 0 unlimited. Beside raw packets those of the receiver are all there
 * are, and take their packets of the same pace. */
static uint32_t connection_rate(const struct worker *w)
{
	const struct raw_plan *raw = w->plan->raw;
	uint32_t packets = !raw ? 0 : raw->pace.fixed ? raw->pace.fixed : raw->pace.max;
	uint32_t rate = raw ? packets / ENGINE_PACKETS_A_TALK : w->plan->rate;

	return raw || rate ? share(w, rate) : 0;
}

static struct err worker_tools(struct worker *w)
{
	const struct scan_plan *plan = w->plan;
	struct budget_limits limits = {
	    .per_second = connection_rate(w),
	    .open = share(w, plan->concurrency),
	    .per_host = plan->per_host,
	};
	struct err e = budget_new(&limits, &w->budget);

	if (!err_is(e))
		e = conntrack_new(
		    w->loop, w->budget, limits.per_second, NULL, on_conntrack, w, &w->conntrack);
	if (!err_is(e))
		e = neigh_new(plan->workers, &w->neigh);
	if (!err_is(e))
		e = key_shares_new(&w->shares);
	if (!err_is(e))
		e = hints_new(HINTS_MAX, &w->hints);
	if (!err_is(e) && plan->resolve)
		e = dns_new(w->loop, DNS_TIMEOUT_MS, &w->dns);
	if (!err_is(e))
		e = judging_new(plan->trust, w->keeper, &w->judging);
	if (!err_is(e))
		judging_policy(w->judging, plan->policy);
	return e;
}

static struct err worker_grab(struct worker *w)
{
	const struct scan_plan *plan = w->plan;
	struct grab_config config = {
	    .names = plan->names,
	    .one_key = plan->one_key,
	    .resolve = plan->resolve,
	    .connect_us = plan->timeout_s * 1000000ull,
	    .step_us = plan->timeout_s * 1000000ull,
	    .total_us = plan->timeout_s * 4000000ull,
	    .neigh = w->neigh,
	};

	return grab_new(w->loop, w->budget, w->dns, w->shares, &config, &grab_ops, w, &w->grab);
}

/* The share of a rate; 0 stays what it means. */
static uint32_t share_of_rate(const struct worker *w, uint32_t rate)
{
	return rate ? share(w, rate) : 0;
}

static bool is_usual(uint16_t port)
{
	return service_by_port(port) != NULL;
}

static struct err worker_raw(struct worker *w, const struct engine_config *walk)
{
	const struct raw_plan *raw = w->plan->raw;
	struct engine_raw_config config = {
	    .walk = *walk,
	    .links = raw->links[w->index],
	    .key = raw->key,
	    .pace = {.fixed = share_of_rate(w, raw->pace.fixed),
		.start = share(w, raw->pace.start),
		.max = share(w, raw->pace.max)},
	    .ceilings = {.per_host = raw->ceilings.per_host,
		.per_net = share_of_rate(w, raw->ceilings.per_net)},
	    .is_usual = is_usual,
	    .coverage = raw->coverage,
	};

	return engine_raw_new(w->loop, w->budget, &config, &engine_ops, w, &w->engine);
}

/* What an earlier process of this run had found: how many. */
static size_t held_before(const struct worker *w, uint64_t index[ENGINE_HELD_MAX])
{
	struct span held = w->plan->held[w->index];
	size_t n = 0;

	while (n < ENGINE_HELD_MAX && progress_held_take(&held, &index[n]))
		n++;
	return n;
}

static struct err worker_engine(struct worker *w)
{
	const struct scan_plan *plan = w->plan;
	uint64_t held[ENGINE_HELD_MAX];
	struct engine_config config = {
	    .targets = plan->targets,
	    .seed = plan->seed,
	    .first = plan->first[w->index],
	    .owed = plan->owed[w->index],
	    .held = held,
	    .n_held = held_before(w, held),
	    .share = {plan->shard, plan->shards, w->index, plan->workers},
	    .timeout_us = plan->timeout_s * 1000000ull,
	    .retries = plan->retries,
	    .neigh = w->neigh,
	};

	if (plan->raw)
		return worker_raw(w, &config);
	return engine_connect_new(w->loop, w->budget, &config, &engine_ops, w, &w->engine);
}

struct err worker_new(struct loop *loop, const struct scan_plan *plan, uint32_t index, int fd,
    struct worker **ret_worker)
{
	struct worker *w = calloc(1, sizeof(*w));
	struct err e;

	if (!w)
		return err_limit("out of memory");
	*w = (struct worker){.plan = plan, .index = index, .loop = loop};
	buf_init(&w->held, PROGRESS_HELD_MAX * 8);
	w->progress = (struct loop_timer){.fire = progress_fire, .context = w};
	e = channel_new(loop, fd, &keeper_ops, w, &w->keeper);
	if (!err_is(e))
		e = worker_tools(w);
	if (!err_is(e))
		e = worker_grab(w);
	if (!err_is(e))
		e = worker_engine(w);
	if (err_is(e)) {
		worker_free(w);
		return e;
	}
	*ret_worker = w;
	return OK;
}

void worker_free(struct worker *w)
{
	if (!w)
		return;
	loop_timer_cancel(w->loop, &w->progress);
	grab_free(w->grab);
	engine_free(w->engine);
	judging_free(w->judging);
	channel_free(w->keeper);
	hints_free(w->hints);
	dns_free(w->dns);
	key_shares_free(w->shares);
	neigh_free(w->neigh);
	conntrack_free(w->conntrack);
	budget_free(w->budget);
	buf_done(&w->held);
	free(w);
}

struct err worker_error(const struct worker *w)
{
	return w->error;
}
