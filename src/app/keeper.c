/*
 * keeper.c: records in, rows out. A batch is opened by the first record and committed when it is
 * large or old enough; a worker's checkpoint is stored in the same transaction as the records
 * before it.
 *
 * A run ends in steps: every worker is done; chains that lack an issuer which some other endpoint
 * gave are judged again, by a worker, because only workers read certificates; the run is closed;
 * good bye.
 */
#include "app/keeper.h"

#include "app/alerts.h"
#include "app/channel.h"
#include "app/issuers.h"
#include "app/live.h"
#include "app/logs.h"
#include "app/messages.h"
#include "app/printer.h"
#include "app/reasons.h"
#include "app/report.h"
#include "app/stats.h"
#include "base/text.h"
#include "net/clock.h"
#include "scan/coverage.h"
#include "store/schedules.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

struct peer {
	struct keeper *keeper;
	struct channel *channel;
	bool heard, done, gone;
	uint64_t checkpoint_us; /* when its last one was stored */
	struct progress progress; /* held lies in: */
	uint8_t held[PROGRESS_HELD_MAX * 8];
};

struct keeper {
	const struct scan_plan *plan;
	struct loop *loop;
	struct store *store;
	struct printer *printer;
	/* of a watch: */
	struct messages *messages;
	struct logs *logs;
	struct stats *stats;
	struct issuers *issuers;
	struct reasons reasons;
	char noted[NOTE_MAX + 1]; /* the last note */
	struct live *live;
	struct arena known; /* a chain of the store, for a moment */
	struct loop_timer commit, draw, count;
	struct run run;
	size_t batch; /* records in the open transaction */
	bool batching, stopping, finished;
	size_t judging; /* answers still awaited */
	struct peer peers[RUN_WORKERS_MAX];
	struct err error;
};

static void keeper_end(struct keeper *k);
static void tell_stats(struct keeper *k);

static void keeper_fail(struct keeper *k, struct err e)
{
	const char *detail = store_detail(k->store);
	char text[256];

	if (!err_is(e) || err_is(k->error))
		return;
	k->error = e;
	live_clear(k->live);
	fprintf(stderr, "certscape: %s%s%s%s%s\n", *detail ? k->plan->store : "",
	    *detail ? ": " : "", err_text(e, text, sizeof(text)), *detail ? ": " : "", detail);
	loop_stop(k->loop);
}

/* A reader that went away (a pipe into head) is no failure: the scan ends as if stopped. */
static void output_failed(struct keeper *k, struct err e)
{
	if (err_class(e) == ERR_IO && err_detail(e) == EPIPE)
		keeper_stop(k);
	else
		keeper_fail(k, e);
}

static void batch_commit(struct keeper *k)
{
	struct err e;

	loop_timer_cancel(k->loop, &k->commit);
	if (!k->batching)
		return;
	k->batching = false;
	k->batch = 0;
	e = store_commit(k->store);
	if (err_is(e)) {
		printer_rolled_back(k->printer);
		messages_rolled_back(k->messages);
		keeper_fail(k, e);
		return;
	}
	live_clear(k->live);
	messages_committed(k->messages);
	e = printer_committed(k->printer);
	if (err_is(e))
		output_failed(k, e);
}

static struct err batch_open(struct keeper *k)
{
	struct err e;

	if (k->batching)
		return OK;
	e = store_begin(k->store);
	if (err_is(e))
		return e;
	k->batching = true;
	loop_timer_arm(k->loop, &k->commit, BATCH_DELAY_US);
	return OK;
}

static void commit_fire(struct loop_timer *t)
{
	batch_commit(t->context);
}

static void tell(struct keeper *k, struct peer *peer, const struct record *record)
{
	if (!peer->gone)
		keeper_fail(k, channel_send(peer->channel, record));
}

static void tell_all(struct keeper *k, const struct record *record)
{
	for (uint32_t i = 0; i < k->plan->workers; i++)
		tell(k, &k->peers[i], record);
}

/* What the workers say. */

static void tell_issuer(void *context, struct span der)
{
	tell_all(context, &(struct record){.type = RECORD_ISSUER, .issuer = der});
}

/* An import tells less of a chain than a scan that met it: what a scan judged stays. */
static bool is_known_better(struct keeper *k, const struct chain_verdict *chain)
{
	const struct chain_verdict *known;

	if (k->run.evidence != EVIDENCE_IMPORT || k->judging)
		return false;
	arena_reset(&k->known);
	return !err_is(store_get_chain(k->store, &chain->id, &k->known, &known));
}

static struct err take_define(struct keeper *k, const struct chain_verdict *chain, int64_t seen_ms)
{
	struct err e = is_known_better(k, chain)
			   ? OK
			   : store_put_chain(k->store, chain, seen_ms ? seen_ms : clock_now_ms());

	if (err_is(e))
		return e;
	printer_chain(k->printer, chain);
	issuers_learn(k->issuers, chain, tell_issuer, k);
	if (k->judging)
		k->judging--;
	return OK;
}

static void tell_alert(void *context, const struct alert *alert)
{
	struct keeper *k = context;

	keeper_fail(k, printer_alert(k->printer, alert));
	messages_add(k->messages, alert);
}

static struct err take_sighting(struct keeper *k, const struct observation *seen)
{
	struct observed observed = {.seen = seen};
	struct observation counted = *seen;
	struct stored stored;
	struct err e;

	if (alerts_is_sequel(seen))
		counted.count = 0;
	e = store_put_observation(k->store, &counted, &stored);
	if (!err_is(e))
		e = printer_row(k->printer, seen, &stored, seen->last_ms / 1000);
	if (!err_is(e))
		e = printer_chain_of(k->printer, seen, &observed.chain);
	if (!err_is(e))
		e = alerts_observed(
		    k->store, k->plan->watch->suppress_ms, &observed, tell_alert, k);
	return e;
}

static struct err take_observation(struct keeper *k, const struct observation *seen)
{
	struct stored stored;
	struct err e;

	if (k->plan->watch)
		return take_sighting(k, seen);
	e = store_put_observation(k->store, seen, &stored);
	/* What the run has printed before it was resumed is not printed again. */
	if (err_is(e) || (k->plan->resume_run && stored.repeated))
		return e;
	return printer_row(k->printer, seen, &stored, clock_now_ms() / 1000);
}

static struct err take_progress(struct keeper *k, struct peer *peer, const struct progress *p)
{
	peer->heard = true;
	peer->progress = *p;
	if (p->held.n)
		memcpy(peer->held, p->held.p, p->held.n);
	peer->progress.held.p = peer->held;
	if (loop_now_us(k->loop) - peer->checkpoint_us < CHECKPOINT_DELAY_US)
		return OK;
	peer->checkpoint_us = loop_now_us(k->loop);
	return store_run_progress(k->store, k->run.id, p);
}

static struct err take_done(struct keeper *k, struct peer *peer)
{
	peer->done = true;
	return store_run_progress(k->store, k->run.id, &peer->progress);
}

/* Several workers notice the same: it is told once. */
static void take_note(struct keeper *k, const struct note *note)
{
	if (strcmp(k->noted, note->text) != 0) {
		live_clear(k->live);
		fprintf(stderr, "certscape: %s\n", note->text);
	}
	snprintf(k->noted, sizeof(k->noted), "%s", note->text);
	if (note->level == NOTE_ERROR)
		keeper_stop(k);
}

/* What is not for the store. */
static bool take_aside(struct keeper *k, const struct record *record)
{
	if (record->type == RECORD_NOTE)
		take_note(k, &record->note);
	else if (record->type == RECORD_REASON)
		reasons_add(&k->reasons, &record->reason);
	else if (record->type == RECORD_LOG)
		logs_line(k->logs, &record->log);
	else if (record->type == RECORD_COUNTS)
		stats_take(k->stats, record->counts);
	else
		return false;
	return true;
}

static struct err take_record(struct keeper *k, struct peer *peer, const struct record *record)
{
	if (record->type == RECORD_DEFINE)
		return take_define(k, record->define, record->define_ms);
	if (record->type == RECORD_OBSERVATION)
		return take_observation(k, record->observation);
	if (record->type == RECORD_PROGRESS)
		return take_progress(k, peer, &record->progress);
	if (record->type == RECORD_DONE)
		return take_done(k, peer);
	return err_bug("a worker said what only a keeper says");
}

static void on_record(void *context, struct channel *c, const struct record *record)
{
	struct peer *peer = context;
	struct keeper *k = peer->keeper;
	struct err e;

	(void)c;
	if (err_is(k->error))
		return;
	if (take_aside(k, record))
		return;
	e = batch_open(k);
	if (!err_is(e))
		e = take_record(k, peer, record);
	keeper_fail(k, e);
	if (++k->batch >= BATCH_RECORDS_MAX)
		batch_commit(k);
	keeper_end(k);
}

static bool all_gone(const struct keeper *k)
{
	for (uint32_t i = 0; i < k->plan->workers; i++)
		if (!k->peers[i].gone)
			return false;
	return true;
}

static void on_closed(void *context, struct channel *c, struct err e)
{
	struct peer *peer = context;
	struct keeper *k = peer->keeper;

	(void)c;
	peer->gone = true;
	if (k->finished) {
		if (all_gone(k))
			loop_stop(k->loop);
		return;
	}
	batch_commit(k);
	keeper_fail(k, err_is(e) ? e : err_bug("a worker was lost; what it had told is stored"));
}

static const struct channel_ops worker_ops = {.record = on_record, .closed = on_closed};

/* How a run ends. */

static bool all_done(const struct keeper *k)
{
	for (uint32_t i = 0; i < k->plan->workers; i++)
		if (!k->peers[i].done)
			return false;
	return true;
}

static bool judge_again(void *context, const struct chain_verdict *chain)
{
	struct keeper *k = context;
	struct judge_request request = {.chain = chain->id, .n_certs = chain->n_certs};

	memcpy(request.der, chain->der, sizeof(request.der));
	tell(k, &k->peers[0], &(struct record){.type = RECORD_JUDGE, .judge = &request});
	k->judging++;
	return !err_is(k->error);
}

static struct progress progress_of_all(const struct keeper *k)
{
	struct run run = k->run;
	struct progress each[RUN_WORKERS_MAX];

	for (uint32_t i = 0; i < k->plan->workers; i++)
		each[i] = k->peers[i].progress;
	run.progress = each;
	return run_progress(&run);
}

/* What is asked of each endpoint that the run did not see: should it have? */
struct cover {
	const struct scan_plan *plan;
	struct coverage coverage;
};

static bool plan_asks(const struct scan_plan *plan, const char *name)
{
	return *name == 0 || (plan->n_asked && bsearch(&name, plan->asked, plan->n_asked,
						   sizeof(*plan->asked), text_cmp));
}

static bool covered(void *context, const struct endpoint *endpoint)
{
	const struct cover *cover = context;

	return plan_asks(cover->plan, endpoint->name) &&
	       coverage_has(&cover->coverage, &endpoint->addr, endpoint->port);
}

/* Of a network that was lost for a while nobody has vanished. */
static bool knows_enough(const struct progress *all)
{
	double found = run_coverage(all);

	if (found < 0 || found * 100 >= COVERAGE_TRUSTED)
		return true;
	fprintf(stderr,
	    "certscape: an estimated %.0f %% of open ports were missed: nothing is called "
	    "vanished\n",
	    100 * (1 - found));
	return false;
}

static struct err run_end(struct keeper *k, const struct progress *all)
{
	struct cover cover = {
	    k->plan, {
			 .targets = k->plan->targets,
			 .shards = k->plan->shards,
			 .completed = !k->stopping && k->plan->covers && knows_enough(all),
			 .answered = all->open + all->refused,
		     }};
	size_t vanished;

	k->run.state = k->stopping ? RUN_STOPPED : RUN_COMPLETED;
	return store_run_end(
	    k->store, k->run.id, k->run.state, clock_now_ms(), covered, &cover, &vanished);
}

static void tell_reasons(const struct keeper *k)
{
	char text[256];

	for (size_t i = 0; i < k->reasons.n; i++)
		fprintf(stderr, "certscape: %s\n",
		    reason_text(&k->reasons.each[i], text, sizeof(text)));
}

static void keeper_finish(struct keeper *k)
{
	struct progress all;

	k->finished = true;
	batch_commit(k);
	all = progress_of_all(k);
	keeper_fail(k, run_end(k, &all));
	tell_all(k, &(struct record){.type = RECORD_BYE});
	loop_timer_cancel(k->loop, &k->draw);
	loop_timer_cancel(k->loop, &k->count);
	live_clear(k->live);
	tell_reasons(k);
	if (k->plan->watch)
		tell_stats(k);
	if (!err_is(k->error))
		keeper_fail(k, report(k->store, &k->run, &all, k->plan));
}

static void keeper_end(struct keeper *k)
{
	if (k->finished || err_is(k->error) || !all_done(k) || k->judging)
		return;
	if (!k->stopping && issuers_are_new(k->issuers)) {
		batch_commit(k);
		issuers_settle(k->issuers);
		keeper_fail(k, store_each_stale(k->store, judge_again, k));
	}
	if (!k->judging && !err_is(k->error))
		keeper_finish(k);
}

void keeper_stop(struct keeper *k)
{
	if (k->stopping || k->finished)
		return;
	k->stopping = true;
	tell_all(k, &(struct record){.type = RECORD_STOP});
}

/* The descriptor stays, the file is another. Whether that one is empty. */
static bool reopen(const char *path, int fd)
{
	int other = path ? open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644) : -1;
	bool fresh = other >= 0 && lseek(other, 0, SEEK_END) <= 0;

	if (path && (other < 0 || dup3(other, fd, O_CLOEXEC) < 0)) {
		fprintf(stderr, "certscape: %s: cannot open it again: %s\n", path, strerror(errno));
		fresh = false;
	}
	if (other >= 0)
		close(other);
	return fresh;
}

void keeper_reopen(struct keeper *k)
{
	const struct watch_plan *watch = k->plan->watch;

	logs_reopen(k->logs);
	if (watch)
		reopen(watch->stats_path, watch->stats);
	if (reopen(k->plan->out_path, k->plan->out))
		keeper_fail(k, printer_reopened(k->printer));
}

/* The live line, or the lines of a watch. */

/* How much a scan has to do is known when each worker has told its share. */
static bool total_known(const struct keeper *k)
{
	for (uint32_t i = 0; k->plan->targets && i < k->plan->workers; i++)
		if (!k->peers[i].heard)
			return false;
	return true;
}

static void draw_fire(struct loop_timer *t)
{
	struct keeper *k = t->context;
	struct printer_counts n = printer_counts(k->printer);
	struct progress all = progress_of_all(k);

	logs_flush(k->logs);
	if (!k->plan->watch && total_known(k))
		live_draw(k->live, loop_now_us(k->loop), &all, &n, k->stopping);
	loop_timer_arm(k->loop, t, PROGRESS_DELAY_US);
}

static void tell_stats(struct keeper *k)
{
	struct printer_counts n = printer_counts(k->printer);
	struct kept_counts kept = {.alerts = n.alerts,
	    .messages_dropped = messages_dropped(k->messages),
	    .lines_lost = logs_lost(k->logs)};
	struct buf text;

	stats_write(k->stats, &kept, clock_now_ms());
	if (!k->plan->progress)
		return;
	buf_init(&text, STATS_TEXT_MAX);
	stats_text(k->stats, &kept, loop_now_us(k->loop), &text);
	fprintf(stderr, "certscape: %s\n", buf_text(&text));
	buf_done(&text);
}

static void count_fire(struct loop_timer *t)
{
	struct keeper *k = t->context;

	tell_stats(k);
	loop_timer_arm(k->loop, t, STATS_DELAY_US);
}

/* How it begins. */

struct told {
	struct keeper *keeper;
	size_t left;
};

static bool tell_known_issuer(void *context, struct span der)
{
	struct told *told = context;

	issuers_known(told->keeper->issuers, der);
	tell_issuer(told->keeper, der);
	return --told->left && !err_is(told->keeper->error);
}

static bool tell_hint(void *context, const struct hint *hint)
{
	struct told *told = context;

	tell_all(told->keeper, &(struct record){.type = RECORD_HINT, .hint = hint});
	return --told->left && !err_is(told->keeper->error);
}

static struct err tell_known(struct keeper *k)
{
	struct told issuers = {k, ISSUERS_MAX}, hints = {k, HINTS_MAX};
	struct err e = store_each_issuer(k->store, tell_known_issuer, &issuers);

	if (!err_is(e) && k->plan->targets)
		e = store_each_hint(k->store, tell_hint, &hints);
	return err_is(e) ? e : k->error;
}

static uint8_t evidence_of(const struct scan_plan *plan)
{
	if (plan->targets)
		return EVIDENCE_SCAN;
	return plan->watch ? EVIDENCE_SENSOR : EVIDENCE_IMPORT;
}

static struct err run_begin(struct keeper *k)
{
	const struct scan_plan *plan = k->plan;
	struct err e;

	k->run = (struct run){
	    .id = plan->resume_run,
	    .evidence = evidence_of(plan),
	    .started_ms = clock_now_ms(),
	    .seed = plan->seed,
	    .shard = plan->shard,
	    .shards = plan->shards,
	    .workers = plan->workers,
	    .spec = plan->spec,
	};
	e = plan->resume_run ? store_run_resume(k->store, k->run.id)
			     : store_run_begin(k->store, &k->run);
	if (!err_is(e) && plan->job)
		e = store_job_run(k->store, (int64_t)plan->job, k->run.id);
	return e;
}

static struct err keeper_watches(struct keeper *k)
{
	const struct watch_plan *watch = k->plan->watch;
	struct err e = messages_new(watch, &k->messages);

	if (!err_is(e))
		e = stats_new(watch, k->plan->workers, &k->stats);
	if (!err_is(e) && watch->zeek)
		e = logs_new(watch->zeek, &k->logs);
	return e;
}

static struct err keeper_open(struct keeper *k, struct keeper_trouble *trouble)
{
	struct err e = store_open(k->plan->store, STORE_WRITE, &k->store);

	if (err_is(e))
		trouble->at = k->plan->store;
	return e;
}

/* What the store said is told, before it is closed. */
static struct err keeper_give_up(struct keeper *k, struct err e, struct keeper_trouble *trouble)
{
	const char *detail = k->store ? store_detail(k->store) : "";

	snprintf(trouble->detail, sizeof(trouble->detail), "%s", detail);
	if (*detail)
		trouble->at = k->plan->store;
	keeper_free(k);
	return e;
}

static struct err keeper_equip(struct keeper *k)
{
	struct err e;

	settings_protect_store(k->plan->store);
	e = printer_new(k->plan, k->store, &k->printer);
	if (!err_is(e) && k->plan->watch)
		e = keeper_watches(k);
	if (!err_is(e))
		e = issuers_new(ISSUERS_MAX, &k->issuers);
	if (!err_is(e))
		e = live_new(k->plan->progress, k->plan->width, &k->live);
	if (!err_is(e))
		e = run_begin(k);
	return err_is(e) ? e : printer_begin(k->plan);
}

static struct err keeper_peers(struct keeper *k, const int *fds)
{
	struct err e = OK, first = OK;

	for (uint32_t i = 0; i < k->plan->workers; i++) {
		struct peer *peer = &k->peers[i];

		peer->keeper = k;
		e = channel_new(k->loop, fds[i], &worker_ops, peer, &peer->channel);
		if (err_is(e) && !err_is(first))
			first = e;
	}
	return first;
}

static struct err keeper_start(struct keeper *k)
{
	struct err e = tell_known(k);

	if (err_is(e))
		return e;
	tell_all(k, &(struct record){.type = RECORD_START, .start_run = k->run.id});
	loop_timer_arm(k->loop, &k->draw, PROGRESS_DELAY_US);
	if (k->plan->watch)
		loop_timer_arm(k->loop, &k->count, STATS_DELAY_US);
	return k->error;
}

struct err keeper_new(struct loop *loop, const struct scan_plan *plan, const int *fds,
    struct keeper **ret_keeper, struct keeper_trouble *ret_trouble)
{
	struct keeper *k = calloc(1, sizeof(*k));
	struct err e;

	*ret_trouble = (struct keeper_trouble){.at = ""};
	if (!k)
		return err_limit("out of memory");
	*k = (struct keeper){.plan = plan, .loop = loop};
	arena_init(&k->known, JUDGE_BYTES_MAX);
	k->commit = (struct loop_timer){.fire = commit_fire, .context = k};
	k->draw = (struct loop_timer){.fire = draw_fire, .context = k};
	k->count = (struct loop_timer){.fire = count_fire, .context = k};
	e = keeper_peers(k, fds);
	if (!err_is(e))
		e = keeper_open(k, ret_trouble);
	if (!err_is(e))
		e = keeper_equip(k);
	if (!err_is(e))
		e = keeper_start(k);
	if (err_is(e))
		return keeper_give_up(k, e, ret_trouble);
	*ret_keeper = k;
	return OK;
}

void keeper_free(struct keeper *k)
{
	if (!k)
		return;
	loop_timer_cancel(k->loop, &k->commit);
	loop_timer_cancel(k->loop, &k->draw);
	loop_timer_cancel(k->loop, &k->count);
	if (k->batching)
		store_rollback(k->store);
	for (uint32_t i = 0; i < k->plan->workers; i++)
		channel_free(k->peers[i].channel);
	live_free(k->live);
	issuers_free(k->issuers);
	messages_free(k->messages);
	logs_free(k->logs);
	stats_free(k->stats);
	printer_free(k->printer);
	store_close(k->store);
	arena_done(&k->known);
	free(k);
}

int keeper_status(const struct keeper *k)
{
	if (err_is(k->error) || !k->finished)
		return 3;
	if (k->plan->fail_on && printer_counts(k->printer).worst >= k->plan->fail_on)
		return 1;
	return 0;
}
